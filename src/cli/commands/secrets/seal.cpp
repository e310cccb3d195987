#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/secrets/sealing.h"
#include "config/files/document_files.h"
#include "config/settings/secrets.h"

namespace openclaw::cli {

namespace {

using auth::sealed::KeyDocument;

// Whether the key that is there is the one that the options ask for.
Result<void> check_present(const KeyDocument& keys, const Arguments& arguments) {
    const auto typed = arguments.text("--key");
    if (!typed) return {};
    const auto method = auth::sealed::parse_method(*typed);
    if (!method) return std::unexpected(method.error());
    const auto& present = keys.find_current()->wraps.front().protection;
    if (present.method == *method) return {};
    return hinted(fail(Code::invalid_input, "everything is sealed with another key already: {}",
                       auth::sealed::describe(present)),
                  fmt::format("to change it, run `openclaw secrets rekey --key {}`", *typed));
}

// With --agent only that agent's store.
Result<void> narrow(Sealing& sealing, const Arguments& arguments) {
    if (!arguments.has("--agent")) return {};
    const auto agent = find_agent(*sealing.config, arguments);
    if (!agent) return std::unexpected(agent.error());
    std::erase_if(sealing.estate.agents,
                  [&](const auto& folders) { return folders.own != (*agent)->agent_folder; });
    return {};
}

// Secrets of the config that are read in plain only; sealing doesn't touch them.
void note_others(Context& context, const Sealing& sealing) {
    const config::ReadText read = [&](const platform::Path& file) {
        return context.files.read(file, config::config_bytes_max);
    };
    const auto documents = config::DocumentFiles::open(context.paths.config_file, read);
    if (!documents || sealing.estate.config_files.empty()) return;
    auto document = documents->value();
    auto literals = config::literal_secrets(document);
    for (const auto& spot : auth::sealed::spots_in_config(document))
        if (const auto plain = spot.plain()) literals.erase(std::string(*plain));
    if (!literals.empty())
        context.out.note(
            fmt::format("note: {} other secret{} of the config stay{} in plain; `openclaw secrets "
                        "audit` names the places",
                        literals.size(), literals.size() == 1 ? "" : "s", literals.size() == 1 ? "s" : ""));
}

// What the gateway needs to open what was just sealed.
void note_next_step(Context& context, const auth::sealed::Protection& protection) {
    if (protection.method == auth::sealed::Method::passphrase)
        context.out.note(fmt::format(
            "Next: give the passphrase to the gateway, in the variable {} of its own environment (not in a "
            ".env "
            "file, which lies beside what it protects), and start it again. `openclaw secrets status` says "
            "whether it opens.",
            auth::sealed::passphrase_variable));
    else if (protection.method == auth::sealed::Method::systemd)
        context.out.note(
            fmt::format("Next: give the credential to the service (LoadCredential={}:FILE in its unit), and "
                        "start it again.",
                        auth::sealed::credential_name));
}

Exit show_plan(Context& context, Sealing& sealing, bool as_json) {
    const auto counts = auth::sealed::count_estate(sealing.estate, false);
    if (!counts) return report(context, counts.error());
    json::array files;
    for (const auto& count : *counts) {
        files.push_back(json::object{
            {"file", count.file.string()}, {"wouldSeal", count.plain}, {"sealed", count.sealed}});
        if (!as_json && count.plain + count.sealed > 0)
            context.out.line(fmt::format("{}: {} to seal, {} sealed already",
                                         context.paths.shortened(count.file), count.plain, count.sealed));
    }
    if (as_json)
        context.out.json(json::object{{"dryRun", true}, {"files", std::move(files)}});
    else
        context.out.note("Nothing was changed.");
    return Exit::ok;
}

Exit run_seal(Context& context, const Arguments& arguments) {
    const auto opened = open_sealing(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& sealing = **opened;
    if (auto narrowed = narrow(sealing, arguments); !narrowed) return report(context, narrowed.error());
    if (arguments.has("--dry-run")) return show_plan(context, sealing, arguments.has("--json"));
    const auto keys = sealing.keys.document();
    if (!keys) return report(context, keys.error());
    std::optional<auth::sealed::Protector> protector;
    if (*keys) {
        if (auto fits = check_present(**keys, arguments); !fits) return report(context, fits.error());
    } else {
        auto made = new_protector(context, arguments, sealing);
        if (!made) return report(context, made.error());
        protector = std::move(*made);
    }
    const auto outcome = auth::sealed::seal_estate(
        sealing.estate, {.protector = protector ? &*protector : nullptr,
                         .config_too = !arguments.has("--agent") && !sealing.estate.config_files.empty(),
                         .purge_legacy = arguments.has("--purge-legacy")});
    if (!outcome) return report(context, outcome.error());
    const auto exit = tell_outcome(context, *outcome, "sealed", arguments.has("--json"));
    if (arguments.has("--json")) return exit;
    if (outcome->changed() == 0) context.out.line("Nothing was left to seal.");
    if (const auto now = sealing.keys.document(); now && *now)
        context.out.line(
            fmt::format("Key: {}", auth::sealed::describe((*now)->find_current()->wraps.front().protection)));
    note_others(context, sealing);
    if (protector) note_next_step(context, protector->protection);
    return exit;
}

constexpr Option seal_options[] = {
    key_option,
    key_file_option,
    create_option,
    passphrase_file_option,
    {.name = "--agent",
     .value_name = "ID",
     .help = "Seal that agent's credentials only (default: all agents and the config)",
     .completes = "agent"},
    {.name = "--purge-legacy",
     .help = "Remove auth.json and oauth.json of old once all that they hold is sealed",
     .kind = OptionKind::flag},
    {.name = "--dry-run", .help = "Say what would be sealed, change nothing", .kind = OptionKind::flag},
    json_option,
};

}  // namespace

const Command secrets_seal{
    .name = "secrets seal",
    .summary = "Encrypt every stored secret with a key that is kept elsewhere",
    .options = seal_options,
    .example = "openclaw secrets seal --key-file ~/.config/openclaw-sealing.key --create",
    .run = run_seal,
    .details =
        "Seals the credentials of every agent and the providers' keys in the config; what is stored later is "
        "sealed too. Backups that hold a secret in plain are removed or rewritten. Whoever runs programs as "
        "you can still use what the gateway can use: this protects copies of the files. A passphrase is "
        "taken "
        "from --passphrase-file, OPENCLAW_SEALING_PASSPHRASE or a prompt.",
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
