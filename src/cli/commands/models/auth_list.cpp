#include <algorithm>

#include "auth/choice/credential_rules.h"
#include "auth/profiles/program_login.h"
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
        const auto provider = auth::normalised_provider(profile.provider);
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
    const Exit exit = credentials.profiles->damaged_files.empty() ? Exit::ok : Exit::corrupt;
    const auto rows =
        rows_of(context, credentials, auth::normalised_provider(arguments.text("--provider").value_or("")));
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

// Takes the profile out of auth.profiles and auth.order. An order that becomes empty goes too: an empty one
// would exclude everybody.
Result<void> remove_from_config(json::object& document, const std::string& id) {
    auto* auth = document.if_contains("auth");
    if (!auth || !auth->is_object()) return {};
    auto& settings = auth->get_object();
    if (auto* profiles = settings.if_contains("profiles"); profiles && profiles->is_object())
        profiles->get_object().stable_erase(id);
    auto* order = settings.if_contains("order");
    if (!order || !order->is_object()) return {};
    std::vector<std::string> emptied;
    for (auto& [provider, value] : order->get_object()) {
        auto* ids = value.if_array();
        const auto found = ids ? std::ranges::find(*ids, json::value(id)) : nullptr;
        if (!ids || found == ids->end()) continue;
        ids->erase(found);
        if (ids->empty()) emptied.emplace_back(provider);
    }
    for (const auto& provider : emptied) order->get_object().stable_erase(provider);
    return {};
}

bool is_in_config(const config::Config& config, const auth::ProfileId& id) {
    const auto rules = auth::CredentialRules::from(config);
    return rules.find_profile(id) || std::ranges::any_of(rules.order, [&](const auto& entry) {
               return std::ranges::find(entry.second, id) != entry.second.end();
           });
}

// A login that another program keeps in a file of its own, which is read through as long as it is there.
std::optional<Error> still_read_from(Context& context, AgentCredentials& credentials,
                                     const auth::ProfileId& id) {
    const auto now = credentials.store.load();
    const auto* profile = now ? (*now)->find(id) : nullptr;
    const auto* login = profile ? auth::find_program_login(profile->managed_by) : nullptr;
    if (!login) return std::nullopt;
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("{} is the login of {}, read from {}", id.text, login->name,
                                        context.paths.shortened(context.paths.home / login->file)),
                 .hint = "log out there to be rid of it"};
}

// Another agent may have one of the same name; what the config says is about that one too.
bool is_stored_anywhere(const Context& context, const config::Config& config, const auth::ProfileId& id) {
    return std::ranges::any_of(config.agents(), [&](const config::AgentEntry& agent) {
        const auto store = auth::ProfileStore(context.files, auth::store_folders(config, agent)).load();
        return !store || (*store)->find(id);
    });
}

bool inherits(const AgentCredentials& credentials, const auth::ProfileId& id) {
    const auto damaged = std::ranges::find(credentials.profiles->damaged, id, &auth::DamagedProfile::id);
    if (damaged != credentials.profiles->damaged.end()) return damaged->inherited;
    const auto* profile = credentials.profiles->find(id);
    return profile && profile->inherited;
}

// It isn't this agent's to remove: the others would lose it too.
Error inherited(const AgentCredentials& credentials, const auth::ProfileId& id) {
    const auto command = fmt::format("openclaw models auth remove {} --agent main", id.text);
    return {Code::invalid_input,
            fmt::format("{} inherits it from main: {}", credentials.agent->id, printable(id.text)),
            fmt::format("to remove it for every agent, run `{}`; to keep it for some, `openclaw models auth "
                        "allow {} --agents main`",
                        command, id.text)};
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

Result<json::array> remove_credentials(Context& context, AgentCredentials& credentials,
                                       std::span<const auth::ProfileId> ids, bool as_json) {
    json::array done;
    std::vector<platform::Path> changed_files;
    for (const auto& id : ids) {
        const bool damaged =
            std::ranges::find(credentials.profiles->damaged, id, &auth::DamagedProfile::id) !=
            credentials.profiles->damaged.end();
        if (!credentials.profiles->find(id) && !damaged)
            return unknown_profile(credentials, id.text, context);
        if (inherits(credentials, id)) return std::unexpected(inherited(credentials, id));
        const auto file = credentials.store.file_of(id);
        if (!file) return std::unexpected(file.error());
        const auto removed = credentials.store.remove(id);
        if (!removed) return std::unexpected(removed.error());
        const auto elsewhere = still_read_from(context, credentials, id);
        if (elsewhere && !*removed) return std::unexpected(*elsewhere);
        if (elsewhere) context.out.note("note: " + elsewhere->message + "; " + elsewhere->hint);
        if (is_in_config(*credentials.config, id) && !is_stored_anywhere(context, *credentials.config, id)) {
            const auto changed = change_config(
                context, [&](json::object& document) { return remove_from_config(document, id.text); },
                as_json);
            if (!changed) return std::unexpected(changed.error());
        }
        done.emplace_back(json::object{{"profileId", id.text}, {"authStorePath", file->string()}});
        if (!as_json)
            context.out.line(fmt::format("Removed auth profile: {} (from {})", printable(id.text),
                                         context.paths.shortened(*file)));
        changed_files.push_back(*file);
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
};

}  // namespace openclaw::cli
