#pragma once

#include <span>

#include "cli/commands/models/agent_credentials.h"

namespace openclaw::cli {

// Takes profiles out of the store that holds them and out of the config's auth.profiles and auth.order, one
// by one; the first failure ends it and says so. An order that becomes empty goes too: an empty one would
// exclude everybody. Gives what was removed, and prints it unless the output is for a program.
Result<json::array> remove_credentials(Context& context, AgentCredentials& credentials,
                                       std::span<const auth::ProfileId> ids, bool as_json);

}  // namespace openclaw::cli
