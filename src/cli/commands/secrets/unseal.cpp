#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/secrets/sealing.h"

namespace openclaw::cli {

namespace {

Result<void> confirm(Context& context, const Arguments& arguments) {
    if (arguments.has("--yes")) return {};
    if (!context.terminal.input_is_terminal())
        return hinted(fail(Code::invalid_input, "this writes every secret to the disk in plain"),
                      "add --yes if that is meant");
    const auto answer = context.terminal.ask_line("Write every secret to the disk in plain? [y/N] ");
    if (!answer) return std::unexpected(answer.error());
    if (lowered(trimmed(*answer)) == "y" || lowered(trimmed(*answer)) == "yes") return {};
    return fail(Code::cancelled, "nothing was changed");
}

Exit run_unseal(Context& context, const Arguments& arguments) {
    if (auto confirmed = confirm(context, arguments); !confirmed) return report(context, confirmed.error());
    const auto opened = open_sealing(context, arguments);
    if (!opened) return report(context, opened.error());
    const auto outcome = auth::sealed::unseal_estate((*opened)->estate);
    if (!outcome) return report(context, outcome.error());
    const auto exit = tell_outcome(context, *outcome, "in plain again", arguments.has("--json"));
    if (!outcome->finished)
        context.out.note(
            "hint: remove what can't be opened with `openclaw models auth remove PROFILE`, then run "
            "`openclaw secrets unseal --yes` again");
    else if (!arguments.has("--json"))
        context.out.line("Nothing is sealed any more; the key that protected it opens nothing now.");
    return exit;
}

constexpr Option unseal_options[] = {
    {.name = "--yes", .help = "Don't ask", .kind = OptionKind::flag},
    key_file_option,
    passphrase_file_option,
    json_option,
};

}  // namespace

const Command secrets_unseal{
    .name = "secrets unseal",
    .summary = "Write every sealed secret back in plain",
    .options = unseal_options,
    .example = "openclaw secrets unseal --yes",
    .run = run_unseal,
};

}  // namespace openclaw::cli
