#include "cli/commands/commands.h"

namespace openclaw::cli {

namespace {

Exit run_config_file(Context& context, const Arguments&) {
    context.out.line(context.paths.config_file.string());
    if (!platform::exists(context.files, context.paths.config_file))
        context.out.note("note: it does not exist yet; every setting has its default");
    return Exit::ok;
}

}  // namespace

const Command config_file{
    .name = "config file",
    .summary = "Print where the config is",
    .arguments = "",
    .options = {},
    .example = "openclaw config file",
    .run = run_config_file,
};

}  // namespace openclaw::cli
