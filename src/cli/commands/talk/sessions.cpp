#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/gateway/gateway_client.h"
#include "cli/output/age.h"
#include "cli/output/table.h"

namespace openclaw::cli {

namespace {

constexpr std::string_view member_names[] = {
    "key",           "kind",         "updatedAt",   "sessionId",    "systemSent",  "abortedLastRun",
    "thinkingLevel", "verboseLevel", "inputTokens", "outputTokens", "totalTokens", "model",
    "contextTokens"};

json::object row_json(const json::object& session, TimePoint now) {
    json::object row;
    for (const std::string_view name : member_names) {
        if (const json::value* value = value_at(session, name)) row[name] = *value;
        if (name == "updatedAt") {
            row["ageMs"] = to_ms(now) - integer_at(session, "updatedAt").value_or(to_ms(now));
        }
    }
    return row;
}

json::object list_json(const json::object& answer, const std::optional<std::int64_t>& active, TimePoint now) {
    json::array rows;
    const json::array* sessions = array_at(answer, "sessions");
    for (const json::value& each : sessions ? *sessions : json::array{}) {
        if (const json::object* session = as_object(&each)) rows.push_back(row_json(*session, now));
    }
    return {{"path", string_at(answer, "path").value_or("")},
            {"count", rows.size()},
            {"activeMinutes", active ? json::value(*active) : json::value(nullptr)},
            {"sessions", std::move(rows)}};
}

void print_list(Context& context, const json::object& list) {
    Output& out = context.out;
    out.line(fmt::format("Session store: {}", printable(string_at(list, "path").value_or("?"))));
    out.line(fmt::format("Sessions listed: {}", integer_at(list, "count").value_or(0)));
    const json::array& sessions = *array_at(list, "sessions");
    if (sessions.empty()) return;
    constexpr std::size_t widths[] = {8, 32, 10, 24};
    std::vector<std::vector<std::string>> cells{{"Kind", "Key", "Age", "Model", "Tokens"}};
    for (const json::value& each : sessions) {
        const json::object& row = each.as_object();
        cells.push_back({printable(string_at(row, "kind").value_or("?")),
                         printable(string_at(row, "key").value_or("?")),
                         age(Milliseconds(integer_at(row, "ageMs").value_or(0))),
                         printable(string_at(row, "model").value_or("-")),
                         std::to_string(integer_at(row, "totalTokens").value_or(0))});
    }
    for (const auto& line : table(cells, widths, out.columns())) out.line(line);
}

Exit run_sessions(Context& context, const Arguments& arguments) {
    const auto options = gateway_options(context, arguments);
    if (!options) return report(context, options.error());
    const auto active = arguments.integer("--active", 1, 60 * 24 * 365);
    if (!active) return report(context, active.error());
    json::object params;
    if (*active) params["activeMinutes"] = **active;
    if (const auto agent = arguments.text("--agent")) params["agentId"] = *agent;
    const auto answer = ask_gateway(context, *options, "sessions.list", std::move(params));
    if (!answer) return report(context, answer.error());
    const json::object* object = as_object(&*answer);
    const json::object list = list_json(object ? *object : json::object{}, *active, context.clock.now());
    if (arguments.has("--json"))
        context.out.json(list);
    else
        print_list(context, list);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--json", .help = "Print the list as JSON", .kind = OptionKind::flag},
    {.name = "--active", .value_name = "MINUTES", .help = "Only those used within this time"},
    {.name = "--agent", .value_name = "ID", .help = "Only those of this agent", .completes = "agent"},
    {.name = "--timeout", .value_name = "MS", .help = "Give up after this long (default: 10000)"},
    gateway_option::url,
    gateway_option::token,
    gateway_option::token_file,
    gateway_option::password,
    gateway_option::password_file,
};

}  // namespace

const Command sessions{
    .name = "sessions",
    .summary = "List the conversations that the gateway knows",
    .options = options,
    .example = "openclaw sessions --active 60",
    .run = run_sessions,
    .group = heading::talk,
};

const Command sessions_list{
    .name = "sessions list",
    .summary = "The same as `openclaw sessions`",
    .options = options,
    .example = "openclaw sessions list --json",
    .run = run_sessions,
};

}  // namespace openclaw::cli
