#pragma once

#include <span>

#include "auth/enrol/remove_credential.h"
#include "cli/commands/models/agent_credentials.h"

namespace openclaw::cli {

// Removes profiles one by one (auth::remove_credential); the first failure ends it and says so. Gives what
// was removed, and prints it unless the output is for a program.
Result<json::array> remove_credentials(Context& context, AgentCredentials& credentials,
                                       std::span<const auth::ProfileId> ids, bool as_json);

}  // namespace openclaw::cli
