#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/secrets/sealing.h"

namespace openclaw::cli {

namespace {

using auth::sealed::Method;

constexpr PresentKey old_key{.key_file = "--old-key-file", .passphrase_file = "--old-passphrase-file"};

// What used to protect everything and now opens nothing.
void note_retired(Context& context, const auth::sealed::Protection& before,
                  const auth::sealed::Protection& after) {
    if (before == after) return;
    if (before.method == Method::file)
        context.out.note(
            fmt::format("The key file {} opens nothing here any more; delete it.", before.key_file));
    if (before.method == Method::keyring)
        if (auto removed = platform::system_keyring()->remove(before.entry); !removed)
            context.out.note("note: the old key is still in the desktop keyring, where it opens nothing");
}

// Whoever began it may have meant another key than who ends it.
Result<void> confirm_end(Context& context, const Arguments& arguments,
                         const auth::sealed::KeyDocument& keys) {
    const auto& entry = *keys.find_current();
    const auto end =
        fmt::format("the key {} ({})", entry.id, auth::sealed::describe(entry.wraps.front().protection));
    return confirm(context, arguments, fmt::format("a re-key was interrupted; it would end with {}", end),
                   fmt::format("A re-key was interrupted. End it with {}?", end));
}

Exit run_rekey(Context& context, const Arguments& arguments) {
    const auto opened = open_sealing(context, arguments, old_key);
    if (!opened) return report(context, opened.error());
    auto& sealing = **opened;
    const auto keys = sealing.keys.document();
    if (!keys) return report(context, keys.error());
    if (!*keys)
        return report(context, {Code::not_found, "nothing is sealed here",
                                "run `openclaw secrets seal --key passphrase`"});
    // A wrong old key is told before a new one is asked for or made.
    if (const auto present = sealing.keys.current(); !present) return report(context, present.error());
    if ((*keys)->keys.size() > 1)
        if (auto meant = confirm_end(context, arguments, **keys); !meant)
            return report(context, meant.error());
    const auto before = (*keys)->find_current()->wraps.back().protection;
    std::optional<auth::sealed::Protector> next;
    if (names_protector(arguments) && (*keys)->keys.size() == 1) {
        auto made = new_protector(context, arguments, sealing);
        if (!made) return report(context, made.error());
        next = std::move(*made);
    }
    const auto outcome = auth::sealed::rekey_estate(sealing.estate, next ? &*next : nullptr);
    if (!outcome) return report(context, outcome.error());
    const auto exit = tell_outcome(context, *outcome, "sealed anew", arguments.has("--json"));
    if (outcome->resumed && names_protector(arguments))
        context.out.note("note: the key that you asked for was not used; run this again for it");
    const auto now = sealing.keys.document();
    if (!outcome->finished) {
        context.out.note(
            "hint: remove what can't be opened with `openclaw models auth remove PROFILE`, then run "
            "`openclaw secrets rekey` again; until then the old key is kept");
    } else if (now && *now) {
        const auto& after = (*now)->find_current()->wraps.front().protection;
        if (!arguments.has("--json"))
            context.out.line(fmt::format("Key: {} ({})", (*now)->current, auth::sealed::describe(after)));
        note_retired(context, before, after);
    }
    return exit;
}

constexpr Option rekey_options[] = {
    key_option,
    key_file_option,
    create_option,
    passphrase_file_option,
    yes_option,
    {.name = "--old-key-file",
     .value_name = "PATH",
     .help = "Where the present key file is, if it was moved",
     .completes = "file"},
    {.name = "--old-passphrase-file",
     .value_name = "FILE",
     .help = "Read the present passphrase from a file",
     .completes = "file"},
    json_option,
};

}  // namespace

const Command secrets_rekey{
    .name = "secrets rekey",
    .summary = "Seal everything with a new key, and protect that with another one if asked to",
    .options = rekey_options,
    .example = "openclaw secrets rekey --key passphrase",
    .run = run_rekey,
    .details =
        "Interrupted at any moment, either key opens everything; run it again to bring it to its end; it "
        "says with which key, and asks.",
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
