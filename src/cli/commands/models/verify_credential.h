#pragma once

#include <optional>
#include <string>

#include "cli/commands/models/store_credential.h"

namespace openclaw::cli {

// What the gateway of this state directory makes of a stored credential, with its own config and environment.
struct SeenByGateway {
    bool found = false, used = false;
    std::string reason;  // its word for where the credential stands
    std::string uses;    // what it uses instead, or empty
};
// Nothing when no gateway runs here, or none that answers.
std::optional<SeenByGateway> seen_by_gateway(Context& context, const AgentCredentials& credentials,
                                             const NewCredential& stored);
void tell_seen_by_gateway(Context& context, const NewCredential& stored, const SeenByGateway& seen);

// Asks the provider with one small request that carries exactly this credential, through the gateway where
// one runs; nobody's standing changes. `denied` when it was refused, `unavailable` when no answer came; a
// provider without a known model can't be asked.
Exit verify_credential(Context& context, AgentCredentials& credentials, const NewCredential& stored);

constexpr Option verify_option{.name = "--verify",
                               .help = "Ask the provider with one small request; costs next to nothing",
                               .kind = OptionKind::flag};

}  // namespace openclaw::cli
