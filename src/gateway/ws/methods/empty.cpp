// What this gateway has not, in the shapes in which clients read it: nothing is there.
#include "config/agents.h"
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

Reply node_list(Call& call) {
    return json::object{{"ts", to_ms(call.room.now())}, {"nodes", json::array{}}};
}

// Newer clients read the page's place, and that it is of one piece with the one before.
Reply cron_list(Call& call) {
    auto params = call.params();
    const auto limit = params.integer("limit", 1, 200).value_or(200);
    const auto offset = params.integer("offset", 0, INT32_MAX).value_or(0);
    if (const auto problem = params.problem()) return std::unexpected(*problem);
    return json::object{{"jobs", json::array{}},  {"total", 0},       {"offset", offset},
                        {"limit", limit},         {"hasMore", false}, {"nextOffset", nullptr},
                        {"snapshotRevision", "0"}};
}

Reply cron_status(Call&) {
    return json::object{{"enabled", false}, {"jobs", 0}, {"nextWakeAtMs", nullptr}};
}

Reply channels_status(Call& call) {
    return json::object{{"ts", to_ms(call.room.now())},      {"channelOrder", json::array{}},
                        {"channelLabels", json::object{}},   {"channels", json::object{}},
                        {"channelAccounts", json::object{}}, {"channelDefaultAccountId", json::object{}}};
}

// Nothing asks anybody: no question of an agent, no approval of a command.
Reply question_list(Call&) {
    return json::object{{"questions", json::array{}}};
}

Reply approval_list(Call&) {
    return json::array{};
}

Reply skills_status(Call& call) {
    auto params = call.params();
    const auto id = params.filled_text("agentId");
    if (const auto problem = params.problem()) return std::unexpected(*problem);
    const auto* agent = id ? call.config().find_agent(*id) : &call.config().default_agent();
    if (!agent) return std::unexpected(invalid_request("unknown agent id"));
    return json::object{{"workspaceDir", agent->workspace.string()},
                        {"managedSkillsDir", (call.config().paths().state / "skills").string()},
                        {"agentId", agent->id},
                        {"skills", json::array{}}};
}

// No command of an agent is ever run here. A file of the reference that says otherwise has no effect.
net::Task<Reply> exec_approvals_get(Call call) {
    const auto path = call.config().paths().state / "exec-approvals.json";
    std::move_only_function<bool()> look = [&files = call.room.means.files, path] {
        return platform::exists(files, path);
    };
    const bool exists = co_await call.room.means.loop.blocking(std::move(look));
    const json::object nothing_runs{
        {"security", "deny"}, {"ask", "off"}, {"askFallback", "deny"}, {"autoAllowSkills", false}};
    co_return json::object{{"path", path.string()},
                           {"exists", exists},
                           {"hash", ""},
                           {"file", json::object{{"version", 1},
                                                 {"socket", json::object{}},
                                                 {"defaults", nothing_runs},
                                                 {"agents", json::object{}}}},
                           {"resolvedDefaults", nothing_runs}};
}

Reply node_pair_list(Call&) {
    return json::object{{"pending", json::array{}}, {"paired", json::array{}}};
}

}  // namespace openclaw::gateway::methods
