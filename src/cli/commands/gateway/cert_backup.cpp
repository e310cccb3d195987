#include "access/authority/backup.h"

#include <algorithm>

#include "base/day.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/secrets/sealing.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t backup_bytes_max = 16u << 20;

Result<Secret> passphrase_for(Context& context, const Arguments& arguments, bool twice) {
    if (const auto file = arguments.text("--passphrase-file")) return read_passphrase(context, *file);
    if (!context.terminal.input_is_terminal())
        return hinted(fail(Code::invalid_input, "a passphrase is asked for at a terminal only"),
                      "pass it with --passphrase-file FILE, or with --passphrase-file - from a pipe");
    auto first = context.terminal.ask_secret(twice ? "Passphrase of the backup: " : "Passphrase: ");
    if (!first || !twice) return first;
    const auto second = context.terminal.ask_secret("The same again: ");
    if (!second) return second;
    if (!(*first == *second))
        return fail(Code::invalid_input, "the two passphrases differ; nothing was written");
    return first;
}

std::vector<access::CertificateRecord> standing(const std::vector<access::CertificateRecord>& records,
                                                TimePoint now) {
    std::vector<access::CertificateRecord> found;
    std::ranges::copy_if(records, std::back_inserter(found), [&](const access::CertificateRecord& record) {
        return access::stands(record, now);
    });
    return found;
}

json::array names_json(const std::vector<access::CertificateRecord>& records) {
    json::array list;
    for (const auto& record : records) list.emplace_back(record.name);
    return list;
}

std::string names_text(const std::vector<access::CertificateRecord>& records) {
    std::vector<std::string> names;
    for (const auto& record : records) names.push_back(record.name);
    return names.empty() ? "nobody" : joined(names, ", ");
}

Exit run_backup(Context& context, const Arguments& arguments) {
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    if (const auto roots = (*desk)->authorities.roots(); !roots) return report(context, roots.error());
    std::error_code no_folder;
    const auto path = config::expanded(arguments.positional().front(), context.paths.home,
                                       std::filesystem::current_path(no_folder));
    if (platform::exists(context.files, path))
        return report(context, fail(Code::busy, "{} is there already", path.string()).error());
    const auto passphrase = passphrase_for(context, arguments, true);
    if (!passphrase) return report(context, passphrase.error());
    auto place = NewFile::reserve(context.files, path);
    if (!place) return report(context, place.error());
    const auto text =
        access::make_backup((*desk)->means, *passphrase, auth::sealed::calibrated_cost(context.clock));
    if (!text) return report(context, text.error());
    if (auto written = place->write(*text); !written) return report(context, written.error());
    if (arguments.has("--json"))
        context.out.json(json::object{{"file", path.string()}, {"bytes", text->size()}});
    else
        context.out.line(
            fmt::format("Backup: {}. It was opened again and is whole; without the passphrase nobody "
                        "opens it.",
                        context.paths.shortened(path)));
    return Exit::ok;
}

json::object restored_json(const access::Backup& backup, bool dry,
                           const std::optional<platform::Path>& aside) {
    json::object result{{"dryRun", dry},
                        {"madeAt", to_ms(backup.made())},
                        {"serverRoot", backup.server_root().fingerprint},
                        {"clients", backup.records().size()}};
    if (aside) result["replaced"] = aside->string();
    return result;
}

Exit run_restore(Context& context, const Arguments& arguments) {
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    const auto text = context.files.read(arguments.positional().front(), backup_bytes_max);
    if (!text) return report(context, text.error());
    const auto passphrase = passphrase_for(context, arguments, false);
    if (!passphrase) return report(context, passphrase.error());
    const auto backup = access::Backup::open(*text, *passphrase);
    if (!backup) return report(context, backup.error());
    const bool dry = arguments.has("--dry-run");
    if (!arguments.has("--json"))
        context.out.line(fmt::format("Backup of {}: {}, {} {}.", day_of(backup->made()),
                                     backup->server_root().common_name, backup->records().size(),
                                     backup->records().size() == 1 ? "client" : "clients"));
    std::optional<platform::Path> aside;
    if (!dry) {
        const bool there = platform::exists(context.files, (*desk)->means.folder);
        auto meant = there
                         ? confirm(context, arguments, "there are authorities here, which this would replace",
                                   "There are authorities here. Put those of the backup in their place?")
                         : Result<void>();
        if (!meant) return report(context, meant.error());
        const auto restored = backup->restore((*desk)->means);
        if (!restored) return report(context, restored.error());
        aside = *restored;
        if (auto ready = ensure_authorities(context, **desk); !ready) return report(context, ready.error());
        tell_gateway_of_certificates(context, **desk);
    }
    if (arguments.has("--json")) {
        context.out.json(restored_json(*backup, dry, aside));
        return Exit::ok;
    }
    context.out.line(dry ? "It is whole. Nothing was changed." : "Restored.");
    if (aside) context.out.note("What was there is kept in " + context.paths.shortened(*aside));
    if (!dry)
        context.out.note(
            "note: what was revoked after the backup was made stands again; see `openclaw gateway cert "
            "list`");
    return Exit::ok;
}

Exit run_replace(Context& context, const Arguments& arguments) {
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    auto& ledger = (*desk)->authorities.ledger();
    const auto records = ledger.records();  // those of a damaged one can't be told
    const auto lost =
        standing(records.value_or(std::vector<access::CertificateRecord>()), context.clock.now());
    const auto names = ledger.server_names().value_or(std::vector<std::string>());
    const bool dry = arguments.has("--dry-run");
    std::optional<platform::Path> aside;
    if (!dry) {
        auto meant = confirm(context, arguments, "every client then has to get a new certificate",
                             "Every client then has to get a new certificate. Make new authorities?");
        if (!meant) return report(context, meant.error());
        if (auto given_up = access::give_up_restoring((*desk)->means); !given_up)
            return report(context, given_up.error());
        const auto moved = access::set_authorities_aside((*desk)->means);
        if (!moved) return report(context, moved.error());
        aside = *moved;
        const auto with_place = [&](Error error) {
            if (aside)
                error.message +=
                    fmt::format("; what was there is kept in {}", context.paths.shortened(*aside));
            return error;
        };
        for (const auto& name : names)
            if (auto kept = ledger.add_server_name(name); !kept)
                return report(context, with_place(kept.error()));
        if (auto ready = ensure_authorities(context, **desk); !ready)
            return report(context, with_place(ready.error()));
        tell_gateway_of_certificates(context, **desk);
    }
    if (arguments.has("--json")) {
        context.out.json(json::object{{"dryRun", dry},
                                      {"enrolAgain", names_json(lost)},
                                      {"recordsKnown", records.has_value()},
                                      {"replaced", aside ? json::value(aside->string()) : json::value()}});
        return Exit::ok;
    }
    context.out.line(fmt::format("{} to get a new certificate: {}.", dry ? "Would have" : "Have",
                                 records ? names_text(lost) : "every client (the ledger can't be read)"));
    if (!dry)
        context.out.note("Devices have to trust the new root: `openclaw gateway cert root --out root.crt`.");
    if (aside) context.out.note("What was there is kept in " + context.paths.shortened(*aside));
    return Exit::ok;
}

constexpr Option passphrase_option{.name = "--passphrase-file",
                                   .value_name = "FILE",
                                   .help = "Read the passphrase from a file, or from standard input with -",
                                   .completes = "file"};
constexpr Option backup_options[] = {passphrase_option, json_option};
constexpr Option restore_options[] = {passphrase_option, yes_option, dry_run_option, json_option};
constexpr Option replace_options[] = {yes_option, dry_run_option, json_option};

}  // namespace

const Command gateway_cert_backup{
    .name = "gateway cert backup",
    .summary = "Write the authorities and all records into one encrypted file",
    .arguments = "FILE",
    .options = backup_options,
    .example = "openclaw gateway cert backup authorities.backup",
    .run = run_backup,
    .arguments_min = 1,
    .arguments_max = 1,
    .details = "Keep it on another disk. With it another machine goes on as this gateway: no client notices.",
    .noted = Noted::yes,
};

const Command gateway_cert_restore{
    .name = "gateway cert restore",
    .summary = "Bring the authorities back from a backup, on this machine or another one",
    .arguments = "FILE",
    .options = restore_options,
    .example = "openclaw gateway cert restore authorities.backup",
    .run = run_restore,
    .arguments_min = 1,
    .arguments_max = 1,
    .details = "What is there is kept beside it.",
    .noted = Noted::yes,
};

const Command gateway_cert_replace{
    .name = "gateway cert replace",
    .summary = "Make new authorities after a loss; all clients need new certificates",
    .options = replace_options,
    .example = "openclaw gateway cert replace --dry-run",
    .run = run_replace,
    .details =
        "For when a key of theirs was stolen, or is lost and no backup is at hand. What is there is kept "
        "beside it.",
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
