#include "base/duration.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace openclaw {
namespace {

struct Unit {
    std::string_view name;
    Milliseconds length;
};
constexpr Unit units[] = {{"ms", Milliseconds(1)},
                          {"s", std::chrono::seconds(1)},
                          {"m", std::chrono::minutes(1)},
                          {"h", std::chrono::hours(1)},
                          {"d", std::chrono::days(1)}};
constexpr double longest_ms = 100.0 * 365.25 * 86'400'000.0;

bool is_plain_number(std::string_view digits) {
    const auto whole = digits.substr(0, digits.find('.'));
    const auto fraction =
        whole.size() == digits.size() ? std::string_view("0") : digits.substr(whole.size() + 1);
    const auto all_digits = [](std::string_view s) {
        return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return all_digits(whole) && all_digits(fraction);
}

}  // namespace

Result<Milliseconds> parse_duration(std::string_view text, Milliseconds bare_unit) {
    const auto refused = [&] {
        return hinted(fail(Code::invalid_input, "invalid duration: {}", printable(shortened(text, 40))),
                      "write a number and a unit, such as 30d, 12h, 45m, 90s or 250ms");
    };
    auto body = trimmed(text);
    const auto suffix = body.find_first_not_of("0123456789.");
    auto unit = bare_unit;
    if (suffix != std::string_view::npos) {
        const auto found = std::ranges::find(units, lowered(body.substr(suffix)), &Unit::name);
        if (found == std::end(units)) return refused();
        unit = found->length;
        body = body.substr(0, suffix);
    }
    double amount = 0;
    if (!is_plain_number(body)) return refused();
    if (std::from_chars(body.data(), body.data() + body.size(), amount).ec != std::errc()) return refused();
    const double ms = amount * static_cast<double>(unit.count());
    if (!(ms <= longest_ms)) return refused();
    return Milliseconds(std::llround(ms));
}

std::string format_remaining(Milliseconds remaining) {
    if (remaining <= Milliseconds(0)) return "0m";
    const auto rounded = [](double value) { return static_cast<long long>(std::llround(value)); };
    const auto minutes = std::max(1LL, rounded(static_cast<double>(remaining.count()) / 60'000.0));
    if (minutes < 60) return fmt::format("{}m", minutes);
    const auto hours = rounded(static_cast<double>(minutes) / 60.0);
    if (hours < 48) return fmt::format("{}h", hours);
    return fmt::format("{}d", rounded(static_cast<double>(hours) / 24.0));
}

std::string format_span(Milliseconds span) {
    const auto seconds = std::max<long long>(0, span.count() / 1000);
    if (seconds == 0) return "less than 1 s";
    if (seconds < 60) return fmt::format("{} s", seconds);
    const auto minutes = seconds / 60;
    if (minutes < 60) return fmt::format("{} min", minutes);
    const auto hours = minutes / 60;
    if (hours < 48)
        return minutes % 60 == 0 ? fmt::format("{} h", hours)
                                 : fmt::format("{} h {} min", hours, minutes % 60);
    return fmt::format("{} d", hours / 24);
}

std::string format_left(Milliseconds left) {
    if (left <= Milliseconds(0)) return format_span(left);
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(left);
    if (left <= std::chrono::minutes(1)) return format_span(std::chrono::ceil<std::chrono::seconds>(left));
    return format_span(minutes < std::chrono::hours(48) ? minutes
                                                        : std::chrono::ceil<std::chrono::days>(left));
}

}  // namespace openclaw
