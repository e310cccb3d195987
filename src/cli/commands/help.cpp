#include "cli/parser/help.h"

#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/parser/parse.h"

namespace openclaw::cli {

namespace {

// What stands after `help` names a command or a group; `openclaw models help status` is parsed elsewhere.
Exit run_help(Context& context, const Arguments& arguments) {
    std::vector<std::string> words = arguments.positional();
    words.emplace_back("--help");
    const auto invocation = parse(words, command_table());
    if (!invocation) return report(context, invocation.error());
    const std::string asked = joined(arguments.positional(), " ");
    if (invocation->help_about != asked) {
        words.pop_back();
        const auto explained = parse(words, command_table());
        return report(context, explained
                                   ? Error{Code::invalid_input, fmt::format("no command '{}'", asked), {}}
                                   : explained.error());
    }
    context.out.text(help_text(asked, command_table(), context.out));
    return Exit::ok;
}

}  // namespace

const Command help{
    .name = "help",
    .summary = "Show what there is, or explain a command",
    .arguments = "[COMMAND...]",
    .options = {},
    .example = "openclaw help models status",
    .run = run_help,
    .arguments_max = 8,
    .group = heading::program,
    .completes = "command",
};

}  // namespace openclaw::cli
