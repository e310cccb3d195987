#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "auth/enrol/agent_credentials.h"

namespace openclaw::auth {

// Who may use a stored profile, as Profile::allowed_agents says it: absent, every agent that has or inherits
// it.
using AllowedAgents = std::optional<std::vector<std::string>>;

// Ids of configured agents from lists separated by commas, each once, in the order given. `not_found` with
// the nearest for an unknown one, `invalid_input` when nobody is named.
Result<std::vector<std::string>> agents_named(const config::Config& config,
                                              std::span<const std::string> lists);

// A profile, where it is kept, and who may use it.
struct Allowance {
    Profile profile;
    Path file;
    AllowedAgents agents;
    // The agent in whose store it is, when it is left out: hardly by mistake without a word.
    std::optional<std::string> owner_left_out = {};
};
// `not_found` where the profile isn't stored.
Result<Allowance> allowance_of(AgentCredentials& credentials, const ProfileId& id);
// Said in the file that holds the profile, the main agent's for one that is inherited. The errors are those
// of ProfileStore::set_allowed_agents.
Result<Allowance> allow_agents(AgentCredentials& credentials, const ProfileId& id, AllowedAgents agents);

}  // namespace openclaw::auth
