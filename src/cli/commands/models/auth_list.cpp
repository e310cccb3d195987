#include <algorithm>

#include "auth/enrol/remove_credential.h"
#include "auth/rests/cooldown.h"
#include "base/duration.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/model_settings.h"
#include "cli/commands/models/remove_credential.h"
#include "cli/commands/models/surroundings.h"
#include "cli/gateway/tell_gateway.h"

namespace openclaw::cli {

namespace {

struct Row {
    const auth::Profile* profile;
    std::string provider, print;
    auth::Candidate candidate;
    const auth::UsageStats* usage;
};

// What tells this secret from others; of one that stands elsewhere and isn't known here, where that is.
std::string print_of(const auth::Profile& profile, const auth::Candidate& candidate, const Context& context) {
    const auto& secret = candidate.secret ? *candidate.secret : auth::wire_secret(profile.credential);
    if (!secret.blank()) return fingerprint(secret, context.fingerprint_key);
    return candidate.reference ? auth::describe(*candidate.reference) : "blank";
}

std::vector<Row> rows_of(Context& context, const AgentCredentials& credentials, const std::string& only) {
    const auto& store = *credentials.profiles;
    const auth::Index index(store, *credentials.config,
                            surroundings_of(context, *credentials.profiles, *credentials.config));
    std::vector<Row> rows;
    for (const auto& profile : store.profiles) {
        const auth::ProviderId provider(profile.provider);
        if (!only.empty() && provider != only) continue;
        const auto resolution = auth::resolve(
            {.provider = provider, .agent_id = credentials.agent->id, .model = {}, .pinned = {}}, index,
            context.clock.now());
        const auto& candidate =
            *std::ranges::find(resolution.candidates, profile.id, &auth::Candidate::profile);
        rows.push_back({.profile = &profile,
                        .provider = provider,
                        .print = print_of(profile, candidate, context),
                        .candidate = candidate,
                        .usage = store.usage_of(profile.id)});
    }
    return rows;
}

json::object row_json(const Row& row) {
    json::object object{{"profileId", row.profile->id.text},
                        {"provider", row.provider},
                        {"type", auth::kind_name(row.profile->credential)},
                        {"fingerprint", row.print}};
    if (!row.profile->email.empty()) object["email"] = row.profile->email;
    object["inherited"] = row.profile->inherited;
    if (!row.profile->managed_by.empty()) object["managedBy"] = row.profile->managed_by;
    object["verdict"] = auth::name_of(row.candidate.verdict);
    object["reason"] = row.candidate.reason;
    if (row.candidate.expires) object["expiresAt"] = to_ms(*row.candidate.expires);
    if (row.candidate.until) object["until"] = to_ms(*row.candidate.until);
    if (row.profile->added) object["addedAt"] = to_ms(*row.profile->added);
    if (row.usage && row.usage->last_used) object["lastUsed"] = to_ms(*row.usage->last_used);
    if (row.usage && row.usage->last_failure) object["lastFailureAt"] = to_ms(*row.usage->last_failure);
    return object;
}

std::string ago(TimePoint time, TimePoint now) {
    const auto span = format_span(now - time);
    return span + " ago";
}

std::string history_of(const Row& row, TimePoint now) {
    std::string text;
    if (row.profile->added) text += "; entered " + ago(*row.profile->added, now);
    if (!row.usage) return text;
    if (row.usage->last_used) text += "; last worked " + ago(*row.usage->last_used, now);
    if (!row.usage->last_failure) return text;
    text += "; last refused " + ago(*row.usage->last_failure, now);
    const auto& reason = row.usage->last_failure_reason;
    return reason.empty() ? text : fmt::format("{} ({})", text, reason);
}

json::array damaged_json(const AgentCredentials& credentials) {
    json::array records;
    for (const auto& record : credentials.profiles->damaged)
        records.emplace_back(json::object{{"profileId", record.id.text}, {"problem", record.problem}});
    return records;
}

// What is intact is listed; a damaged file shows in the exit status too.
Exit run_list(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    const auto& credentials = **opened;
    note_oddities(context, credentials);
    if (const auto provider = arguments.text("--provider"))
        note_unknown_provider(context, credentials, *provider);
    for (const auto& line : auth::elsewhere_lines(credentials.profiles->elsewhere))
        context.out.note("note: " + line);
    const Exit exit = credentials.profiles->damaged_files.empty() ? Exit::ok : Exit::corrupt;
    const auto rows =
        rows_of(context, credentials, auth::ProviderId(arguments.text("--provider").value_or("")));
    if (arguments.has("--json")) {
        json::array profiles;
        for (const auto& row : rows) profiles.push_back(row_json(row));
        json::object document{{"agentId", credentials.agent->id},
                              {"authStorePath", credentials.store.file().string()},
                              {"profiles", std::move(profiles)}};
        if (!credentials.profiles->damaged.empty()) document["damaged"] = damaged_json(credentials);
        context.out.json(std::move(document));
        return exit;
    }
    const auto now = context.clock.now();
    context.out.line("Agent: " + credentials.agent->id);
    context.out.line("Auth file: " + context.paths.shortened(credentials.store.file()));
    if (rows.empty()) context.out.line("- none");
    for (const auto& row : rows) {
        std::string line = fmt::format("- {} {} {} [{}]: {}", printable(row.profile->id.text),
                                       auth::kind_name(row.profile->credential), row.print,
                                       auth::name_of(row.candidate.verdict), printable(row.candidate.reason));
        if (row.candidate.expires && *row.candidate.expires > now)
            line += "; expires in " + format_remaining(*row.candidate.expires - now);
        if (row.profile->inherited) line += "; inherited from main";
        context.out.line(line + history_of(row, now));
    }
    return exit;
}

Exit run_remove(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auth::ProfileId id{std::string(trimmed(arguments.positional().front()))};
    const auto removed = remove_credentials(context, credentials, std::span(&id, 1), arguments.has("--json"));
    if (!removed) return report(context, removed.error());
    if (arguments.has("--json")) context.out.json(json::object{{"removed", *removed}});
    return Exit::ok;
}

constexpr Option list_options[] = {
    {.name = "--provider",
     .value_name = "NAME",
     .help = "Only profiles of this provider",
     .completes = "provider"},
    agent_option,
    json_option,
};
constexpr Option remove_options[] = {agent_option, json_option};

}  // namespace

namespace {

void tell_removed(Context& context, const auth::RemovedCredential& removed, bool as_json) {
    if (removed.still_read_from)
        context.out.note(fmt::format("note: {} is {}; log out there to be rid of it", removed.id.text,
                                     auth::described(*removed.still_read_from, context.paths)));
    if (removed.config) config_changed(context, *removed.config, as_json);
    if (as_json) return;
    const auto& place = removed.was_stored ? removed.file : context.paths.config_file;
    context.out.line(fmt::format("Removed auth profile: {} (from {})", printable(removed.id.text),
                                 context.paths.shortened(place)));
}

}  // namespace

Result<json::array> remove_credentials(Context& context, AgentCredentials& credentials,
                                       std::span<const auth::ProfileId> ids, bool as_json) {
    json::array done;
    std::vector<platform::Path> changed_files;
    auto writer = context.config_writer();
    for (const auto& id : ids) {
        const auto removed = auth::remove_credential(credentials, writer, id);
        if (!removed) return std::unexpected(removed.error());
        tell_removed(context, *removed, as_json);
        done.emplace_back(json::object{{"profileId", id.text}, {"authStorePath", removed->file.string()}});
        changed_files.push_back(removed->file);
    }
    tell_gateway_and_note(context, changed_files);
    return done;
}

const Command models_auth_list{
    .name = "models auth list",
    .summary = "List the stored credentials, and how each stands",
    .options = list_options,
    .example = "openclaw models auth list --json",
    .run = run_list,
};

const Command models_auth_remove{
    .name = "models auth remove",
    .summary = "Remove a stored credential and everything that names it",
    .arguments = "PROFILE",
    .options = remove_options,
    .example = "openclaw models auth remove anthropic:old",
    .run = run_remove,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "profile",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
