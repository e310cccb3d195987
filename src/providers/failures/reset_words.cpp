#include "providers/failures/reset_words.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace openclaw::providers {
namespace {

struct Unit {
    std::string_view name;
    double ms;
};
// Longer names stand before their own beginnings.
constexpr std::array units = {
    Unit{"milliseconds", 1}, Unit{"ms", 1},      Unit{"seconds", 1e3},  Unit{"second", 1e3},
    Unit{"secs", 1e3},       Unit{"sec", 1e3},   Unit{"minutes", 60e3}, Unit{"minute", 60e3},
    Unit{"mins", 60e3},      Unit{"min", 60e3},  Unit{"hours", 3600e3}, Unit{"hour", 3600e3},
    Unit{"hrs", 3600e3},     Unit{"hr", 3600e3}, Unit{"days", 86400e3}, Unit{"day", 86400e3},
    Unit{"s", 1e3},          Unit{"m", 60e3},    Unit{"h", 3600e3},     Unit{"d", 86400e3}};

bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

void skip(std::string_view& text, std::string_view characters) {
    while (!text.empty() && characters.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
}

std::optional<double> take_unit(std::string_view& text) {
    for (const auto& unit : units) {
        if (!text.starts_with(unit.name)) continue;
        const auto rest = text.substr(unit.name.size());
        if (!rest.empty() && is_letter(rest.front())) continue;
        text = rest;
        return unit.ms;
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

// "Z", " UTC", "GMT", "+02:00": minutes east of Greenwich.
std::optional<int> take_zone(std::string_view& text) {
    auto rest = text;
    skip(rest, " (");
    const std::string lower = lowered(rest.substr(0, 4));
    for (const std::string_view name : {"utc", "gmt", "z"}) {
        if (!lower.starts_with(name)) continue;
        if (lower.size() > name.size() && is_letter(lower[name.size()])) continue;
        text = rest.substr(name.size());
        return 0;
    }
    if (rest.empty() || (rest.front() != '+' && rest.front() != '-')) return std::nullopt;
    const int sign = rest.front() == '+' ? 1 : -1;
    const auto hours = digits(rest, 1, 2);
    const std::size_t minutes_at = rest.size() > 3 && rest[3] == ':' ? 4 : 3;
    const auto minutes = digits(rest, minutes_at, 2);
    if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    text = rest.substr(minutes_at + 2);
    return sign * (*hours * 60 + *minutes);
}

// One or two digits.
std::optional<int> take_small(std::string_view& text) {
    for (const std::size_t count : {2U, 1U}) {
        const auto number = digits(text, 0, count);
        if (!number || (text.size() > count && text[count] >= '0' && text[count] <= '9')) continue;
        text.remove_prefix(count);
        return number;
    }
    return std::nullopt;
}

// "3pm", "3:30 pm", "15:30": minutes since midnight. A bare number is none.
std::optional<int> take_time_of_day(std::string_view& text) {
    auto rest = text;
    const auto hour = take_small(rest);
    if (!hour) return std::nullopt;
    std::optional<int> minute;
    if (rest.starts_with(':')) {
        minute = digits(rest, 1, 2);
        if (!minute || *minute > 59) return std::nullopt;
        rest.remove_prefix(3);
    }
    auto behind = rest;
    skip(behind, " ");
    const bool am = behind.starts_with("am"), pm = behind.starts_with("pm");
    if (am || pm) {
        if (*hour < 1 || *hour > 12) return std::nullopt;
        text = behind.substr(2);
        return (*hour % 12 + (pm ? 12 : 0)) * 60 + minute.value_or(0);
    }
    if (!minute || *hour > 23) return std::nullopt;
    text = rest;
    return *hour * 60 + *minute;
}

struct Day {
    std::optional<int> year;
    int month, day;
};

// "oct 9, ", "apr 28th, 2026 ", "january 3 at ": what may stand before a time of day.
std::optional<Day> take_day_name(std::string_view& text) {
    const auto month = month_number(text.substr(0, 3));
    if (!month) return std::nullopt;
    auto rest = text.substr(3);
    while (!rest.empty() && is_letter(rest.front())) rest.remove_prefix(1);
    skip(rest, " .");
    const auto day = take_small(rest);
    if (!day) return std::nullopt;
    for (const std::string_view ending : {"st", "nd", "rd", "th"})
        if (rest.starts_with(ending)) {
            rest.remove_prefix(ending.size());
            break;
        }
    skip(rest, " ,");
    Day found{{}, *month, *day};
    const bool four = rest.size() > 4 && rest[4] != ':' && digits(rest, 0, 4);
    if (four) {
        found.year = digits(rest, 0, 4);
        rest.remove_prefix(4);
        skip(rest, " ,");
    }
    if (rest.starts_with("at ")) rest.remove_prefix(3);
    text = rest;
    return found;
}

}  // namespace

std::optional<double> take_number(std::string_view& text) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || !(number >= 0) || !std::isfinite(number)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::optional<double> take_span(std::string_view& text) {
    std::optional<double> total;
    for (;;) {
        auto rest = text;
        skip(rest, total ? " ," : " ~");
        if (total && rest.starts_with("and ")) rest.remove_prefix(4);
        const auto number = take_number(rest);
        if (number) skip(rest, " ");
        const auto unit = number ? take_unit(rest) : std::nullopt;
        if (!unit) return total;
        total = total.value_or(0) + *number * *unit;
        text = rest;
    }
}

std::optional<double> take_clock_span(std::string_view& text) {
    const auto hours = digits(text, 0, 2), minutes = digits(text, 3, 2), seconds = digits(text, 6, 2);
    if (!hours || !minutes || !seconds || text[2] != ':' || text[5] != ':') return std::nullopt;
    if (*minutes > 59 || *seconds > 59) return std::nullopt;
    text.remove_prefix(8);
    return ((*hours * 60.0 + *minutes) * 60 + *seconds) * 1e3;
}

std::optional<TimePoint> take_next_time(std::string_view& text, TimePoint now) {
    auto rest = text;
    const auto day = take_day_name(rest);
    const auto minutes = take_time_of_day(rest);
    const auto zone = minutes ? take_zone(rest) : std::nullopt;
    if (!zone) return std::nullopt;
    text = rest;
    const auto offset = std::chrono::minutes(*minutes - *zone);
    if (!day) {
        auto next = std::chrono::floor<std::chrono::days>(now) - std::chrono::days(1) + offset;
        while (next <= now) next += std::chrono::days(1);
        return next;
    }
    auto year = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year();
    if (day->year) year = std::chrono::year(*day->year);
    const auto in = [&](std::chrono::year y) -> std::optional<TimePoint> {
        const std::chrono::year_month_day date{y, std::chrono::month(static_cast<unsigned>(day->month)),
                                               std::chrono::day(static_cast<unsigned>(day->day))};
        if (!date.ok()) return std::nullopt;
        return std::chrono::sys_days(date) + offset;
    };
    const auto time = in(year);
    return time && *time <= now && !day->year ? in(year + std::chrono::years(1)) : time;
}

std::optional<DateTime> take_date_time(std::string_view& text) {
    if (text.size() < 16 || text[4] != '-' || text[7] != '-') return std::nullopt;
    Parts parts{digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2), {}, {}, 0};
    auto rest = text.substr(10);
    if (rest.starts_with(" at ")) rest.remove_prefix(3);
    rest.remove_prefix(1);  // 'T' or a blank
    parts.hour = digits(rest, 0, 2);
    parts.minute = digits(rest, 3, 2);
    if (rest.size() < 5 || rest[2] != ':') return std::nullopt;
    rest.remove_prefix(5);
    if (rest.starts_with(':')) {
        parts.second = digits(rest, 1, 2);
        rest.remove_prefix(std::min<std::size_t>(rest.size(), 3));
        if (rest.starts_with('.')) {
            rest.remove_prefix(1);
            skip(rest, "0123456789");
        }
    }
    const auto time = time_of(parts);
    if (!time) return std::nullopt;
    const auto zone = take_zone(rest);
    text = rest;
    return DateTime{*time - std::chrono::minutes(zone.value_or(0)), zone.has_value()};
}

std::optional<TimePoint> parse_http_date(std::string_view text) {
    if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
    return time_of({digits(text, 12, 4), month_number(text.substr(8, 3)), digits(text, 5, 2),
                    digits(text, 17, 2), digits(text, 20, 2), digits(text, 23, 2)});
}

}  // namespace openclaw::providers
