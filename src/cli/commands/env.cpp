#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/gateway/gateway_client.h"
#include "config/environment/known_variables.h"
#include "config/environment_report.h"

namespace openclaw::cli {

namespace {

// The gateway's winning fingerprint of each variable, or why it can't be asked.
struct GatewayView {
    std::map<std::string, std::string, std::less<>> fingerprints;
    std::string unreachable;
};

GatewayView ask(Context& context, const GatewayOptions& options) {
    GatewayView view;
    const auto answer = ask_gateway(context, options, "env.list");
    const auto* rows = answer && answer->is_object() ? array_at(answer->get_object(), "variables") : nullptr;
    if (!rows) {
        view.unreachable = answer ? "it doesn't tell" : answer.error().message;
        return view;
    }
    for (const auto& row : *rows) {
        const auto* object = row.if_object();
        const auto* candidates = object ? array_at(*object, "candidates") : nullptr;
        const auto* first = candidates && !candidates->empty() ? candidates->front().if_object() : nullptr;
        if (first)
            view.fingerprints.emplace(string_at(*object, "name").value_or(""),
                                      string_at(*first, "fingerprint").value_or(""));
    }
    return view;
}

// How this shell and the gateway stand to each other: "same", "differs", "only here".
std::string_view compare(const json::object& variable, const GatewayView& view) {
    const auto found = view.fingerprints.find(string_at(variable, "name").value_or(""));
    const auto here = string_at(variable, "fingerprint").value_or("");
    if (found == view.fingerprints.end() || found->second.empty()) return here.empty() ? "same" : "only here";
    return found->second == here ? "same" : "differs";
}

// Secrets that the gateway has and this shell has not.
std::vector<std::string> only_there(const json::array& variables, const GatewayView& view) {
    std::vector<std::string> names;
    for (const auto& [name, fingerprint] : view.fingerprints) {
        const auto is_here = [&](const json::value& variable) {
            return string_at(variable.get_object(), "name") == std::string_view(name);
        };
        if (config::find_known_variable(name) && std::ranges::none_of(variables, is_here))
            names.push_back(name);
    }
    return names;
}

std::string origin(Context& context, const json::object& entry) {
    const auto source = string_at(entry, "source").value_or("");
    const auto place = string_at(entry, "place").value_or("");
    if (source == "process") return "this process";
    if (source == "loginShell") return "login shell";
    return printable(place.starts_with("/") ? context.paths.shortened(std::string(place))
                                            : std::string(place));
}

std::string shown_value(const json::object& entry) {
    if (const auto open = string_at(entry, "value")) return printable(*open);
    return std::string(string_at(entry, "fingerprint").value_or("(blank)"));
}

void print(Context& context, const json::array& variables, const GatewayView& view) {
    for (const auto& variable : variables) {
        const auto& entry = variable.get_object();
        std::string line = fmt::format("{:<28} {:<12} from {}", string_at(entry, "name").value_or(""),
                                       shown_value(entry), origin(context, entry));
        if (view.unreachable.empty())
            if (const auto relation = compare(entry, view); relation != "same")
                line += relation == "differs" ? "; the gateway has another value"
                                              : "; the gateway doesn't have it";
        context.out.line(line);
        for (const auto& shadow : *array_at(entry, "shadows"))
            context.out.line(fmt::format("{:<28}   hides {} from {}", "", shown_value(shadow.get_object()),
                                         origin(context, shadow.get_object())));
    }
    if (variables.empty()) context.out.line("No variable that matters is set.");
    for (const auto& name : only_there(variables, view))
        context.out.line(fmt::format("{:<28} only the gateway has it", name));
    if (!view.unreachable.empty())
        context.out.note("note: no comparison with the gateway: " + view.unreachable);
}

json::object json_of(json::array variables, const GatewayView& view) {
    const bool reachable = view.unreachable.empty();
    json::array missing;
    for (const auto& name : only_there(variables, view)) missing.emplace_back(name);
    for (auto& variable : variables)
        if (reachable) variable.get_object()["gateway"] = compare(variable.get_object(), view);
    json::object gateway{{"reachable", reachable}};
    if (reachable)
        gateway["onlyThere"] = std::move(missing);
    else
        gateway["reason"] = view.unreachable;
    return {{"variables", std::move(variables)}, {"gateway", std::move(gateway)}};
}

Exit run_env(Context& context, const Arguments& arguments) {
    const auto config = context.config_with_problems();
    if (!config) return report(context, config.error());
    const auto options = gateway_options(context, arguments);
    if (!options) return report(context, options.error());
    auto variables = config::environment_report(**config, context.fingerprint_key);
    const auto view = ask(context, *options);
    for (const auto* list : {&(*config)->problems(), &(*config)->warnings()}) {
        for (const auto& each : *list) {
            if (!each.path.empty()) continue;
            context.out.note("warning: " + printable(each.message));
            if (!each.hint.empty()) context.out.note("hint: " + printable(each.hint));
        }
    }
    if (arguments.has("--json"))
        context.out.json(json_of(std::move(variables), view));
    else
        print(context, variables, view);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--json", .help = "Print the table as JSON", .kind = OptionKind::flag},
    {.name = "--timeout", .value_name = "MS", .help = "How long the gateway may take (default: 10000)"},
};

}  // namespace

const Command env_command{
    .name = "env",
    .summary = "Show where each variable comes from, and what the gateway sees",
    .arguments = "",
    .options = options,
    .example = "openclaw env",
    .run = run_env,
    .group = heading::settings,
    .details =
        "Strongest first: this process, a .env in the working folder (for harmless names only), .env in the "
        "state directory, ~/.clawdbot/.env, `env` in the config, the login shell when env.shellEnv.enabled "
        "is set. Of a secret only a fingerprint is shown: equal fingerprints, equal secrets.",
};

}  // namespace openclaw::cli
