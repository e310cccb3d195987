#include "gateway/ws/snapshot.h"

#include <algorithm>

#include "auth/models/model_ref.h"
#include "chat/sessions/session_store.h"

namespace openclaw::gateway {

namespace {

constexpr std::size_t recent_max = 5;

json::object sessions_summary(const HealthFacts& facts, const HealthFacts::Agent& row,
                              const access::Principal& viewer) {
    json::object summary{{"path", chat::session_store_file(*facts.serving->config, row.agent).string()},
                         {"count", 0},
                         {"recent", json::array{}}};
    if (!row.sessions) {
        summary["error"] = row.sessions.error().message;
        return summary;
    }
    std::size_t count = 0;
    auto& recent = summary["recent"].get_array();
    for (const auto& session : *row.sessions) {
        if (!chat::may_see(viewer, session)) continue;
        if (++count > recent_max) continue;
        const auto age = std::max(Milliseconds(0), facts.at - session.updated);
        recent.push_back(
            json::object{{"key", session.key}, {"updatedAt", to_ms(session.updated)}, {"age", age.count()}});
    }
    summary["count"] = count;
    return summary;
}

json::array method_names(const Offer& offer, const Client& client) {
    json::array names;
    for (const auto& method : offer.methods)
        if (method.advertised && permit(client, method) == access::Permit::granted)
            names.emplace_back(json::string_view(method.name));
    return names;
}

json::array event_names(const Offer& offer, const Client& client) {
    json::array names;
    for (const auto& event : offer.events)
        if (client.may(event.needed)) names.emplace_back(json::string_view(event.name));
    return names;
}

// What `health`, `system-presence`, `status`, `config.get` and `agents.list` would answer.
net::Task<json::object> readable_state(Room& room, ServingPointer serving, access::Principal viewer) {
    auto health = co_await health_snapshot(room, serving, viewer);
    const auto& paths = serving->config->paths();
    co_return json::object{{"presence", room.presence->entries(viewer, room.now())},
                           {"health", std::move(health)},
                           {"stateVersion", room.state_version()},
                           {"uptimeMs", room.means.life.uptime(room.means.clock).count()},
                           {"configPath", paths.config_file.string()},
                           {"stateDir", paths.state.string()},
                           {"sessionDefaults", session_defaults(*serving->config, viewer)}};
}

// The same for somebody who may ask for none of it: what the protocol has in every greeting, without content.
// Who may talk learns where he does.
json::object empty_state(const config::Config& config, const access::Principal& viewer) {
    json::object state{{"presence", json::array{}},
                       {"health", json::object{}},
                       {"stateVersion", json::object{{"presence", 0}, {"health", 0}}},
                       {"uptimeMs", 0}};
    if (viewer.may(access::Scope::chat)) state["sessionDefaults"] = session_defaults(config, viewer);
    return state;
}

}  // namespace

net::Task<HealthFacts> gather_health(Room& room, ServingPointer serving) {
    const auto begun = room.means.clock.steady();
    HealthFacts facts{.serving = serving, .agents = {}};
    for (const auto& agent : serving->config->agents()) {
        auto sessions = co_await room.means.chat.list_sessions(access::Doorman::this_process(), agent.id);
        facts.agents.push_back({agent, std::move(sessions)});
    }
    facts.at = room.now();
    facts.took = std::chrono::duration_cast<Milliseconds>(room.means.clock.steady() - begun);
    co_return facts;
}

json::object health_for(const access::Principal& viewer, const HealthFacts& facts) {
    const auto& default_id = chat::default_agent_for(viewer, *facts.serving->config);
    json::array agents;
    json::object default_sessions;
    for (const auto& row : facts.agents) {
        const auto& agent = row.agent;
        if (!viewer.limits().allow_agent(agent.id)) continue;
        auto summary = sessions_summary(facts, row, viewer);
        if (agent.id == default_id) default_sessions = summary;
        json::object shown{{"agentId", agent.id}};
        if (!agent.name.empty()) shown["name"] = agent.name;
        shown["isDefault"] = agent.id == default_id;
        shown["heartbeat"] = json::object{{"enabled", false}, {"every", "disabled"}, {"everyMs", nullptr}};
        shown["sessions"] = std::move(summary);
        agents.push_back(std::move(shown));
    }
    return {{"ok", true},
            {"ts", to_ms(facts.at)},
            {"durationMs", facts.took.count()},
            {"channels", json::object{}},
            {"channelOrder", json::array{}},
            {"channelLabels", json::object{}},
            {"heartbeatSeconds", 0},
            {"defaultAgentId", default_id},
            {"agents", std::move(agents)},
            {"sessions", std::move(default_sessions)}};
}

net::Task<json::object> health_snapshot(Room& room, ServingPointer serving, access::Principal viewer) {
    const auto facts = co_await gather_health(room, std::move(serving));
    co_return health_for(viewer, facts);
}

json::object session_defaults(const config::Config& config, const access::Principal& viewer) {
    const auto own_key = chat::own_main_key(viewer);
    const auto main_key = own_key ? *own_key : config.text("session.mainKey").value_or("main");
    const auto scope = config.text("session.scope").value_or("per-sender");
    const auto& agent = chat::default_agent_for(viewer, config);
    const bool global = !own_key && scope == "global" && agent == config.default_agent().id;
    return {{"defaultAgentId", agent},
            {"mainKey", main_key},
            {"mainSessionKey", global ? std::string("global") : fmt::format("agent:{}:{}", agent, main_key)},
            {"scope", scope},
            {"modelConfigured", !auth::model_plan(config, &config.default_agent()).primary.model.empty()}};
}

net::Task<json::object> hello_payload(Room& room, ServingPointer serving, std::shared_ptr<Client> greeted,
                                      std::string role) {
    const auto& client = *greeted;
    auto state = client.may(access::Scope::read) ? co_await readable_state(room, serving, client.principal())
                                                 : empty_state(*serving->config, client.principal());
    json::array scopes;
    for (const auto& scope : client.principal().scopes().names()) scopes.emplace_back(scope);
    co_return json::object{
        {"type", "hello-ok"},
        {"protocol", client.protocol()},
        {"server", json::object{{"version", room.means.version}, {"connId", client.id()}}},
        {"features", json::object{{"methods", method_names(room.means.offer, client)},
                                  {"events", event_names(room.means.offer, client)}}},
        {"snapshot", std::move(state)},
        {"auth", json::object{{"method", json::string_view(name_of(client.principal().proof()))},
                              {"role", std::move(role)},
                              {"scopes", std::move(scopes)}}},
        {"policy", json::object{{"maxPayload", frame_bytes_max},
                                {"maxBufferedBytes", buffered_bytes_max},
                                {"tickIntervalMs", tick_interval.count()}}}};
}

}  // namespace openclaw::gateway
