#include "cli/commands/commands.h"
#include "cli/parser/complete.h"
#include "cli/parser/names.h"

namespace openclaw::cli {

namespace {

// The last part of SHELL ("/usr/bin/zsh"); the reference's default where that is no shell with completions.
std::string shell_in_use(const Context& context) {
    const auto shell = platform::Path(platform::text_of(context.variables, "SHELL")).filename().string();
    return completion_script(shell) ? shell : "zsh";
}

Exit run_completion(Context& context, const Arguments& arguments) {
    const auto given =
        arguments.positional().empty() ? arguments.text("--shell") : arguments.positional().front();
    const auto script = completion_script(given ? *given : shell_in_use(context));
    if (!script) return report(context, script.error());
    context.out.text(*script);
    return Exit::ok;
}

// Pressing Tab must not print anything of its own: what can't be read offers nothing.
Exit run_complete(Context& context, const Arguments& arguments) {
    const auto names_of = [&](std::string_view kind) { return names(context, kind); };
    for (const Suggestion& suggestion : suggestions(arguments.positional(), command_table(), names_of)) {
        context.out.line(suggestion.help.empty() ? suggestion.text
                                                 : fmt::format("{}\t{}", suggestion.text, suggestion.help));
    }
    return Exit::ok;
}

constexpr Option completion_options[] = {
    {.name = "--shell",
     .value_name = "NAME",
     .help = "The same as the argument",
     .short_name = "-s",
     .values = "bash|zsh|fish"},
};

}  // namespace

const Command completion{
    .name = "completion",
    .summary = "Print a script that completes openclaw's words in your shell",
    .arguments = "[bash|zsh|fish]",
    .options = completion_options,
    .example = "openclaw completion bash > ~/.local/share/bash-completion/completions/openclaw",
    .run = run_completion,
    .arguments_max = 1,
    .group = heading::program,
    .completes = "bash|zsh|fish",
    .details = "Without an argument: for the shell that SHELL names.",
};

const Command complete_words{
    .name = "__complete",
    .summary = "What may stand in the place of the last word",
    .arguments = "WORD...",
    .options = {},
    .example = "openclaw __complete -- models st",
    .run = run_complete,
    .arguments_max = 1000,
    .hidden = true,
};

}  // namespace openclaw::cli
