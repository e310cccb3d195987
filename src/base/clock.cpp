#include "base/clock.h"

#include <fmt/format.h>

#include <ctime>

namespace openclaw {

TimePoint SystemClock::now() const {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point SystemClock::steady() const {
    return std::chrono::steady_clock::now();
}

std::chrono::seconds SystemClock::utc_offset(TimePoint then) const {
    const auto seconds = std::chrono::system_clock::to_time_t(then);
    std::tm local{};
    if (::localtime_r(&seconds, &local) == nullptr) return {};
    return std::chrono::seconds(local.tm_gmtoff);
}

std::string iso_time(TimePoint time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    const int year = static_cast<int>(date.year());
    if (year < 0 || year > 9999) return fmt::format("year {}", year);  // what a file says may be anything
    std::string text = "0000-00-00T00:00:00.000Z";
    const auto put = [&](std::size_t end, auto number) {
        for (; number > 0; number /= 10) text.at(--end) = static_cast<char>('0' + number % 10);
    };
    put(4, year);
    put(7, static_cast<unsigned>(date.month()));
    put(10, static_cast<unsigned>(date.day()));
    put(13, clock.hours().count());
    put(16, clock.minutes().count());
    put(19, clock.seconds().count());
    put(23, clock.subseconds().count());
    return text;
}

}  // namespace openclaw
