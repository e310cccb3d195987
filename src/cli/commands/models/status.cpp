#include "auth/look_around.h"
#include "auth/status_report.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"

namespace openclaw::cli {

namespace {

struct Format {
    bool json, plain, check;
};

Exit show(Context& context, const Arguments& arguments, Format format) {
    if (format.json && format.plain)
        return report(context, {Code::invalid_input, "choose either --json or --plain, not both", {}});
    const auto credentials = open_credentials(context, arguments);
    if (!credentials) return report(context, credentials.error());
    note_oddities(context, **credentials);
    const auth::StatusRequest request{
        .store = *(*credentials)->profiles,
        .config = *(*credentials)->config,
        .agent = *(*credentials)->agent,
        .agent_given = (*credentials)->agent_given,
        .store_file = (*credentials)->store.file().string(),
        .fingerprint_key = context.fingerprint_key,
        .surroundings = auth::look_around(context.files, *(*credentials)->config, context.fingerprint_key),
        .now = context.clock.now()};
    const auto status = auth::make_status_report(request);
    if (format.json)
        context.out.json(auth::status_json(status, request));
    else if (format.plain)
        context.out.line(status.plan.primary.key());
    else
        for (const auto& line : auth::status_text(status, request)) context.out.line(line);
    if (!format.check) return Exit::ok;
    context.out.note(status.check_line());
    return status.exit() == 0 ? Exit::ok : status.exit() == 2 ? Exit::attention : Exit::error;
}

Exit run_status(Context& context, const Arguments& arguments) {
    return show(context, arguments,
                {arguments.has("--json"), arguments.has("--plain"), arguments.has("--check")});
}

Exit run_models(Context& context, const Arguments& arguments) {
    return show(context, arguments, {arguments.has("--status-json"), arguments.has("--status-plain"), false});
}

constexpr Option status_options[] = {
    json_option,
    {.name = "--plain", .help = "Print the default model only", .kind = OptionKind::flag},
    {.name = "--check",
     .help =
         "End with 1 if a model in use has no usable credential, with 2 if its last one expires within a day",
     .kind = OptionKind::flag},
    agent_option,
};

constexpr Option models_options[] = {
    {.name = "--status-json", .help = "Print the status as JSON", .kind = OptionKind::flag},
    {.name = "--status-plain", .help = "Print the default model only", .kind = OptionKind::flag},
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
        "Reads files and the environment only: no network. --check says its reason in one line on standard "
        "error.",
};

}  // namespace openclaw::cli
