#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/secrets/sealing.h"

namespace openclaw::cli {

namespace {

Exit run_unseal(Context& context, const Arguments& arguments) {
    const auto confirmed = confirm(context, arguments, "this writes every secret to the disk in plain",
                                   "Write every secret to the disk in plain?");
    if (!confirmed) return report(context, confirmed.error());
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
    yes_option,
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
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
