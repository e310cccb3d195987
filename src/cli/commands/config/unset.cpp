#include "cli/commands/commands.h"
#include "cli/commands/config/change.h"
#include "config/json5/key_path.h"

namespace openclaw::cli {

namespace {

Exit run_config_unset(Context& context, const Arguments& arguments) {
    const auto path = config::parse_key_path(arguments.positional().front());
    if (!path) return report(context, path.error());
    const auto written = context.config_writer().unset(*path);
    if (!written) return report(context, written.error());
    tell_change(context, *written, "Removed", config::format_key_path(*path));
    return Exit::ok;
}

}  // namespace

const Command config_unset{
    .name = "config unset",
    .summary = "Take one setting out of the file",
    .arguments = "PATH",
    .options = {},
    .example = "openclaw config unset gateway.bind",
    .run = run_config_unset,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "setting",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
