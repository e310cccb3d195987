#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/gateway/gateway_client.h"
#include "cli/output/age.h"

namespace openclaw::cli {

namespace {

std::string agent_label(const json::object& agent) {
    std::string label(string_at(agent, "agentId").value_or("?"));
    if (bool_at(agent, "isDefault").value_or(false)) label += " (default)";
    return printable(label);
}

void print_sessions(Context& context, const json::object& agent) {
    const json::object* sessions = object_at(agent, "sessions");
    if (!sessions) return;
    context.out.line(fmt::format(
        "Session store ({}): {} ({} entries)", printable(string_at(agent, "agentId").value_or("?")),
        printable(string_at(*sessions, "path").value_or("?")), integer_at(*sessions, "count").value_or(0)));
    const json::array* recent = array_at(*sessions, "recent");
    if (!recent) return;
    for (const json::value& each : *recent) {
        const json::object* session = as_object(&each);
        if (!session) continue;
        context.out.line(fmt::format("- {} ({})", printable(string_at(*session, "key").value_or("?")),
                                     age(Milliseconds(integer_at(*session, "age").value_or(0)))));
    }
}

void print_health(Context& context, const json::object& health) {
    std::vector<std::string> labels;
    const json::array* agents = array_at(health, "agents");
    for (const json::value& each : agents ? *agents : json::array{}) {
        if (const json::object* agent = as_object(&each)) labels.push_back(agent_label(*agent));
    }
    context.out.line("Gateway: ok");
    context.out.line("Agents: " + joined(labels, ", "));
    for (const json::value& each : agents ? *agents : json::array{}) {
        if (const json::object* agent = as_object(&each)) print_sessions(context, *agent);
    }
}

Exit run_health(Context& context, const Arguments& arguments) {
    const auto options = gateway_options(context, arguments);
    if (!options) return report(context, options.error());
    if (arguments.has("--verbose") && !arguments.has("--json")) print_gateway_target(context, *options);
    const auto answer = ask_gateway(context, *options, "health");
    if (!answer) return report(context, answer.error());
    const json::object* health = as_object(&*answer);
    if (arguments.has("--json"))
        context.out.json(*answer);
    else
        print_health(context, health ? *health : json::object{});
    return health && bool_at(*health, "ok").value_or(true) ? Exit::ok : Exit::unavailable;
}

constexpr Option options[] = {
    {.name = "--json", .help = "Print the gateway's answer", .kind = OptionKind::flag},
    {.name = "--timeout", .value_name = "MS", .help = "Give up after this long (default: 10000)"},
    {.name = "--verbose", .help = "Say too where it is asked, and with what proof", .kind = OptionKind::flag},
    gateway_option::url,
    gateway_option::token,
    gateway_option::token_file,
    gateway_option::password,
    gateway_option::password_file,
};

}  // namespace

const Command health{
    .name = "health",
    .summary = "Ask the running gateway whether it is well",
    .options = options,
    .example = "openclaw health --json",
    .run = run_health,
    .group = heading::gateway,
};

const Command gateway_health{
    .name = "gateway health",
    .summary = "The same as `openclaw health`",
    .options = options,
    .example = "openclaw gateway health",
    .run = run_health,
};

}  // namespace openclaw::cli
