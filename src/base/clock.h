#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace openclaw {

// Wall-clock time with the resolution of every file and frame: milliseconds since the Unix epoch, UTC.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;

constexpr std::int64_t to_ms(TimePoint time) {
    return time.time_since_epoch().count();
}
constexpr TimePoint from_ms(std::int64_t ms) {
    return TimePoint(Milliseconds(ms));
}

// The clock is a parameter: nothing below main.cpp asks the system for the time or its zone.
class Clock {
public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;                                 // may jump, in both directions
    virtual std::chrono::steady_clock::time_point steady() const = 0;  // never goes back
    // How far the host's local time is ahead of UTC then.
    virtual std::chrono::seconds utc_offset(TimePoint then) const = 0;
};

class SystemClock final : public Clock {
public:
    TimePoint now() const override;
    std::chrono::steady_clock::time_point steady() const override;
    std::chrono::seconds utc_offset(TimePoint then) const override;
};

// "2026-11-22T08:44:39.616Z"
std::string iso_time(TimePoint time);

}  // namespace openclaw
