// What is going on: health, status, who is connected.
#include <algorithm>

#include "gateway/ws/methods/handlers.h"
#include "gateway/ws/session_rows.h"
#include "gateway/ws/snapshot.h"

namespace openclaw::gateway::methods {

namespace {

constexpr std::size_t recent_max = 10;

json::object status_row(TimePoint now, const chat::SessionInfo& session) {
    auto row = session_row(session);
    const auto total = integer_at(row, "totalTokens").value_or(0);
    const auto context = integer_at(row, "contextTokens").value_or(0);
    row["agentId"] = session.agent_id;
    row["age"] = std::max(Milliseconds(0), now - session.updated).count();
    if (context > 0) {
        row["remainingTokens"] = std::max<std::int64_t>(0, context - total);
        row["percentUsed"] = std::min<std::int64_t>(999, total * 100 / context);
    }
    return row;
}

json::object agent_sessions(const Call& call, const config::AgentEntry& agent,
                            const std::vector<chat::SessionInfo>& all) {
    const auto now = call.room.now();
    json::array recent;
    std::size_t count = 0;
    for (const auto& session : all) {
        if (session.agent_id != agent.id) continue;
        if (++count <= recent_max) recent.push_back(status_row(now, session));
    }
    return {{"agentId", agent.id},
            {"path", session_file(call.config(), agent)},
            {"count", count},
            {"recent", std::move(recent)}};
}

// What settings and files are called is told to who may know of all agents.
json::object currency_json(const Room& room, const access::Principal& viewer) {
    const auto& currency = room.means.reloader->currency();
    if (!viewer.limits().none())
        return {{"readAt", to_ms(currency.read_at)},
                {"upToDate", currency.up_to_date()},
                {"needsRestart", json::array{}}};
    json::array restart, damaged, unwritable;
    for (const auto& path : currency.needs_restart) restart.emplace_back(path);
    for (const auto& [file, problem] : currency.damaged_stores)
        damaged.push_back(json::object{{"path", file}, {"problem", problem}});
    for (const auto& [file, problem] : room.means.credentials.unwritable())
        unwritable.push_back(json::object{{"path", file}, {"problem", problem}});
    json::object object{{"readAt", to_ms(currency.read_at)},
                        {"upToDate", currency.up_to_date()},
                        {"needsRestart", std::move(restart)}};
    if (!currency.problem.empty()) object["problem"] = currency.problem;
    if (!currency.tls_problems.empty()) {
        json::array problems;
        for (const auto& problem : currency.tls_problems) problems.emplace_back(problem);
        object["tlsProblems"] = std::move(problems);
    }
    if (auto problem = room.means.reloader->keys_problem(); !problem.empty())
        object["keysProblem"] = std::move(problem);
    if (auto problem = room.means.reloader->devices_problem(); !problem.empty())
        object["devicesProblem"] = std::move(problem);
    if (!damaged.empty()) object["damagedStores"] = std::move(damaged);
    if (!unwritable.empty()) object["unwritableStores"] = std::move(unwritable);
    return object;
}

// How often somebody was refused, and why: for who may change it.
json::object audit_json(const Room& room) {
    const auto state = room.means.journal.state();
    json::object refusals;
    for (const auto& [reason, times] : state.refusals) refusals[reason] = times;
    json::object object{
        {"enabled", state.enabled}, {"lines", state.lines}, {"refusals", std::move(refusals)}};
    if (state.trouble) object["problem"] = state.trouble->message;
    return object;
}

json::object gateway_status(const Room& room, const access::Principal& viewer) {
    json::object gateway{{"version", room.means.version},
                         {"uptimeMs", room.means.life.uptime(room.means.clock).count()},
                         {"clients", room.hub->size()},
                         {"running", room.means.chat.running()},
                         {"refusedGuesses", room.means.doorman.refused_guesses()},
                         {"config", currency_json(room, viewer)}};
    if (viewer.limits().none() && viewer.may(access::Scope::admin)) gateway["audit"] = audit_json(room);
    return gateway;
}

}  // namespace

net::Task<Reply> health(Call call) {
    co_return co_await health_snapshot(call.room, call.serving, call.client->principal());
}

net::Task<Reply> status(Call call) {
    Room& room = call.room;
    const auto& viewer = call.client->principal();
    auto sessions = co_await room.means.chat.list_sessions(viewer);
    if (!sessions) co_return std::unexpected(wire_error(sessions.error()));
    const auto now = room.now();
    json::array by_agent, recent, paths, heartbeats;
    for (const auto& agent : call.config().agents()) {
        if (!viewer.limits().allow_agent(agent.id)) continue;
        by_agent.push_back(agent_sessions(call, agent, *sessions));
        paths.emplace_back(session_file(call.config(), agent));
        heartbeats.push_back(json::object{
            {"agentId", agent.id}, {"enabled", false}, {"every", "disabled"}, {"everyMs", nullptr}});
    }
    for (const auto& session : *sessions)
        if (recent.size() < recent_max) recent.push_back(status_row(now, session));
    co_return json::object{
        {"heartbeat", json::object{{"defaultAgentId", chat::default_agent_for(viewer, call.config())},
                                   {"agents", std::move(heartbeats)}}},
        {"channelSummary", json::array{}},
        {"queuedSystemEvents", json::array{}},
        {"sessions", json::object{{"paths", std::move(paths)},
                                  {"count", sessions->size()},
                                  {"defaults", session_list_defaults(call.config())},
                                  {"recent", std::move(recent)},
                                  {"byAgent", std::move(by_agent)}}},
        {"gateway", gateway_status(room, viewer)}};
}

Reply system_presence(Call& call) {
    return call.room.presence->entries(call.client->principal(), call.room.now());
}

// Heartbeats are turns that the reference starts by itself; this gateway starts none.
Reply last_heartbeat(Call&) {
    return json::value(nullptr);
}

}  // namespace openclaw::gateway::methods
