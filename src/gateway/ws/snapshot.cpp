#include "gateway/ws/snapshot.h"

#include <algorithm>

#include "chat/sessions/session_store.h"
#include "gateway/ws/methods.h"

namespace openclaw::gateway {

namespace {

constexpr std::size_t recent_max = 5;

json::object sessions_summary(Core& core, const config::AgentEntry& agent) {
    const auto now = core.now();
    json::object summary{{"path", chat::session_store_file(core.config(), agent).string()},
                         {"count", 0},
                         {"recent", json::array{}}};
    auto sessions = core.chat.list_sessions(agent.id);
    if (!sessions) {
        summary["error"] = sessions.error().message;
        return summary;
    }
    summary["count"] = sessions->size();
    auto& recent = summary["recent"].get_array();
    for (const auto& session : *sessions) {
        if (recent.size() == recent_max) break;
        const auto age = std::max(Milliseconds(0), now - session.updated);
        recent.push_back(
            json::object{{"key", session.key}, {"updatedAt", to_ms(session.updated)}, {"age", age.count()}});
    }
    return summary;
}

json::array method_names() {
    json::array names;
    for (const auto& method : all_methods())
        if (method.advertised) names.emplace_back(json::string_view(method.name));
    return names;
}

json::array event_names() {
    json::array names;
    for (auto name : all_events()) names.emplace_back(json::string_view(name));
    return names;
}

}  // namespace

json::object health_snapshot(Core& core) {
    const auto begun = core.parts.clock.steady();
    const auto& config = core.config();
    const auto& default_id = config.default_agent().id;
    json::array agents;
    json::object default_sessions;
    for (const auto& agent : config.agents()) {
        auto summary = sessions_summary(core, agent);
        if (agent.id == default_id) default_sessions = summary;
        json::object row{{"agentId", agent.id}};
        if (!agent.name.empty()) row["name"] = agent.name;
        row["isDefault"] = agent.id == default_id;
        row["heartbeat"] = json::object{{"enabled", false}, {"every", "disabled"}, {"everyMs", nullptr}};
        row["sessions"] = std::move(summary);
        agents.push_back(std::move(row));
    }
    const auto took = std::chrono::duration_cast<Milliseconds>(core.parts.clock.steady() - begun);
    return {{"ok", true},
            {"ts", to_ms(core.now())},
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

json::object hello_payload(Core& core, const Client& client, const ConnectRequest& request) {
    json::array scopes;
    for (const auto& scope : client.principal().scopes().names()) scopes.emplace_back(scope);
    const auto& paths = core.config().paths();
    return {{"type", "hello-ok"},
            {"protocol", client.protocol()},
            {"server", json::object{{"version", core.parts.version}, {"connId", client.id()}}},
            {"features", json::object{{"methods", method_names()}, {"events", event_names()}}},
            {"snapshot", json::object{{"presence", core.presence.entries(core.now())},
                                      {"health", health_snapshot(core)},
                                      {"stateVersion", core.state_version()},
                                      {"uptimeMs", core.uptime().count()},
                                      {"configPath", paths.config_file.string()},
                                      {"stateDir", paths.state.string()},
                                      {"sessionDefaults", session_defaults(core.config())}}},
            {"auth", json::object{{"method", json::string_view(name_of(client.principal().proof()))},
                                  {"role", request.role},
                                  {"scopes", std::move(scopes)}}},
            {"policy", json::object{{"maxPayload", frame_bytes_max},
                                    {"maxBufferedBytes", buffered_bytes_max},
                                    {"tickIntervalMs", tick_interval.count()}}}};
}

}  // namespace openclaw::gateway
