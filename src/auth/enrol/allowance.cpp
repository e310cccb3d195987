#include "auth/enrol/allowance.h"

#include <algorithm>

#include "base/text.h"
#include "config/agents.h"

namespace openclaw::auth {
namespace {

std::optional<std::string> left_out(const AgentCredentials& credentials, const Profile& profile,
                                    const AllowedAgents& agents) {
    std::string owner = profile.inherited ? "main" : credentials.agent->id;
    if (!agents || std::ranges::find(*agents, owner) != agents->end()) return std::nullopt;
    return owner;
}

}  // namespace

Result<std::vector<std::string>> agents_named(const config::Config& config,
                                              std::span<const std::string> lists) {
    std::vector<std::string> ids;
    for (const auto& list : lists)
        for (const auto word : split(list, ',')) {
            if (trimmed(word).empty()) continue;
            const auto agent = config::agent_named(config, trimmed(word));
            if (!agent) return std::unexpected(agent.error());
            if (std::ranges::find(ids, (*agent)->id) == ids.end()) ids.push_back((*agent)->id);
        }
    if (ids.empty())
        return hinted(fail(Code::invalid_input, "--agents names nobody"),
                      "name the agents that may use it, or give --all; to use it nowhere, remove it");
    return ids;
}

Result<Allowance> allowance_of(AgentCredentials& credentials, const ProfileId& id) {
    const auto profile = stored_profile(credentials, id);
    if (!profile) return std::unexpected(profile.error());
    auto file = credentials.store.file_of(id);
    if (!file) return std::unexpected(std::move(file).error());
    return Allowance{.profile = **profile, .file = std::move(*file), .agents = (*profile)->allowed_agents};
}

Result<Allowance> allow_agents(AgentCredentials& credentials, const ProfileId& id, AllowedAgents agents) {
    auto allowance = allowance_of(credentials, id);
    if (!allowance) return allowance;
    const auto set = credentials.store.set_allowed_agents(id, agents);
    if (!set) return std::unexpected(set.error());
    if (!*set) return unknown_profile(credentials, id);  // removed meanwhile
    allowance->owner_left_out = left_out(credentials, allowance->profile, agents);
    allowance->agents = std::move(agents);
    return allowance;
}

}  // namespace openclaw::auth
