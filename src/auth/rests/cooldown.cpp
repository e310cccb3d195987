// What a failure makes of a record, pure: first whether it counts at all (a failure inside a rest doesn't),
// then whom it is about (the account or one model), then which ladder its reason climbs and how far. Only
// times are written; what rests now is always read from them through rest.h.
#include "auth/rests/cooldown.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"

namespace openclaw::auth {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t text_max = 600;
constexpr std::size_t models_max = 32;     // records of single models in one profile
constexpr std::size_t model_id_max = 200;  // a longer one counts for the account

struct Ladder {
    std::array<Milliseconds, 4> steps;
    Milliseconds at(std::int64_t failures) const {
        return steps[static_cast<std::size_t>(std::clamp<std::int64_t>(failures - 1, 0, 3))];
    }
};
// The credential's own trouble, and trouble of the provider that passes sooner.
constexpr Ladder credential_ladder{{minutes(1), minutes(5), minutes(25), minutes(60)}};
constexpr Ladder provider_ladder{{seconds(15), minutes(1), minutes(5), minutes(10)}};

enum class Effect { none, cooldown, brief_cooldown, disable };

Effect effect_of(FailureReason reason) {
    switch (reason) {
        case FailureReason::auth:
        case FailureReason::rate_limit:
        case FailureReason::refused_use:
        case FailureReason::unknown:
            return Effect::cooldown;
        case FailureReason::overloaded:
        case FailureReason::server_error:
        case FailureReason::timeout:
            return Effect::brief_cooldown;
        case FailureReason::billing:
            return Effect::disable;
        // Nothing that another credential or a rest would cure.
        case FailureReason::network:
        case FailureReason::overflow:
        case FailureReason::format:
        case FailureReason::model_not_found:
        case FailureReason::wrong_address:
        case FailureReason::no_answer:
            return Effect::none;
    }
    return Effect::none;
}

Milliseconds billing_rest(const CooldownRules& rules, std::int64_t failures) {
    const auto doublings = std::clamp<std::int64_t>(failures - 1, 0, 10);
    const Milliseconds base = std::max<Milliseconds>(minutes(1), rules.billing_base);
    return std::min(std::max(base, rules.billing_max), base * (std::int64_t{1} << doublings));
}

// How far up its ladder a reason stands. A file of the reference that counts errors but no reasons is taken
// at its word.
std::int64_t failures_of(const Trouble& usage, const std::string& reason) {
    const auto found = usage.failure_counts.find(reason);
    if (found != usage.failure_counts.end()) return found->second;
    return usage.failure_counts.empty() ? usage.error_count : 0;
}

// What began the rest; `last_failure` is the rest's start.
void note_failure(Trouble& usage, const FailureEvent& failure, TimePoint now) {
    usage.last_failure = now;
    usage.last_failure_reason = name_of(failure.reason);
    usage.last_failure_status = failure.status;
    usage.last_failure_text = shortened(failure.text, text_max);
}

// The record starts anew when it was about another secret.
void about(UsageStats& usage, const std::string& credential) {
    if (credential.empty()) return;
    if (!usage.credential.empty() && usage.credential != credential) usage = {};
    usage.credential = credential;
}

void forget_failures(Trouble& usage) {
    usage.error_count = 0;
    usage.failure_counts.clear();
    usage.cooldown_until.reset();
    usage.disabled_until.reset();
    usage.disabled_reason.clear();
    usage.trial_at.reset();
    usage.end_is_named = false;
}

void copy_last_failure(Trouble& usage, const Trouble& from) {
    usage.last_failure = from.last_failure;
    usage.last_failure_reason = from.last_failure_reason;
    usage.last_failure_status = from.last_failure_status;
    usage.last_failure_text = from.last_failure_text;
}

Trouble& model_of(UsageStats& usage, const std::string& model) {
    const auto found = std::ranges::find(usage.models, model, &ModelTrouble::model);
    if (found != usage.models.end()) return *found;
    usage.models.emplace_back().model = model;
    return usage.models.back();
}

// The records of models that were in trouble longest ago make way.
void trim_models(UsageStats& usage) {
    const auto age = [](const ModelTrouble& entry) {
        return std::pair(entry.bench.has_value(), entry.last_failure);
    };
    while (usage.models.size() > models_max)
        usage.models.erase(std::ranges::min_element(usage.models, {}, age));
}

// The rest that failures began; a person's counts for nothing here.
std::optional<Rest> rest_of_failures(const Trouble& trouble, TimePoint now) {
    const auto window = rest_window(trouble);
    return window && window->contains(now) ? std::optional(window->rest) : std::nullopt;
}

// Whether another model already rests because of a limit, and nothing has been answered since.
bool another_is_limited(const UsageStats& usage, const std::string& model, TimePoint now) {
    return std::ranges::any_of(usage.models, [&](const ModelTrouble& entry) {
        return entry.model != model && entry.last_failure_reason == "rate_limit" &&
               entry.last_failure > usage.last_used && rest_of_failures(entry, now);
    });
}

bool is_of_one_model(const UsageStats& usage, const FailureEvent& failure, TimePoint now) {
    if (failure.model.empty() || failure.model.size() > model_id_max) return false;
    if (failure.scope != FailureScope::unknown) return failure.scope == FailureScope::model;
    switch (failure.reason) {
        case FailureReason::rate_limit:
            return !another_is_limited(usage, failure.model, now);
        case FailureReason::overloaded:
        case FailureReason::server_error:
        case FailureReason::timeout:
        case FailureReason::unknown:
        case FailureReason::model_not_found:
            return true;
        case FailureReason::auth:
        case FailureReason::billing:
        case FailureReason::refused_use:
        case FailureReason::network:
        case FailureReason::overflow:
        case FailureReason::format:
        case FailureReason::wrong_address:
        case FailureReason::no_answer:
            return false;
    }
    return false;
}

std::optional<Milliseconds> named_rest(const FailureEvent& failure) {
    if (!failure.retry_after) return std::nullopt;
    return std::clamp(*failure.retry_after, Milliseconds(1000), rest_max);
}

// What a try during a rest that we guessed has brought: the guess stands, unless the provider says better.
void note_demand(Trouble& usage, const FailureEvent& failure, TimePoint now) {
    const auto asked = named_rest(failure);
    note_failure(usage, failure, now);
    usage.end_is_named = asked.has_value();
    if (asked) usage.cooldown_until = now + *asked;
}

// A rest begins or its next rung; inside one nothing changes but by a try on demand.
void note_rest(Trouble& usage, const FailureEvent& failure, Effect effect, const CooldownRules& rules,
               TimePoint now) {
    const auto rest = rest_of_failures(usage, now);
    if (rest && (rest->kind == Rest::Kind::disabled || effect != Effect::disable)) {
        if (failure.on_demand && rest->on_demand) note_demand(usage, failure, now);
        return;
    }

    const bool forgotten = usage.last_failure && now - *usage.last_failure > rules.failure_window;
    if (forgotten) {
        usage.error_count = 0;
        usage.failure_counts.clear();
    }
    const std::string reason(name_of(failure.reason));
    const std::int64_t failures = failures_of(usage, reason) + 1;
    usage.failure_counts[reason] = failures;
    ++usage.error_count;
    note_failure(usage, failure, now);
    const auto asked = named_rest(failure);
    usage.end_is_named = asked.has_value();
    if (effect != Effect::disable) {
        const Ladder& ladder = effect == Effect::cooldown ? credential_ladder : provider_ladder;
        usage.cooldown_until = now + asked.value_or(ladder.at(failures));
        return;
    }
    usage.disabled_until = now + asked.value_or(billing_rest(rules, failures));
    usage.disabled_reason = "billing";
    // Money comes back without a word, so a long rest is put to the test; the provider's own word is taken.
    usage.trial_at = asked ? usage.disabled_until : now + std::min(rules.billing_trial, rest_max);
}

Milliseconds config_minutes(const config::Config& config, std::string_view name, Milliseconds fallback) {
    const auto* auth = object_at(config.value(), "auth");
    const auto* cooldowns = auth ? object_at(*auth, "cooldowns") : nullptr;
    const auto number = cooldowns ? number_at(*cooldowns, name) : std::nullopt;
    if (!number || *number <= 0) return fallback;
    return std::max<Milliseconds>(seconds(1),
                                  Milliseconds(std::llround(std::min(*number, 527'040.0) * 60'000)));
}

Milliseconds config_hours(const config::Config& config, std::string_view name, Milliseconds fallback) {
    const auto* auth = object_at(config.value(), "auth");
    const auto* cooldowns = auth ? object_at(*auth, "cooldowns") : nullptr;
    const auto number = cooldowns ? number_at(*cooldowns, name) : std::nullopt;
    if (!number || *number <= 0) return fallback;
    return Milliseconds(std::llround(std::min(*number, 24.0 * 366) * 3'600'000));
}

}  // namespace

std::string_view name_of(FailureReason reason) {
    switch (reason) {
        case FailureReason::auth:
            return "auth";
        case FailureReason::rate_limit:
            return "rate_limit";
        case FailureReason::billing:
            return "billing";
        case FailureReason::overloaded:
            return "overloaded";
        case FailureReason::server_error:
            return "server_error";
        case FailureReason::network:
            return "network";
        case FailureReason::timeout:
            return "timeout";
        case FailureReason::overflow:
            return "overflow";
        case FailureReason::format:
            return "format";
        case FailureReason::model_not_found:
            return "model_not_found";
        case FailureReason::wrong_address:
            return "wrong_address";
        case FailureReason::no_answer:
            return "no_answer";
        case FailureReason::refused_use:
            return "refused_use";
        case FailureReason::unknown:
            return "unknown";
    }
    return "unknown";
}

CooldownRules CooldownRules::from(const config::Config& config, const ProviderId& provider) {
    CooldownRules rules{.failure_window = config_hours(config, "failureWindowHours", hours(24)),
                        .billing_base = config_hours(config, "billingBackoffHours", hours(5)),
                        .billing_max = config_hours(config, "billingMaxHours", hours(24)),
                        .billing_trial = config_minutes(config, "billingTrialMinutes", minutes(30))};
    const auto* auth = object_at(config.value(), "auth");
    const auto* cooldowns = auth ? object_at(*auth, "cooldowns") : nullptr;
    const auto* by_provider = cooldowns ? object_at(*cooldowns, "billingBackoffHoursByProvider") : nullptr;
    if (!by_provider) return rules;
    for (const auto& [name, value] : *by_provider) {
        if (ProviderId(name) != ProviderId(provider)) continue;
        const auto number = number_at(*by_provider, name);
        if (number && *number > 0)
            rules.billing_base = Milliseconds(std::llround(std::min(*number, 8784.0) * 3'600'000));
        break;
    }
    return rules;
}

UsageStats after_failure(UsageStats usage, const FailureEvent& failure, const CooldownRules& rules,
                         TimePoint now) {
    const Effect effect = effect_of(failure.reason);
    if (effect == Effect::none) return usage;
    about(usage, failure.credential);
    if (!is_of_one_model(usage, failure, now)) {
        note_rest(usage, failure, effect, rules, now);
        return usage;
    }
    // What rests as a whole learns nothing of its models; a try on demand tells of the whole.
    if (rest_of_failures(usage, now)) {
        if (failure.on_demand) note_rest(usage, failure, effect, rules, now);
        return usage;
    }
    note_rest(model_of(usage, failure.model), failure, effect, rules, now);
    trim_models(usage);
    return usage;
}

UsageStats after_success(UsageStats usage, TimePoint now, const SuccessEvent& success) {
    about(usage, success.credential);
    usage.last_used = now;
    const auto began_later = [&](const Trouble& record) {
        return success.sent && record.last_failure && *record.last_failure > *success.sent &&
               *record.last_failure <= now;
    };
    const auto found = std::ranges::find(usage.models, success.model, &ModelTrouble::model);
    if (found != usage.models.end() && !began_later(*found)) {
        if (!began_later(usage) && found->last_failure > usage.last_failure) copy_last_failure(usage, *found);
        forget_failures(*found);
        if (!found->bench) usage.models.erase(found);
    }
    if (!began_later(usage)) forget_failures(usage);
    return usage;
}

UsageStats after_bench(UsageStats usage, const Bench& bench, const std::string& model,
                       const std::string& credential) {
    about(usage, credential);
    auto& trouble = model.empty() ? static_cast<Trouble&>(usage) : model_of(usage, model);
    trouble.bench = bench;
    trim_models(usage);
    return usage;
}

UsageStats after_clear(UsageStats usage, const std::string& model) {
    if (model.empty()) {
        forget_failures(usage);
        usage.bench.reset();
    }
    const bool may_copy = !usage.cooldown_until && !usage.disabled_until;  // else it is when that rest began
    for (const auto& entry : usage.models)
        if ((model.empty() || entry.model == model) && may_copy && entry.last_failure > usage.last_failure)
            copy_last_failure(usage, entry);
    std::erase_if(usage.models,
                  [&](const ModelTrouble& entry) { return model.empty() || entry.model == model; });
    return usage;
}

}  // namespace openclaw::auth
