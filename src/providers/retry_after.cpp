#include "providers/retry_after.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace openclaw::providers {
namespace {

constexpr Milliseconds wait_max = std::chrono::days(31);
constexpr double ms_per_second = 1000;

std::optional<Milliseconds> bounded(double ms) {
    if (!(ms >= 1)) return std::nullopt;
    if (ms >= static_cast<double>(wait_max.count())) return wait_max;
    return Milliseconds(static_cast<std::int64_t>(std::ceil(ms)));
}

std::optional<Milliseconds> until(TimePoint time, TimePoint now) {
    return bounded(static_cast<double>(to_ms(time) - to_ms(now)));
}

// The number at the front, which is removed.
std::optional<double> take_number(std::string_view& text) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::optional<double> whole_number(std::string_view text) {
    auto rest = trimmed(text);
    const auto number = take_number(rest);
    return rest.empty() ? number : std::nullopt;
}

struct Unit {
    std::string_view name;
    double ms;
};
// Longer names stand before their own beginnings.
constexpr std::array units = {Unit{"milliseconds", 1}, Unit{"ms", 1},         Unit{"seconds", 1e3},
                              Unit{"second", 1e3},     Unit{"minutes", 60e3}, Unit{"minute", 60e3},
                              Unit{"hours", 3600e3},   Unit{"hour", 3600e3},  Unit{"days", 86400e3},
                              Unit{"day", 86400e3},    Unit{"s", 1e3},        Unit{"m", 60e3},
                              Unit{"h", 3600e3},       Unit{"d", 86400e3}};

std::optional<double> take_unit(std::string_view& text) {
    for (const auto& unit : units) {
        if (!text.starts_with(unit.name)) continue;
        const auto rest = text.substr(unit.name.size());
        if (!rest.empty() && rest.front() >= 'a' && rest.front() <= 'z') continue;
        text = rest;
        return unit.ms;
    }
    return std::nullopt;
}

// As many "<number><unit>" as stand at the front, summed.
std::optional<double> take_span(std::string_view& text) {
    std::optional<double> total;
    for (;;) {
        auto rest = text;
        while (rest.starts_with(' ')) rest.remove_prefix(1);
        const auto number = take_number(rest);
        while (number && rest.starts_with(' ')) rest.remove_prefix(1);
        const auto unit = number ? take_unit(rest) : std::nullopt;
        if (!unit) return total;
        total = total.value_or(0) + *number * *unit;
        text = rest;
    }
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

struct Window {
    std::string_view remaining, reset;
};
constexpr std::array windows = {
    Window{"anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"},
    Window{"anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"},
    Window{"anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"},
    Window{"anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"},
    Window{"x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
    Window{"x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"},
    Window{"x-ratelimit-remaining", "x-ratelimit-reset"},
    Window{"ratelimit-remaining", "ratelimit-reset"},
};

// The latest reset among the windows that are used up.
std::optional<Milliseconds> from_windows(const net::Headers& headers, TimePoint now) {
    std::optional<Milliseconds> latest;
    if (headers.find("anthropic-ratelimit-unified-status") == "rejected") {
        if (const auto reset = headers.find("anthropic-ratelimit-unified-reset"))
            latest = reset_value(*reset, now);
    }
    for (const auto& window : windows) {
        const auto remaining = headers.find(window.remaining);
        const auto reset = headers.find(window.reset);
        if (!remaining || !reset || whole_number(*remaining) != 0.0) continue;
        const auto wait = reset_value(*reset, now);
        if (wait && (!latest || *wait > *latest)) latest = wait;
    }
    return latest;
}

std::optional<Milliseconds> from_body(const ErrorBody& body, TimePoint now) {
    if (body.resets_in_s) return bounded(*body.resets_in_s * ms_per_second);
    if (body.resets_at_s) return bounded(*body.resets_at_s * ms_per_second - static_cast<double>(to_ms(now)));
    return std::nullopt;
}

std::optional<Milliseconds> from_words(std::string_view message, TimePoint now) {
    const std::string words = lowered(message);
    // "usage limit reached|1749924000"
    if (const auto bar = words.find("limit reached|"); bar != std::string::npos) {
        return reset_value(std::string_view(words).substr(words.find('|', bar) + 1), now);
    }
    for (const std::string_view opening :
         {"try again in ", "retry in ", "retry after ", "reset after ", "resets in "}) {
        const auto at = words.find(opening);
        if (at == std::string::npos) continue;
        std::string_view rest = std::string_view(words).substr(at + opening.size());
        if (const auto span = take_span(rest)) return bounded(*span);
    }
    return std::nullopt;
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int number = 0;
    const auto* from = text.data() + at;
    const auto [end, error] = std::from_chars(from, from + count, number);
    return error == std::errc() && end == from + count && number >= 0 ? std::optional(number) : std::nullopt;
}

struct Parts {
    std::optional<int> year, month, day, hour, minute, second;
};

std::optional<TimePoint> time_of(const Parts& parts) {
    if (!parts.year || !parts.month || !parts.day || !parts.hour || !parts.minute || !parts.second)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*parts.year),
                                           std::chrono::month(static_cast<unsigned>(*parts.month)),
                                           std::chrono::day(static_cast<unsigned>(*parts.day))};
    if (!date.ok() || *parts.hour > 23 || *parts.minute > 59 || *parts.second > 60) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*parts.hour) +
           std::chrono::minutes(*parts.minute) + std::chrono::seconds(*parts.second);
}

std::optional<int> month_number(std::string_view name) {
    constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
    const auto at = names.find(lowered(name));
    if (name.size() != 3 || at == std::string_view::npos || at % 3 != 0) return std::nullopt;
    return static_cast<int>(at / 3) + 1;
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
    if (text.size() >= 20 && text[4] == '-' && text[10] == 'T' && text.ends_with('Z')) {
        return time_of({digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2), digits(text, 11, 2),
                        digits(text, 14, 2), digits(text, 17, 2)});
    }
    if (text.size() == 29 && text.ends_with(" GMT")) {
        return time_of({digits(text, 12, 4), month_number(text.substr(8, 3)), digits(text, 5, 2),
                        digits(text, 17, 2), digits(text, 20, 2), digits(text, 23, 2)});
    }
    return std::nullopt;
}

std::optional<Milliseconds> retry_after(const net::Headers& headers, const ErrorBody& body, TimePoint now) {
    if (const auto ms = headers.find("retry-after-ms")) {
        if (const auto number = whole_number(*ms)) return bounded(*number);
    }
    if (const auto value = headers.find("retry-after")) {
        if (const auto wait = reset_value(*value, now)) return wait;
    }
    if (const auto wait = from_windows(headers, now)) return wait;
    if (const auto wait = from_body(body, now)) return wait;
    return from_words(body.message, now);
}

}  // namespace openclaw::providers
