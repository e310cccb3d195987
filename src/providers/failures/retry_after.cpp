#include "providers/failures/retry_after.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/text.h"
#include "providers/failures/reset_words.h"
#include "providers/failures/rules.h"

namespace openclaw::providers {
namespace {

constexpr Milliseconds wait_max = std::chrono::days(31);
// Longer is no request to wait but a mistake.
constexpr Milliseconds nonsense_min = std::chrono::days(3660);
constexpr double ms_per_second = 1000;

std::optional<Milliseconds> bounded(double ms) {
    if (!(ms >= 1) || ms >= static_cast<double>(nonsense_min.count())) return std::nullopt;
    if (ms >= static_cast<double>(wait_max.count())) return wait_max;
    return Milliseconds(static_cast<std::int64_t>(std::ceil(ms)));
}

std::optional<Milliseconds> until(TimePoint time, TimePoint now) {
    return bounded(static_cast<double>(to_ms(time) - to_ms(now)));
}

std::optional<double> whole_number(std::string_view text) {
    auto rest = trimmed(text);
    const auto number = take_number(rest);
    return rest.empty() ? number : std::nullopt;
}

// A point in time or a span, in any of the forms of rate-limit reset headers.
std::optional<Milliseconds> reset_value(std::string_view text, TimePoint now) {
    constexpr double epoch_seconds_min = 1e9, epoch_ms_min = 1e12;
    if (const auto number = whole_number(text)) {
        if (*number >= epoch_ms_min) return bounded(*number - static_cast<double>(to_ms(now)));
        if (*number >= epoch_seconds_min)
            return bounded(*number * ms_per_second - static_cast<double>(to_ms(now)));
        return bounded(*number * ms_per_second);
    }
    if (const auto span = parse_reset_span(text)) return span;
    if (const auto time = parse_reset_time(text)) return until(*time, now);
    return std::nullopt;
}

void keep_latest(std::optional<Milliseconds>& latest, std::optional<Milliseconds> wait) {
    if (wait && (!latest || *wait > *latest)) latest = wait;
}

// "x-ratelimit-remaining-tokens" and "x-ratelimit-reset-tokens" are one window; every vendor orders the
// words its own way. The latest reset among the windows that are used up.
std::optional<Milliseconds> from_windows(const net::Headers& headers, TimePoint now) {
    std::optional<Milliseconds> latest;
    bool any_remaining = false;
    for (const auto& [name, value] : headers.fields()) {
        const std::string lower = lowered(name);
        if (lower.find("ratelimit") == std::string::npos && lower.find("rate-limit") == std::string::npos)
            continue;
        const auto at = lower.find("remaining");
        if (at == std::string::npos) continue;
        any_remaining = true;
        if (whole_number(value) != 0.0) continue;
        const auto sibling = replaced(lower, "remaining", "reset");
        if (const auto reset = headers.find(sibling)) keep_latest(latest, reset_value(*reset, now));
    }
    if (latest || any_remaining) return latest;
    for (const auto* name : {"x-ratelimit-reset", "ratelimit-reset", "x-ratelimit-reset-after"})
        if (const auto reset = headers.find(name)) return reset_value(*reset, now);
    return std::nullopt;
}

// The windows of subscriptions: Claude names the one that refused, Codex says how full each is.
std::optional<Milliseconds> from_plans(const net::Headers& headers, TimePoint now) {
    if (headers.find("anthropic-ratelimit-unified-status") == "rejected") {
        if (const auto reset = headers.find("anthropic-ratelimit-unified-reset"))
            return reset_value(*reset, now);
    }
    std::optional<Milliseconds> latest;
    for (const std::string window : {"x-codex-primary-", "x-codex-secondary-"}) {
        const auto used = headers.find(window + "used-percent");
        const auto reset = headers.find(window + "reset-after-seconds");
        constexpr double full = 100;
        if (used && reset && whole_number(*used).value_or(0) >= full)
            keep_latest(latest, reset_value(*reset, now));
    }
    return latest;
}

// A member of the RateLimit field of the IETF's draft: `limit=10, remaining=0, reset=25`, `"a";r=0;t=25`.
std::optional<Milliseconds> from_rate_limit_field(const net::Headers& headers) {
    const auto field = headers.find("ratelimit");
    if (!field) return std::nullopt;
    const auto member = [&](std::string_view name) -> std::optional<double> {
        const auto at = field->find(name);
        if (at == std::string_view::npos) return std::nullopt;
        auto rest = field->substr(at + name.size());
        return take_number(rest);
    };
    if (member("remaining=") == 0.0) {
        if (const auto reset = member("reset=")) return bounded(*reset * ms_per_second);
    }
    if (member(";r=") == 0.0) {
        if (const auto reset = member(";t=")) return bounded(*reset * ms_per_second);
    }
    return std::nullopt;
}

std::optional<Milliseconds> from_headers(const net::Headers& headers, TimePoint now) {
    for (const auto* name : {"retry-after-ms", "x-ms-retry-after-ms"})
        if (const auto ms = headers.find(name))
            if (const auto number = whole_number(*ms))
                if (const auto wait = bounded(*number)) return wait;
    for (const auto* name : {"retry-after", "x-retry-after"})
        if (const auto value = headers.find(name))
            if (const auto wait = reset_value(*value, now)) return wait;
    if (const auto wait = from_plans(headers, now)) return wait;
    if (const auto wait = from_windows(headers, now)) return wait;
    return from_rate_limit_field(headers);
}

std::optional<Milliseconds> from_body(const ErrorBody& body, TimePoint now) {
    if (body.resets_in_s) return bounded(*body.resets_in_s * ms_per_second);
    if (body.resets_at_s) return bounded(*body.resets_at_s * ms_per_second - static_cast<double>(to_ms(now)));
    if (!body.resets_text.empty()) return reset_value(body.resets_text, now);
    return std::nullopt;
}

// Zhipu writes its times as they are in Beijing.
constexpr auto beijing = std::chrono::hours(8);

std::optional<Milliseconds> from_date(std::string_view words, TimePoint now, std::string_view provider) {
    for (std::size_t i = 0; i + 16 <= words.size(); ++i) {
        if (words[i] != '2' || words[i + 4] != '-') continue;
        std::string_view rest = words.substr(i);
        const auto date = take_date_time(rest);
        if (!date) continue;
        if (date->zone_given) return until(date->time, now);
        return is_of(provider, "zai") ? until(date->time - beijing, now) : std::nullopt;
    }
    return std::nullopt;
}

constexpr std::array openings = {
    std::string_view("try again in "),   std::string_view("try again after "),
    std::string_view("retry in "),       std::string_view("retry after "),
    std::string_view("retry again in "), std::string_view("retry your request after "),
    std::string_view("reset after "),    std::string_view("resets in "),
    std::string_view("reset in "),       std::string_view("resets after "),
    std::string_view("available in "),   std::string_view("wait for "),
    std::string_view("wait "),           std::string_view("retrying in "),
    std::string_view("in about "),       std::string_view("replenished in "),
};

// What stands before a time of day.
constexpr std::array clocks = {
    std::string_view("resets "),       std::string_view("reset at "),     std::string_view("resets at "),
    std::string_view("resets on "),    std::string_view("reset on "),     std::string_view("try again at "),
    std::string_view("try again on "), std::string_view("available at "), std::string_view("access at "),
};

// What `take` reads behind the first of the marks that it can read something behind.
template <class Take>
auto behind_any(std::string_view words, std::span<const std::string_view> marks, Take take)
    -> decltype(take(words)) {
    for (const auto mark : marks)
        for (auto at = words.find(mark); at != std::string_view::npos; at = words.find(mark, at + 1))
            if (const auto found = take(words.substr(at + mark.size()))) return found;
    return std::nullopt;
}

std::optional<double> span_behind(std::string_view rest) {
    for (const std::string_view filler : {"about ", "approximately ", "at least "})
        if (rest.starts_with(filler)) rest.remove_prefix(filler.size());
    if (const auto span = take_span(rest)) return span;
    return take_clock_span(rest);
}

std::optional<Milliseconds> from_words(std::string_view message, TimePoint now, std::string_view provider) {
    const std::string words = lowered(message);
    // "usage limit reached|1749924000"
    if (const auto bar = words.find("limit reached|"); bar != std::string::npos) {
        auto rest = std::string_view(words).substr(words.find('|', bar) + 1);
        if (const auto number = take_number(rest)) return reset_value(std::to_string(*number), now);
    }
    if (const auto span = behind_any(words, openings, span_behind)) return bounded(*span);
    // A Python client's print of Google's RetryInfo.
    if (const auto at = words.find("retry_delay {"); at != std::string::npos) {
        const auto seconds = words.find("seconds:", at);
        if (seconds != std::string::npos) {
            auto rest =
                trimmed(std::string_view(words).substr(seconds + std::string_view("seconds:").size()));
            if (const auto number = take_number(rest)) return bounded(*number * ms_per_second);
        }
    }
    if (const auto wait = from_date(words, now, provider)) return wait;
    const auto time =
        behind_any(words, clocks, [&](std::string_view rest) { return take_next_time(rest, now); });
    return time ? until(*time, now) : std::nullopt;
}

}  // namespace

std::optional<Milliseconds> parse_reset_span(std::string_view text) {
    const std::string lower = lowered(trimmed(text));
    std::string_view rest = lower;
    const auto span = take_span(rest);
    return span && trimmed(rest).empty() ? bounded(*span) : std::nullopt;
}

std::optional<TimePoint> parse_reset_time(std::string_view text) {
    text = trimmed(text);
    if (const auto date = parse_http_date(text)) return date;
    const auto date = take_date_time(text);
    return date && date->zone_given && trimmed(text).empty() ? std::optional(date->time) : std::nullopt;
}

std::optional<Milliseconds> retry_after(const net::Headers& headers, const ErrorBody& body, TimePoint now,
                                        std::string_view provider) {
    if (const auto wait = from_headers(headers, now)) return wait;
    if (const auto wait = from_body(body, now)) return wait;
    if (const auto wait = from_headers(body.headers, now)) return wait;
    return from_words(body.message, now, provider);
}

}  // namespace openclaw::providers
