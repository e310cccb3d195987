#include "auth/estate/audit.h"
#include "auth/estate/leftover_text.h"
#include "auth/sources/source_settings.h"
#include "auth/trust.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/secrets/sealing.h"

namespace openclaw::cli {

namespace {

using auth::sealed::Audit;

// The gateway's own token and the keys of its certificates can't be sealed: it needs them to be asked.
std::vector<platform::Path> own_files(const config::Config& config) {
    std::vector<platform::Path> own{config.paths().gateway_token_file()};
    if (const auto key = config.text("gateway.tls.keyPath"))
        own.push_back(config::expanded(*key, config.paths().home, config.paths().state));
    return own;
}

// Files that secrets stand in and that others than their owner may read, as root or a container has it.
std::vector<std::pair<platform::Path, std::uint32_t>> shared_files(Context& context,
                                                                   const config::Config& config) {
    std::vector<std::pair<platform::Path, std::uint32_t>> shared;
    for (const auto& [name, provider] : auth::SourceSettings::from(config).providers) {
        const auto* source = std::get_if<auth::FileSource>(&provider);
        const auto info = source ? auth::check_secret_file({context.files, context.user_id}, source->path)
                                 : Result<platform::FileInfo>(fail(Code::not_found, "no file"));
        if (info && auth::is_shared(*info)) shared.emplace_back(source->path, info->mode & 0777U);
    }
    return shared;
}

json::object audit_json(const Audit& audit) {
    json::array findings, unread, own;
    for (const auto& finding : audit.findings)
        findings.push_back(
            json::object{{"file", finding.file.string()}, {"line", finding.line}, {"what", finding.what}});
    for (const auto& [path, why] : audit.unread)
        unread.push_back(json::object{{"file", path.string()}, {"reason", why}});
    for (const auto& path : audit.own) own.emplace_back(path.string());
    return {{"clean", audit.clean()},
            {"files", audit.files},
            {"findings", std::move(findings)},
            {"unread", std::move(unread)},
            {"own", std::move(own)}};
}

void print_audit(Context& context, const Audit& audit, bool paths_only, bool seals, bool known) {
    Output& out = context.out;
    if (paths_only) {
        platform::Path last;
        for (const auto& finding : audit.findings)
            if (std::exchange(last, finding.file) != finding.file) out.line(finding.file.string());
        return;
    }
    for (const auto& finding : audit.findings)
        out.line(fmt::format("{}:{}: {} in plain", context.paths.shortened(finding.file), finding.line,
                             printable(finding.what)));
    for (const auto& [path, why] : audit.unread)
        out.note(fmt::format("warning: {} was not read: {}", context.paths.shortened(path), why));
    for (const auto& path : audit.own)
        out.note(fmt::format("note: {} holds a secret of the gateway's own, which it must be able to read",
                             context.paths.shortened(path)));
    if (audit.clean())
        out.line(known ? fmt::format("No secret stands in plain in {} files.", audit.files)
                       : fmt::format("Nothing in {} files looks like a secret in plain.", audit.files));
    else if (!audit.findings.empty())
        out.note(
            seals ? "hint: what came after the last `openclaw secrets seal` it takes in; move the rest to a "
                    "file or a command (docs/secrets.md) or remove it, and replace keys that others may "
                    "have seen"
                  : "hint: `openclaw secrets seal` seals what stands in stores and config and cleans "
                    "backups; edit the rest by hand, and replace keys that others may have seen");
}

Exit run_audit(Context& context, const Arguments& arguments) {
    const auto opened = open_sealing(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& sealing = **opened;
    auto known = auth::sealed::known_secrets(sealing.estate);
    if (!known) return report(context, known.error());
    auto others = auth::sealed::secrets_of(*sealing.config, context.files);
    std::ranges::move(others, std::back_inserter(*known));
    auto copies =
        auth::sealed::secrets_of_copies(context.files, context.paths.state, sealing.estate.config_files);
    std::ranges::move(copies, std::back_inserter(*known));
    const bool seals = sealing.keys.seals().value_or(true);
    const auto key = seals ? sealing.keys.current() : auth::sealed::DataKey();
    if (!key)
        context.out.note(
            fmt::format("warning: sealed values are looked for by shape only: {}", key.error().message));
    const auto audit = auth::sealed::audit(
        context.files,
        {.root = context.paths.state, .known = std::move(*known), .own = own_files(*sealing.config)});
    const auto shared = shared_files(context, *sealing.config);
    if (arguments.has("--json")) {
        auto answer = audit_json(audit);
        json::array files;
        for (const auto& [path, mode] : shared)
            files.push_back(json::object{{"file", path.string()}, {"mode", fmt::format("{:04o}", mode)}});
        answer["sharedFiles"] = std::move(files);
        answer["sealedValuesKnown"] = key.has_value();
        context.out.json(answer);
    } else {
        print_audit(context, audit, arguments.has("--paths"), seals, key.has_value());
        for (const auto& [path, mode] : shared)
            context.out.note(
                fmt::format("note: {} holds secrets and can be read by {} (mode {:04o})", path.string(),
                            (mode & 0004U) != 0 ? "everybody who gets there" : "its group", mode));
    }
    return audit.clean() ? Exit::ok : Exit::error;
}

constexpr Option audit_options[] = {
    {.name = "--paths", .help = "Print the files alone, one per line", .kind = OptionKind::flag},
    key_file_option,
    passphrase_file_option,
    json_option,
};

}  // namespace

const Command secrets_audit{
    .name = "secrets audit",
    .summary = "Find secrets that stand in plain anywhere in the state directory",
    .options = audit_options,
    .example = "openclaw secrets audit",
    .run = run_audit,
    .details =
        "Looks through every file, backups, logs and transcripts included, for every secret that is known "
        "here (as it is, in base64, in hex and as in addresses) and for what looks like one. Names file "
        "and line, never the value. Ends with 1 if something was found.",
};

}  // namespace openclaw::cli
