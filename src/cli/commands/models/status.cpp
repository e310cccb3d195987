#include <limits>

#include "auth/report/status_report.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/probe_table.h"
#include "cli/commands/models/status_probe.h"
#include "cli/commands/models/surroundings.h"
#include "cli/gateway/gateway_view.h"
#include "cli/gateway/weak_points.h"
#include "providers/wire/provider.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t shown_max = 20;  // profiles of one provider, for a person; a pipe gets them all

struct Format {
    bool json = false, plain = false, check = false, reveal = false, all_profiles = false;
    bool names_agent = false;  // --agent is given: it shows whose this is
};

// Whole secrets are for a person's eyes: neither a pipe nor a file gets them.
Result<void> check_format(const Context& context, const Format& format) {
    if (format.json && format.plain)
        return fail(Code::invalid_input, "choose either --json or --plain, not both");
    const bool person = context.terminal.output_is_terminal() && context.terminal.input_is_terminal();
    if (format.reveal && !person)
        return hinted(fail(Code::invalid_input, "--reveal shows whole secrets and works at a terminal only"),
                      "without it secrets are shown as fingerprints: `openclaw models status`");
    return {};
}

auth::StatusRequest request_of(Context& context, const AgentCredentials& credentials, const Format& format,
                               SourceCommands commands, const GatewayEyes& gateway) {
    return {
        .store = *credentials.profiles,
        .config = *credentials.config,
        .agent = *credentials.agent,
        .agent_given = format.names_agent,
        .store_file = credentials.store.file().string(),
        .fingerprint_key = context.fingerprint_key,
        .surroundings = surroundings_of(context, *credentials.profiles, *credentials.config, commands),
        .now = context.clock.now(),
        .live = gateway.verdict ? &gateway.live : nullptr,
        .unsendable = [config = credentials.config](
                          const auth::ModelRef& model) { return providers::why_unsendable(model, *config); },
        .reveal = format.reveal,
        .shown_max = format.all_profiles || !context.out.columns() ? credentials.profiles->profiles.size()
                                                                   : shown_max};
}

// Everything that is shown, and what it is made of.
struct Shown {
    const auth::StatusReport& status;
    const auth::StatusRequest& request;
    const GatewayEyes& gateway;
    const std::optional<json::object>& probes;
    const config::Config& config;
    std::size_t oddities = 0;  // not told
};

void print_json(Context& context, const Shown& shown) {
    auto document = auth::status_json(shown.status, shown.request);
    if (shown.probes) document["auth"].as_object()["probes"] = *shown.probes;
    if (const auto& verdict = shown.gateway.verdict) {
        json::object gateway;
        for (const auto member : {"exit", "checks"})
            if (const auto* value = value_at(*verdict, member)) gateway[member] = *value;
        document["gateway"] = std::move(gateway);
    }
    context.out.json(std::move(document));
}

void print_probes(Context& context, const Shown& shown) {
    if (!shown.probes) return;
    const auto columns = context.out.columns();
    const int width = columns ? static_cast<int>(*columns) - 1 : std::numeric_limits<int>::max();
    for (const auto& line : probe_table(*shown.probes, width)) context.out.line(line);
}

void print_text(Context& context, const Shown& shown) {
    for (const auto& line : auth::status_text(shown.status, shown.request)) context.out.line(line);
    const auto others = shown.gateway.verdict ? judged_otherwise(shown.status.checks, *shown.gateway.verdict)
                                              : std::vector<std::string>();
    if (!others.empty()) context.out.line("\nIn the gateway, which answers requests");
    for (const auto& line : others) context.out.line("- " + line);
    if (shown.probes) context.out.line("");
    print_probes(context, shown);
}

void print(Context& context, const Format& format, const Shown& shown) {
    if (format.plain)
        context.out.line(shown.status.plan.primary.key());
    else if (format.json)
        print_json(context, shown);
    else if (!format.check)
        print_text(context, shown);
    else
        print_probes(context, shown);
}

// How the gateway that runs here judges with its own environment, where that is something else: it is the
// one that answers requests.
std::optional<std::int64_t> judged_otherwise_there(const Shown& shown) {
    const auto& there = shown.gateway.verdict;
    const auto exit = there ? integer_at(*there, "exit") : std::nullopt;
    return exit && *exit != shown.status.exit() ? exit : std::nullopt;
}

// 1 before 2 before 0; a probe that failed is a 1 whatever the records say.
Exit judge(Context& context, const Shown& shown) {
    auto line = shown.status.check_line();
    const auto there = judged_otherwise_there(shown);
    const std::string line_there(there ? string_at(*shown.gateway.verdict, "line").value_or("check failed")
                                       : "");
    if (there) line += "; in the gateway: " + printable(line_there);
    if (const auto names = there ? set_here_only(line_there, shown.config) : std::vector<std::string>();
        !names.empty())
        line += fmt::format("; set in your shell, not in the gateway: {}", joined(names, ", "));
    if (shown.oddities > 0)
        line += fmt::format("; {} more to be known, shown without --check", shown.oddities);
    const auto failed = shown.probes ? failed_probes(*shown.probes) : FailedProbes{};
    context.out.note(line);
    if (failed.failed > 0)
        context.out.note(
            fmt::format("check: {} of {} probes failed: {}", failed.failed, failed.made, failed.first));
    const auto exit = there.value_or(shown.status.exit());
    if (exit == 1 || failed.failed > 0) return Exit::error;
    return exit == 2 ? Exit::attention : Exit::ok;
}

Exit show(Context& context, const Arguments& arguments, Format format) {
    format.names_agent = arguments.has("--agent");
    if (const auto fine = check_format(context, format); !fine) return report(context, fine.error());
    const auto credentials = open_credentials(context, arguments);
    if (!credentials) return report(context, credentials.error());
    if (!format.check) {
        note_oddities(context, **credentials);
        note_weak_points(context, *(*credentials)->config);
    }
    const bool judges = !format.plain || format.check;
    const auto gateway = judges ? see_as_gateway(context, **credentials) : GatewayEyes{};
    if (!gateway) return report(context, gateway.error());
    const auto request = request_of(context, **credentials, format, source_commands(arguments), *gateway);
    const auto status = auth::make_status_report(request);
    const auto options = probe_options(arguments, **credentials, status);
    if (!options) return report(context, options.error());
    std::optional<json::object> probes;
    if (*options) {
        auto summary = probe(context, **credentials, status, **options);
        if (!summary) return report(context, summary.error());
        probes = std::move(*summary);
    }
    const Shown shown{.status = status,
                      .request = request,
                      .gateway = *gateway,
                      .probes = probes,
                      .config = *(*credentials)->config,
                      .oddities = count_oddities(**credentials)};
    print(context, format, shown);
    return format.check ? judge(context, shown) : Exit::ok;
}

Exit run_status(Context& context, const Arguments& arguments) {
    return show(context, arguments,
                {.json = arguments.has("--json"),
                 .plain = arguments.has("--plain"),
                 .check = arguments.has("--check"),
                 .reveal = arguments.has("--reveal"),
                 .all_profiles = arguments.has("--all-profiles")});
}

Exit run_models(Context& context, const Arguments& arguments) {
    return show(context, arguments,
                {.json = arguments.has("--status-json"), .plain = arguments.has("--status-plain")});
}

constexpr Option status_options[] = {
    json_option,
    {.name = "--plain", .help = "Print the default model only", .kind = OptionKind::flag},
    {.name = "--check",
     .help =
         "End with 1 if a model in use has no usable credential, with 2 if its last one expires within a day",
     .kind = OptionKind::flag},
    {.name = "--reveal",
     .help = "Show whole secrets instead of fingerprints; at a terminal only",
     .kind = OptionKind::flag},
    {.name = "--all-profiles",
     .help = "List every profile, however many a provider has",
     .kind = OptionKind::flag},
    probe_flag,
    probe_provider_option,
    probe_profile_option,
    probe_models_option,
    probe_timeout_option,
    probe_concurrency_option,
    probe_tokens_option,
    allow_exec_option,
    agent_option,
};

constexpr Option models_options[] = {
    {.name = "--status-json", .help = "Print the status as JSON", .kind = OptionKind::flag},
    {.name = "--status-plain", .help = "Print the default model only", .kind = OptionKind::flag},
    allow_exec_option,
    agent_option,
};

}  // namespace

const Command models_alone{
    .name = "models",
    .summary = "The same as models status",
    .options = models_options,
    .example = "openclaw models",
    .run = run_models,
};

const Command models_status{
    .name = "models status",
    .summary = "Show the models in use, and which credential the next request of each would use",
    .options = status_options,
    .example = "openclaw models status --check",
    .run = run_status,
    .details =
        "Reads files and the environment only, unless --probe is given. --check says its reason in one line "
        "on standard error, and nothing else unless --json, --plain or --probe asks for it. --probe goes "
        "through the gateway when one runs here, with the gateway's own "
        "environment; it changes no standing, rests nothing and leaves no conversation behind.",
};

}  // namespace openclaw::cli
