#include <charconv>

#include "auth/profiles/profile_format.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

// Reads exactly `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    int number = 0;
    if (text.size() < digits) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    if (error != std::errc{} || end != text.data() + digits || number < 0) return std::nullopt;
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<TimePoint> take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, "-")) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, "-")) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) return std::nullopt;
    return TimePoint(std::chrono::sys_days(date));
}

std::optional<Milliseconds> take_clock(std::string_view& text) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    Milliseconds clock = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    if (!take(text, ":")) return clock;
    const auto second = take_number(text, 2);
    if (!second || *second > 60) return std::nullopt;
    clock += std::chrono::seconds(*second);
    if (!take(text, ".")) return clock;
    Milliseconds weight(100);
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        clock += weight * (text.front() - '0');
        weight /= 10;
        text.remove_prefix(1);
    }
    return clock;
}

// What has to be taken off to get UTC. No zone at all counts as UTC.
std::optional<Milliseconds> take_offset(std::string_view& text) {
    if (text.empty() || take(text, "Zz")) return Milliseconds(0);
    const bool west = text.front() == '-';
    if (!take(text, "+-")) return std::nullopt;
    const auto hour = take_number(text, 2);
    take(text, ":");
    const auto minute = take_number(text, 2);
    if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
    const Milliseconds offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    return west ? -offset : offset;
}

}  // namespace

std::optional<TimePoint> parse_iso_time(std::string_view text) {
    text = trimmed(text);
    const auto date = take_date(text);
    if (!date) return std::nullopt;
    if (text.empty()) return date;
    if (!take(text, "Tt ")) return std::nullopt;
    const auto clock = take_clock(text);
    if (!clock) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return *date + *clock - *offset;
}

}  // namespace openclaw::auth
