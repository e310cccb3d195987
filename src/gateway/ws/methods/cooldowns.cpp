// Credentials that rest: what an operator sees of them and how one ends their rests, live.
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

namespace {

// The agent that is meant: the default one unless it is named.
std::string agent_of(const Call& call, const std::optional<std::string>& asked) {
    return asked.value_or(call.config().default_agent().id);
}

}  // namespace

net::Task<Reply> cooldown_list(Call call) {
    auto params = call.params();
    const auto agent = params.filled_text("agentId");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto id = agent_of(call, agent);
    auto rows = co_await call.room.means.credentials.rests(id, call.serving->config);
    if (!rows) co_return std::unexpected(wire_error(rows.error()));
    co_return json::object{{"agentId", id}, {"cooldowns", std::move(*rows)}};
}

// Without a profile and a provider, and only with `all`, everything of the agent.
net::Task<Reply> cooldown_clear(Call call) {
    auto params = call.params();
    const auto agent = params.filled_text("agentId");
    const auto profile = params.filled_text("profileId");
    const auto provider = params.filled_text("provider");
    const auto model = params.filled_text("model");
    const bool all = params.flag("all", false);
    if ((profile ? 1 : 0) + (provider ? 1 : 0) + (all ? 1 : 0) != 1)
        params.add_problem("give one of profileId, provider and all");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto id = agent_of(call, agent);
    auto cleared = co_await call.room.means.credentials.clear_rests(
        id, {.name = profile.value_or(""), .provider = provider.value_or(""), .model = model.value_or("")},
        call.serving->config);
    if (!cleared) co_return std::unexpected(wire_error(cleared.error()));
    json::array names;
    for (auto& name : *cleared) names.emplace_back(std::move(name));
    co_return json::object{{"agentId", id}, {"cleared", std::move(names)}};
}

}  // namespace openclaw::gateway::methods
