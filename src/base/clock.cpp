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
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

}  // namespace openclaw
