#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace openclaw::usage {

// How much came within the last minute, in seconds: never does more than a limit come within any sixty
// seconds. Belongs to one thread at a time.
class MinuteCount {
public:
    using Time = std::chrono::steady_clock::time_point;

    std::uint64_t sum(Time now);
    void add(std::int64_t amount, Time now);
    // What was added then was so much more or less.
    void correct(std::int64_t by, Time then, Time now);
    // When at least so much of what counts now has become old.
    Milliseconds until_free(std::uint64_t amount, Time now);

private:
    static constexpr std::int64_t seconds = 61;  // the running one, and a whole minute before it
    void forget_old(std::int64_t second);
    static std::int64_t second_of(Time time);

    std::array<std::int64_t, seconds> counts_{};
    std::int64_t last_ = INT64_MIN;
};

}  // namespace openclaw::usage
