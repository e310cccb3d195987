#include "gateway/ws/snapshot.h"

#include <algorithm>

#include "chat/sessions/session_store.h"

namespace openclaw::gateway {

namespace {

constexpr std::size_t recent_max = 5;

net::Task<json::object> sessions_summary(Room& room, const config::Config& config,
                                         const config::AgentEntry& agent) {
    const auto now = room.now();
    json::object summary{
        {"path", chat::session_store_file(config, agent).string()}, {"count", 0}, {"recent", json::array{}}};
    auto sessions = co_await room.means.chat.list_sessions(agent.id);
    if (!sessions) {
        summary["error"] = sessions.error().message;
        co_return summary;
    }
    summary["count"] = sessions->size();
    auto& recent = summary["recent"].get_array();
    for (const auto& session : *sessions) {
        if (recent.size() == recent_max) break;
        const auto age = std::max(Milliseconds(0), now - session.updated);
        recent.push_back(
            json::object{{"key", session.key}, {"updatedAt", to_ms(session.updated)}, {"age", age.count()}});
    }
    co_return summary;
}

json::array method_names(const Offer& offer, const Client& client) {
    json::array names;
    for (const auto& method : offer.methods)
        if (method.advertised && client.may(method.needed))
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
net::Task<json::object> readable_state(Room& room, ServingPointer serving) {
    auto health = co_await health_snapshot(room, serving);
    const auto& paths = serving->config->paths();
    co_return json::object{{"presence", room.presence->entries(room.now())},
                           {"health", std::move(health)},
                           {"stateVersion", room.state_version()},
                           {"uptimeMs", room.means.life.uptime(room.means.clock).count()},
                           {"configPath", paths.config_file.string()},
                           {"stateDir", paths.state.string()},
                           {"sessionDefaults", session_defaults(*serving->config)}};
}

// The same for somebody who may ask for none of it: what the protocol has in every greeting, without content.
json::object empty_state() {
    return {{"presence", json::array{}},
            {"health", json::object{}},
            {"stateVersion", json::object{{"presence", 0}, {"health", 0}}},
            {"uptimeMs", 0}};
}

}  // namespace

net::Task<json::object> health_snapshot(Room& room, ServingPointer serving) {
    const auto begun = room.means.clock.steady();
    const auto& config = *serving->config;
    const auto& default_id = config.default_agent().id;
    json::array agents;
    json::object default_sessions;
    for (const auto& agent : config.agents()) {
        auto summary = co_await sessions_summary(room, config, agent);
        if (agent.id == default_id) default_sessions = summary;
        json::object row{{"agentId", agent.id}};
        if (!agent.name.empty()) row["name"] = agent.name;
        row["isDefault"] = agent.id == default_id;
        row["heartbeat"] = json::object{{"enabled", false}, {"every", "disabled"}, {"everyMs", nullptr}};
        row["sessions"] = std::move(summary);
        agents.push_back(std::move(row));
    }
    const auto took = std::chrono::duration_cast<Milliseconds>(room.means.clock.steady() - begun);
    co_return json::object{{"ok", true},
                           {"ts", to_ms(room.now())},
                           {"durationMs", took.count()},
                           {"channels", json::object{}},
                           {"channelOrder", json::array{}},
                           {"channelLabels", json::object{}},
                           {"heartbeatSeconds", 0},
                           {"defaultAgentId", default_id},
                           {"agents", std::move(agents)},
                           {"sessions", std::move(default_sessions)}};
}

json::object session_defaults(const config::Config& config) {
    const auto main_key = config.text("session.mainKey").value_or("main");
    const auto scope = config.text("session.scope").value_or("per-sender");
    const auto& agent = config.default_agent().id;
    return {{"defaultAgentId", agent},
            {"mainKey", main_key},
            {"mainSessionKey",
             scope == "global" ? std::string("global") : fmt::format("agent:{}:{}", agent, main_key)},
            {"scope", scope}};
}

net::Task<json::object> hello_payload(Room& room, ServingPointer serving, std::shared_ptr<Client> greeted,
                                      std::string role) {
    const auto& client = *greeted;
    auto state = client.may(access::Scope::read) ? co_await readable_state(room, serving) : empty_state();
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
