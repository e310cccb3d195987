#include "cli/commands/commands.h"
#include "cli/gateway/gateway_client.h"

namespace openclaw::cli {

namespace {

Result<json::object> parameters_of(const Arguments& arguments) {
    const auto text = arguments.text("--params");
    if (!text) return json::object{};
    auto parsed = parse_json(*text);
    if (!parsed) return failed(parsed.error(), "--params");
    if (!parsed->is_object())
        return fail(Code::invalid_input, "--params wants a JSON object, such as '{{\"limit\": 5}}'");
    return std::move(parsed->as_object());
}

Exit run_call(Context& context, const Arguments& arguments) {
    auto options = gateway_options(context, arguments);
    if (!options) return report(context, options.error());
    auto params = parameters_of(arguments);
    if (!params) return report(context, params.error());
    const std::string& method = arguments.positional().front();
    const auto answer =
        ask_gateway(context, *options, method, std::move(*params), arguments.has("--expect-final"));
    if (!answer) return report(context, answer.error());
    if (!arguments.has("--json")) context.out.note("Gateway call: " + method);
    context.out.json(*answer);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--params", .value_name = "JSON", .help = "The parameters, a JSON object (default: {})"},
    {.name = "--expect-final",
     .help = "Wait for the second answer of methods that answer twice",
     .kind = OptionKind::flag},
    {.name = "--timeout", .value_name = "MS", .help = "Give up after this long (default: 10000)"},
    {.name = "--json", .help = "Print nothing but the answer", .kind = OptionKind::flag},
    gateway_option::url,
    gateway_option::token,
    gateway_option::token_file,
    gateway_option::password,
    gateway_option::password_file,
};

}  // namespace

const Command gateway_call{
    .name = "gateway call",
    .summary = "Ask the running gateway one thing by its method name",
    .arguments = "METHOD",
    .options = options,
    .example = "openclaw gateway call sessions.list --params '{\"limit\": 5}' --json",
    .run = run_call,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "agents.list|chat.history|config.get|health|models.list|sessions.list|status",
};

}  // namespace openclaw::cli
