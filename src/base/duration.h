#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace openclaw {

// Reads "30d", "1.5h", "90s", "250ms"; a bare number counts in `bare_unit`. Refuses anything else, and
// what is longer than 100 years. Grammar: ^\d+(\.\d+)?(ms|s|m|h|d)?$
Result<Milliseconds> parse_duration(std::string_view text, Milliseconds bare_unit = std::chrono::days(1));

// Remaining time for people: "0m", "59m", "47h", "3d". Below 60 minutes in minutes (at least 1), below
// 48 hours in hours, else in days, rounded.
std::string format_remaining(Milliseconds remaining);

// An age or a span with at most two units: "less than 1 s", "42 s", "5 min", "3 h 10 min", "12 d".
std::string format_span(Milliseconds span);
// What is left until something may be tried: the same, but nobody who waits so long comes too early.
std::string format_left(Milliseconds left);

}  // namespace openclaw
