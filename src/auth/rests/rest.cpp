#include "auth/rests/rest.h"

#include <algorithm>

#include "base/fingerprint.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

// Between threads, `now` may have been read shortly before another one's failure was recorded.
constexpr Milliseconds clock_tolerance = std::chrono::seconds(2);
// How often a billing rest is put to the test when the file doesn't say (another program wrote it).
constexpr Milliseconds billing_trial_default = std::chrono::minutes(30);

std::optional<RestWindow> window_of_bench(const Trouble& trouble, const std::string& model) {
    if (!trouble.bench) return std::nullopt;
    const auto until = std::min(trouble.bench->until, trouble.bench->since + rest_max);
    return RestWindow{.from = trouble.bench->since - clock_tolerance,
                      .until = until,
                      .trial_until = until,
                      .rest = {.kind = Rest::Kind::disabled,
                               .until = until,
                               .reason = std::string(manual_reason),
                               .model = model}};
}

void add_windows(std::vector<RestWindow>& windows, const Trouble& trouble, const std::string& model) {
    if (auto window = rest_window(trouble)) {
        window->rest.model = model;
        windows.push_back(std::move(*window));
    }
    if (auto window = window_of_bench(trouble, model)) windows.push_back(std::move(*window));
}

// Nothing: the provider named the end, or it is a bill, which has trials of its own.
std::optional<TimePoint> demand_of(const Trouble& trouble, bool disabled) {
    if (trouble.end_is_named || (disabled && !trouble.disabled_reason.starts_with("auth")))
        return std::nullopt;
    return trouble.last_failure.value_or(TimePoint()) +
           (was_refused(trouble) ? demand_pace_of_refused : demand_pace);
}

bool concerns(const RestWindow& window, std::string_view model) {
    return window.rest.model.empty() || window.rest.model == model;
}

}  // namespace

bool was_refused(const Trouble& trouble) {
    const auto& reason = trouble.last_failure_reason;
    if (!reason.empty()) return reason == "auth" || reason == "refused_use";
    return trouble.failure_counts.contains("auth") || trouble.disabled_reason.starts_with("auth");
}

std::optional<RestWindow> rest_window(const Trouble& trouble) {
    if (!trouble.cooldown_until && !trouble.disabled_until) return std::nullopt;
    const bool disabled = trouble.disabled_until && trouble.disabled_until >= trouble.cooldown_until;
    RestWindow window{.from = {},
                      .until = disabled ? *trouble.disabled_until : *trouble.cooldown_until,
                      .trial_until = {},
                      .rest = {.kind = disabled ? Rest::Kind::disabled : Rest::Kind::cooldown,
                               .until = {},
                               .reason = trouble.last_failure_reason}};
    if (disabled) window.rest.reason = trouble.disabled_reason.empty() ? "unknown" : trouble.disabled_reason;
    if (trouble.last_failure) {
        // Before its start: the clock was set back. How long the rest has lasted is unknowable, so it is
        // over.
        window.from = *trouble.last_failure - clock_tolerance;
        window.until = std::min(window.until, *trouble.last_failure + rest_max);
    } else {
        window.from = window.until - rest_max;  // another program wrote it and doesn't say when it began
    }
    window.rest.until = window.until;
    window.rest.on_demand = demand_of(trouble, disabled);
    window.trial_until = window.until + trial_span;
    auto trial = trouble.trial_at;
    if (!trial && trouble.disabled_reason == "billing" && trouble.last_failure)
        trial = *trouble.last_failure + billing_trial_default;
    if (disabled && trial && *trial > window.from && *trial < window.until)
        window.rest.trial_at = window.until = std::max(*trial, trouble.cooldown_until.value_or(*trial));
    return window;
}

std::vector<RestWindow> rest_windows(const UsageStats& usage) {
    std::vector<RestWindow> windows;
    add_windows(windows, usage, {});
    for (const auto& entry : usage.models) add_windows(windows, entry, entry.model);
    return windows;
}

std::optional<Rest> rest_of(const UsageStats& usage, TimePoint now, std::string_view model) {
    std::optional<RestWindow> last;
    std::optional<TimePoint> on_demand = TimePoint();
    for (auto& window : rest_windows(usage)) {
        if (!concerns(window, model) || !window.contains(now)) continue;
        on_demand =
            on_demand && window.rest.on_demand ? std::max(on_demand, window.rest.on_demand) : std::nullopt;
        if (!last || window.until > last->until) last = std::move(window);
    }
    if (!last) return std::nullopt;
    last->rest.on_demand = on_demand;
    return std::move(last->rest);
}

std::vector<Rest> rests_of(const UsageStats& usage, TimePoint now) {
    std::vector<Rest> rests;
    for (auto& window : rest_windows(usage))
        if (window.contains(now)) rests.push_back(std::move(window.rest));
    return rests;
}

bool wants_trial(const UsageStats& usage, TimePoint now, std::string_view model) {
    const auto windows = rest_windows(usage);
    const auto any = [&](auto holds) {
        return std::ranges::any_of(
            windows, [&](const auto& window) { return concerns(window, model) && holds(window); });
    };
    return !any([&](const auto& window) { return window.contains(now); }) &&
           any([&](const auto& window) { return window.wants_trial(now); });
}

std::string credential_print(const Secret& secret, std::string_view fingerprint_key) {
    if (fingerprint_key.empty() || secret.blank()) return {};
    const auto key_print = fingerprint(Secret("openclaw"), fingerprint_key);
    return fmt::format("{}/{}", fingerprint(secret.trimmed(), fingerprint_key), key_print.substr(1, 4));
}

bool is_about(const UsageStats& usage, const Secret& secret, std::string_view fingerprint_key) {
    return usage.credential.empty() || is_about(usage, credential_print(secret, fingerprint_key));
}

bool is_about(const UsageStats& usage, std::string_view print) {
    if (usage.credential.empty()) return true;
    const auto key_of = [](std::string_view text) {
        return text.substr(std::min(text.find('/'), text.size()));
    };
    return print.empty() || key_of(print) != key_of(usage.credential) || print == usage.credential;
}

const UsageStats* usage_about(const Store& store, const Profile& profile, std::string_view fingerprint_key) {
    const auto* usage = store.usage_of(profile.id);
    if (!usage || std::holds_alternative<OAuth>(profile.credential)) return usage;
    return is_about(*usage, wire_secret(profile.credential), fingerprint_key) ? usage : nullptr;
}

}  // namespace openclaw::auth
