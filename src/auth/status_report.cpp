#include "auth/status_report.h"

#include <algorithm>
#include <set>

#include "auth/cooldown.h"
#include "auth/credential_rules.h"
#include "auth/provider_table.h"
#include "auth/remedy.h"
#include "base/duration.h"
#include "base/fingerprint.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

struct ModelInUse {
    ModelRef model;
    std::string role;
};

std::vector<ModelInUse> models_in_use(const ModelPlan& plan) {
    std::vector<ModelInUse> models{{plan.primary, "default"}};
    for (std::size_t i = 0; i < plan.fallbacks.size(); ++i)
        models.push_back({plan.fallbacks[i], fmt::format("fallback#{}", i + 1)});
    if (plan.image) models.push_back({*plan.image, "image"});
    for (std::size_t i = 0; i < plan.image_fallbacks.size(); ++i)
        models.push_back({plan.image_fallbacks[i], fmt::format("image fallback#{}", i + 1)});
    return models;
}

std::set<std::string> providers_mentioned(const StatusRequest& request, const ModelPlan& plan) {
    std::set<std::string> names;
    for (const auto& profile : request.store.profiles) names.insert(normalised_provider(profile.provider));
    for (const auto& [name, provider] : CredentialRules::from(request.config).providers) names.insert(name);
    for (const auto& [model, role] : models_in_use(plan)) names.insert(model.provider);
    for (const auto& model : plan.listed) names.insert(model.provider);
    for (const auto& entry : provider_variables) {
        if (!entry.always_shown) continue;
        const bool set = std::ranges::any_of(variables_of(entry.provider), [&](auto name) {
            return request.config.environment().find_filled(name).has_value();
        });
        if (set || (entry.provider == "google-vertex" && request.surroundings.google_login))
            names.emplace(entry.provider);
    }
    return names;
}

std::string label_of(const Profile& profile, const CredentialRules& rules) {
    const auto* configured = rules.find_profile(profile.id);
    const std::string& email = configured && !configured->email.empty() ? configured->email : profile.email;
    return email.empty() ? profile.id.text : fmt::format("{} ({})", profile.id.text, email);
}

// "anthropic:work=token:#3fa9c1d2 [cooldown 4m]": no character of a credential is in it.
std::string masked_label(const Profile& profile, const StatusRequest& request) {
    const auto mask = [&](const Secret& secret) {
        return secret.blank() ? std::string("missing") : fingerprint(secret, request.fingerprint_key);
    };
    std::string label = profile.id.text + "=";
    if (const auto* key = std::get_if<ApiKey>(&profile.credential))
        label += mask(key->key);
    else if (const auto* token = std::get_if<Token>(&profile.credential))
        label += "token:" + mask(token->token);
    else
        label += profile.email.empty() ? "OAuth" : fmt::format("OAuth ({})", profile.email);
    const auto* usage = request.store.usage_of(profile.id);
    const auto rest = usage ? rest_of(*usage, request.now) : std::nullopt;
    if (!rest) return label;
    const auto left = format_remaining(rest->until - request.now);
    if (rest->kind == Rest::Kind::disabled)
        return fmt::format("{} [disabled:{} {}]", label, rest->reason, left);
    return fmt::format("{} [cooldown {}]", label, left);
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

ProviderStatus status_of(const std::string& provider, const StatusRequest& request, const Index& index,
                         const CredentialRules& rules) {
    ProviderStatus status;
    status.resolution = resolve(
        {.provider = provider, .agent_id = request.agent.id, .model = {}, .pinned = {}}, index, request.now);
    for (const auto& profile : request.store.profiles) {
        if (normalised_provider(profile.provider) != provider) continue;
        const auto kind = profile.credential.index();
        ++(kind == 0 ? status.api_keys : kind == 1 ? status.tokens : status.logins);
        ProfileHealth health{.profile = &profile,
                             .provider = provider,
                             .label = label_of(profile, rules),
                             .health = health_of(profile.credential, request.now),
                             .expires = {}};
        if (const auto* token = std::get_if<Token>(&profile.credential)) health.expires = token->expires;
        if (const auto* login = std::get_if<OAuth>(&profile.credential)) health.expires = login->expires;
        status.profiles.push_back(std::move(health));
        status.labels.push_back(masked_label(profile, request));
    }
    for (const auto& record : request.store.damaged)
        if (normalised_provider(record.provider) == provider)
            status.labels.push_back(fmt::format("{}=invalid ({})", record.id.text, record.problem));
    std::ranges::sort(status.profiles, {}, [](const ProfileHealth& entry) { return entry.profile->id.text; });
    status.listed = !status.profiles.empty() || std::ranges::any_of(status.resolution.candidates, is_known);
    status.health = health_of(status.profiles, status.resolution);
    return status;
}

// What one usable candidate promises: 0 lasting, 2 ending within a day, 1 its end can't be known.
int lasting(const Candidate& candidate, const Store& store, TimePoint now) {
    const auto* profile = candidate.source == Source::profile ? store.find(candidate.profile) : nullptr;
    if (!profile) return 0;
    switch (health_of(profile->credential, now)) {
        case Health::ok:
        case Health::fixed:
            return 0;
        case Health::expiring:
            return 2;
        case Health::expired:
        case Health::unknown:
            return 1;
    }
    return 1;
}

std::string why_unusable(const Resolution& resolution) {
    std::string reasons;
    for (const auto& candidate : resolution.candidates) {
        if (candidate.verdict == Verdict::not_set) continue;
        reasons += (reasons.empty() ? "" : "; ") + place_of(candidate) + ": " + candidate.reason;
    }
    return reasons.empty() ? "no credential is stored or set" : reasons;
}

ModelCheck check(const ModelInUse& use, const Resolution& resolution, const StatusRequest& request) {
    ModelCheck result{.model = use.model, .role = use.role, .exit = -1, .reason = {}};
    const auto rank = [](int exit) { return exit == 0 ? 2 : exit == 2 ? 1 : exit == 1 ? 0 : -1; };
    for (const auto& candidate : resolution.candidates) {
        if (!is_usable(candidate.verdict) && candidate.verdict != Verdict::needs_refresh) continue;
        const int exit = lasting(candidate, request.store, request.now);
        if (rank(exit) <= rank(result.exit)) continue;
        result.exit = exit;
        result.reason = place_of(candidate);
        if (candidate.verdict == Verdict::needs_refresh)
            result.reason += ": " + candidate.reason;
        else if (exit == 2 && candidate.expires)
            result.reason += fmt::format(" is the last usable one and expires in {}",
                                         format_remaining(*candidate.expires - request.now));
        else if (exit == 1)
            result.reason += ": when it expires is unknown";
    }
    if (result.exit < 0) {
        result.exit = 1;
        result.reason = "nothing usable: " + why_unusable(resolution);
    }
    return result;
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

Health health_of(const Credential& credential, TimePoint now) {
    std::optional<TimePoint> expires;
    if (std::holds_alternative<ApiKey>(credential)) return Health::fixed;
    if (const auto* token = std::get_if<Token>(&credential)) {
        if (!token->expires) return Health::fixed;
        expires = token->expires;
    } else {
        const auto& login = std::get<OAuth>(credential);
        if (!login.expires) return Health::unknown;
        if (!login.refresh.blank()) return Health::ok;
        expires = login.expires;
    }
    if (*expires <= now) return Health::expired;
    return *expires - now <= warn_before ? Health::expiring : Health::ok;
}

StatusReport make_status_report(const StatusRequest& request) {
    StatusReport report;
    report.plan = model_plan(request.config, &request.agent);
    const Index index(request.store, request.config, request.surroundings);
    const auto rules = CredentialRules::from(request.config);
    for (const auto& provider : providers_mentioned(request, report.plan))
        report.providers.push_back(status_of(provider, request, index, rules));
    const auto status = [&](const std::string& provider) -> ProviderStatus& {
        return *std::ranges::find(report.providers, provider,
                                  [](const ProviderStatus& entry) { return entry.resolution.provider; });
    };
    std::set<std::string> missing;
    for (const auto& use : models_in_use(report.plan)) {
        auto& provider = status(use.model.provider);
        provider.in_use = true;
        if (!provider.listed) missing.insert(use.model.provider);
        report.checks.push_back(check(use, provider.resolution, request));
    }
    report.missing.assign(missing.begin(), missing.end());
    for (const auto& record : request.store.damaged)
        report.damaged.push_back(record.id.text + ": " + record.problem);
    report.shell_enabled = shell_is_on(request.config);
    for (const auto& name : request.config.environment().names())
        if (request.config.environment().variable(name)->source == config::VariableSource::login_shell)
            report.shell_applied.push_back(name);
    return report;
}

int StatusReport::exit() const {
    int exit = 0;
    for (const auto& entry : checks)
        if (entry.exit == 1)
            return 1;
        else
            exit = std::max(exit, entry.exit);
    return exit;
}

std::string StatusReport::check_line() const {
    const int wanted = exit();
    for (const auto& entry : checks)
        if (entry.exit == wanted)
            return fmt::format("check: {} ({}): {}", entry.model.key(), entry.role, entry.reason);
    return "check: no model is in use";
}

}  // namespace openclaw::auth
