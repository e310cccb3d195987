#include "auth/cooldown.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"

namespace openclaw::auth {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// No rest lasts longer, whatever a file, a config or a provider says.
constexpr Milliseconds rest_max = std::chrono::days(31);
// Between threads, `now` may have been read shortly before another one's failure was recorded.
constexpr Milliseconds clock_tolerance = seconds(2);
constexpr std::size_t text_max = 600;

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
std::int64_t failures_of(const UsageStats& usage, const std::string& reason) {
    const auto found = usage.failure_counts.find(reason);
    if (found != usage.failure_counts.end()) return found->second;
    return usage.failure_counts.empty() ? usage.error_count : 0;
}

// What began the rest; `last_failure` is the rest's start.
void note_failure(UsageStats& usage, const FailureEvent& failure, TimePoint now) {
    usage.last_failure = now;
    usage.last_failure_reason = name_of(failure.reason);
    usage.last_failure_status = failure.status;
    usage.last_failure_text = shortened(failure.text, text_max);
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
        case FailureReason::refused_use:
            return "refused_use";
        case FailureReason::unknown:
            return "unknown";
    }
    return "unknown";
}

CooldownRules CooldownRules::from(const config::Config& config, const std::string& provider) {
    CooldownRules rules{.failure_window = config_hours(config, "failureWindowHours", hours(24)),
                        .billing_base = config_hours(config, "billingBackoffHours", hours(5)),
                        .billing_max = config_hours(config, "billingMaxHours", hours(24))};
    const auto* auth = object_at(config.value(), "auth");
    const auto* cooldowns = auth ? object_at(*auth, "cooldowns") : nullptr;
    const auto* by_provider = cooldowns ? object_at(*cooldowns, "billingBackoffHoursByProvider") : nullptr;
    if (!by_provider) return rules;
    for (const auto& [name, value] : *by_provider) {
        if (normalised_provider(name) != normalised_provider(provider)) continue;
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
    const auto rest = rest_of(usage, now);
    if (rest && (rest->kind == Rest::Kind::disabled || effect != Effect::disable)) return usage;

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
    const auto asked = failure.retry_after
                           ? std::optional(std::clamp(*failure.retry_after, Milliseconds(1000), rest_max))
                           : std::nullopt;
    if (effect == Effect::disable) {
        usage.disabled_until = now + asked.value_or(billing_rest(rules, failures));
        usage.disabled_reason = "billing";
    } else {
        const Ladder& ladder = effect == Effect::cooldown ? credential_ladder : provider_ladder;
        usage.cooldown_until = now + asked.value_or(ladder.at(failures));
    }
    return usage;
}

UsageStats after_success(UsageStats usage, TimePoint now) {
    usage.last_used = now;
    usage.error_count = 0;
    usage.failure_counts.clear();
    usage.cooldown_until.reset();
    usage.disabled_until.reset();
    usage.disabled_reason.clear();
    return usage;
}

std::optional<RestWindow> rest_window(const UsageStats& usage) {
    if (!usage.cooldown_until && !usage.disabled_until) return std::nullopt;
    const bool disabled = usage.disabled_until && usage.disabled_until >= usage.cooldown_until;
    RestWindow window{.from = {},
                      .until = disabled ? *usage.disabled_until : *usage.cooldown_until,
                      .kind = disabled ? Rest::Kind::disabled : Rest::Kind::cooldown};
    if (usage.last_failure) {
        // Before its start: the clock was set back. How long the rest has lasted is unknowable, so it is
        // over.
        window.from = *usage.last_failure - clock_tolerance;
        window.until = std::min(window.until, *usage.last_failure + rest_max);
    } else {
        window.from = window.until - rest_max;  // another program wrote it and doesn't say when it began
    }
    return window;
}

std::optional<Rest> rest_of(const UsageStats& usage, TimePoint now) {
    const auto window = rest_window(usage);
    if (!window || !window->contains(now)) return std::nullopt;
    if (window->kind == Rest::Kind::cooldown)
        return Rest{window->kind, window->until, usage.last_failure_reason};
    return Rest{window->kind, window->until,
                usage.disabled_reason.empty() ? "unknown" : usage.disabled_reason};
}

}  // namespace openclaw::auth
