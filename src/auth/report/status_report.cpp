#include "auth/report/status_report.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "auth/choice/credential_rules.h"
#include "auth/choice/key_pool.h"
#include "auth/choice/provider_table.h"
#include "auth/report/model_check.h"
#include "auth/rests/cooldown.h"
#include "auth/rests/live_rests.h"
#include "base/duration.h"
#include "base/fingerprint.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

std::string label_of(const Profile& profile, const CredentialRules& rules) {
    const auto* configured = rules.find_profile(profile.id);
    const std::string& email = configured && !configured->email.empty() ? configured->email : profile.email;
    return email.empty() ? profile.id.text : fmt::format("{} ({})", profile.id.text, email);
}

// The worst of its logins and tokens; keys never expire.
Health health_of(const std::vector<ProfileHealth>& profiles, const Resolution& resolution) {
    if (profiles.empty()) return resolution.chosen() ? Health::fixed : Health::unknown;
    bool any = false, expired = false, expiring = false;
    for (const auto& entry : profiles) {
        if (std::holds_alternative<ApiKey>(entry.profile->credential)) continue;
        any = true;
        expired = expired || entry.health == Health::expired || entry.health == Health::unknown;
        expiring = expiring || entry.health == Health::expiring;
    }
    if (!any) return Health::fixed;
    return expired ? Health::expired : expiring ? Health::expiring : Health::ok;
}

bool is_known(const Candidate& candidate) {
    if (candidate.source == Source::profile) return false;  // stored profiles are counted by themselves
    return is_usable(candidate.verdict) || candidate.secret.has_value();
}

// A provider's records, so that nobody walks over the whole store for each provider.
struct Records {
    std::vector<const Profile*> profiles;
    std::vector<const DamagedProfile*> damaged;
};
using RecordsByProvider = std::map<std::string, Records, std::less<>>;

RecordsByProvider records_of(const Store& store) {
    RecordsByProvider records;
    for (const auto& profile : store.profiles)
        records[ProviderId(profile.provider)].profiles.push_back(&profile);
    for (const auto& record : store.damaged) records[ProviderId(record.provider)].damaged.push_back(&record);
    for (auto& [provider, stored] : records)
        std::ranges::sort(stored.profiles, {},
                          [](const Profile* profile) { return std::string_view(profile->id.text); });
    return records;
}

std::set<std::string> providers_mentioned(const StatusRequest& request, const RecordsByProvider& records,
                                          const ModelPlan& plan) {
    std::set<std::string> names;
    for (const auto& [name, stored] : records)
        if (!stored.profiles.empty()) names.insert(name);
    for (const auto& [name, provider] : CredentialRules::from(request.config).providers) names.insert(name);
    for (const auto& [model, role] : models_in_use(plan)) names.insert(model.provider);
    for (const auto& model : plan.listed) names.insert(model.provider);
    for (const auto& entry : provider_variables) {
        if (!entry.always_shown) continue;
        const auto& environment = request.config.environment();
        const bool set =
            std::ranges::any_of(variables_of(entry.provider),
                                [&](auto name) { return environment.find_filled(name).has_value(); }) ||
            environment.find_filled(live_variable(entry.provider)) ||
            !pooled_keys(entry.provider, environment).empty();
        if (set || (entry.provider == "google-vertex" && request.surroundings.google_login))
            names.emplace(entry.provider);
    }
    return names;
}

using CandidatesById = std::unordered_map<std::string_view, const Candidate*>;

CandidatesById by_id(const Resolution& resolution) {
    CandidatesById found;
    found.reserve(resolution.candidates.size());
    for (const auto& candidate : resolution.candidates)
        if (candidate.source == Source::profile) found.emplace(candidate.profile.text, &candidate);
    return found;
}

ProfileHealth health_of(const Profile& profile, const ProviderId& provider, const Candidate* candidate,
                        const StatusRequest& request, const CredentialRules& rules) {
    ProfileHealth health{.profile = &profile,
                         .provider = provider,
                         .label = label_of(profile, rules),
                         .health = health_of(profile, request.now),
                         .expires = {},
                         .truth = {}};
    if (const auto* token = std::get_if<Token>(&profile.credential)) health.expires = token->expires;
    if (const auto* login = std::get_if<OAuth>(&profile.credential)) health.expires = login->expires;
    const auto* usage = usage_about(request.store, profile, request.fingerprint_key);
    health.truth = truth_of(profile, candidate, usage, request.now);
    return health;
}

// `model` is the first of this provider that is in use: a rest can be its alone.
ProviderStatus status_of(const ModelRef& model, const Records& records, const StatusRequest& request,
                         const Index& index, const CredentialRules& rules) {
    const auto& provider = model.provider;
    ProviderStatus status;
    status.resolution = resolution_of(model, request, index);
    status.damaged = records.damaged;
    const auto candidates = by_id(status.resolution);
    status.profiles.reserve(records.profiles.size());
    for (const auto* profile : records.profiles) {
        const auto kind = profile->credential.index();
        ++(kind == 0 ? status.api_keys : kind == 1 ? status.tokens : status.logins);
        const auto found = candidates.find(profile->id.text);
        const auto* candidate = found == candidates.end() ? nullptr : found->second;
        status.profiles.push_back(health_of(*profile, provider, candidate, request, rules));
    }
    status.listed = !status.profiles.empty() || std::ranges::any_of(status.resolution.candidates, is_known);
    status.health = health_of(status.profiles, status.resolution);
    const auto* chosen = status.resolution.chosen();
    const auto of_chosen = std::ranges::find_if(status.profiles, [&](const ProfileHealth& entry) {
        return chosen && chosen->source == Source::profile && entry.profile->id == chosen->profile;
    });
    status.truth = truth_of(
        status.resolution, of_chosen == status.profiles.end() ? nullptr : &of_chosen->truth,
        chosen ? remembered_of(request.live, *chosen, request.fingerprint_key) : nullptr, request.now);
    return status;
}

// A rest can be one model's alone: then each model is asked for by itself.
bool rests_by_model(const Records& records, const Store& store) {
    const auto has_models = [](const auto& entry) { return !entry.second.models.empty(); };
    if (std::ranges::none_of(store.usage, has_models)) return false;
    return std::ranges::any_of(records.profiles, [&](const Profile* profile) {
        const auto* usage = store.usage_of(profile->id);
        return usage && !usage->models.empty();
    });
}

bool shell_is_on(const config::Config& config) {
    if (config.environment().is_true("OPENCLAW_DEFER_SHELL_ENV_FALLBACK")) return false;
    if (config.environment().is_true("OPENCLAW_LOAD_SHELL_ENV")) return true;
    const auto* env = object_at(config.value(), "env");
    const auto* shell = env ? object_at(*env, "shellEnv") : nullptr;
    return shell && bool_at(*shell, "enabled").value_or(false);
}

}  // namespace

std::string_view name_of(Health health) {
    switch (health) {
        case Health::ok:
            return "ok";
        case Health::fixed:
            return "static";
        case Health::expiring:
            return "expiring";
        case Health::expired:
            return "expired";
        case Health::unknown:
            return "missing";
    }
    return "missing";
}

Health health_of(const Profile& profile, TimePoint now) {
    const auto& credential = profile.credential;
    std::optional<TimePoint> expires;
    if (std::holds_alternative<ApiKey>(credential)) return Health::fixed;
    if (const auto* token = std::get_if<Token>(&credential)) {
        if (!token->expires) return Health::fixed;
        expires = token->expires;
    } else {
        const auto& login = std::get<OAuth>(credential);
        if (!login.expires) return Health::unknown;
        if (profile.has_refresh_token()) return Health::ok;
        expires = login.expires;
    }
    if (*expires <= now) return Health::expired;
    return *expires - now <= warn_before ? Health::expiring : Health::ok;
}

namespace {

// "[cooldown 4m]", "[disabled:billing 5h]", "[cooldown 4m for claude-opus-4-5]".
std::string rest_mark(const Rest& rest, TimePoint now) {
    const auto left = format_remaining(rest.until - now);
    const std::string subject = rest.model.empty() ? "" : " for " + printable(rest.model);
    if (rest.kind == Rest::Kind::disabled)
        return fmt::format("[disabled:{} {}{}]", rest.reason, left, subject);
    return fmt::format("[cooldown {}{}]", left, subject);
}

}  // namespace

std::string shown_secret(const Secret& secret, const StatusRequest& request) {
    if (secret.blank()) return "missing";
    return request.reveal ? std::string(secret.reveal()) : fingerprint(secret, request.fingerprint_key);
}

// They stand in one vector, in the order of the file.
std::vector<const Profile*> in_file_order(const std::vector<ProfileHealth>& profiles) {
    std::vector<const Profile*> ordered;
    for (const auto& entry : profiles) ordered.push_back(entry.profile);
    std::ranges::sort(ordered, std::less<>());
    return ordered;
}

std::string masked_label(const Profile& profile, const StatusRequest& request) {
    std::string label = profile.id.text + "=";
    const auto* reference = profile.reference_of(wire_field(profile.credential));
    if (reference && !std::holds_alternative<OAuth>(profile.credential))
        label += fmt::format("ref({})", describe(*reference));
    else if (const auto* key = std::get_if<ApiKey>(&profile.credential))
        label += shown_secret(key->key, request);
    else if (const auto* token = std::get_if<Token>(&profile.credential))
        label += "token:" + shown_secret(token->token, request);
    else
        label += profile.email.empty() ? "OAuth" : fmt::format("OAuth ({})", profile.email);
    const auto* usage = usage_about(request.store, profile, request.fingerprint_key);
    if (!usage) return label;
    if (const auto rest = rest_of(*usage, request.now)) return label + " " + rest_mark(*rest, request.now);
    for (const auto& rest : rests_of(*usage, request.now)) label += " " + rest_mark(rest, request.now);
    return label;
}

StatusReport make_status_report(const StatusRequest& request) {
    StatusReport report;
    report.plan = model_plan(request.config, &request.agent);
    const Index index(request.store, request.config, request.surroundings);
    const auto rules = CredentialRules::from(request.config);
    const auto records = records_of(request.store);
    const auto uses = models_in_use(report.plan);
    for (const auto& provider : providers_mentioned(request, records, report.plan)) {
        const auto found = records.find(provider);
        const auto use = std::ranges::find(
            uses, provider, [](const ModelInUse& each) -> const std::string& { return each.model.provider; });
        report.providers.push_back(status_of(use == uses.end() ? ModelRef{provider, {}} : use->model,
                                             found == records.end() ? Records{} : found->second, request,
                                             index, rules));
    }
    const auto status = [&](const ProviderId& provider) -> ProviderStatus& {
        return *std::ranges::find(report.providers, provider,
                                  [](const ProviderStatus& entry) { return entry.resolution.provider; });
    };
    std::set<std::string> missing;
    for (const auto& use : uses) {
        auto& provider = status(use.model.provider);
        provider.in_use = true;
        if (!provider.listed) missing.insert(use.model.provider);
        const auto found = records.find(use.model.provider);
        if (request.live || (found != records.end() && rests_by_model(found->second, request.store)))
            report.checks.push_back(check_model(use, resolution_of(use.model, request, index), request));
        else
            report.checks.push_back(check_model(use, provider.resolution, request));
    }
    report.missing.assign(missing.begin(), missing.end());
    for (const auto& record : request.store.damaged)
        report.damaged.push_back(record.id.text + ": " + record.problem);
    for (const auto& file : request.store.damaged_files)
        report.damaged_files.push_back(damaged_file_text(file, request.config.paths()));
    report.shell_enabled = shell_is_on(request.config);
    for (const auto& name : request.config.environment().names())
        if (request.config.environment().variable(name)->source == config::VariableSource::login_shell)
            report.shell_applied.push_back(name);
    return report;
}

std::string damaged_file_text(const DamagedFile& file, const config::Paths& paths) {
    return fmt::format(
        "{} is {}; nothing is written to it until it is repaired: `openclaw models auth repair`",
        paths.shortened(file.path), file.problem);
}

int StatusReport::exit() const {
    return exit_of(checks);
}

std::string StatusReport::check_line() const {
    return line_of(checks);
}

}  // namespace openclaw::auth
