#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace openclaw::providers {

// The pieces of times as providers write them. All take what they can read from the front of `text`.

std::optional<double> take_number(std::string_view& text);
// As many "<number><unit>" as stand there, summed, in milliseconds: "1h2m3.5s", "46 minutes", "~176 min".
// Lower case.
std::optional<double> take_span(std::string_view& text);

// "04:02:29", hours, minutes and seconds, in milliseconds.
std::optional<double> take_clock_span(std::string_view& text);

// The next time after `now` that a clock shows "3pm (utc)", "15:30 +02:00", "oct 9, 5pm (utc)". Lower case.
// Nothing without a zone, or with one that is a place: where its clock stands isn't known here.
std::optional<TimePoint> take_next_time(std::string_view& text, TimePoint now);

// A date with a time: "2026-10-21T07:28:00.5Z", "2026-03-01 at 00:00 UTC". `zone_given` says whether it
// named its zone; without one the time counts as UTC.
struct DateTime {
    TimePoint time;
    bool zone_given = false;
};
std::optional<DateTime> take_date_time(std::string_view& text);

// "Wed, 21 Oct 2026 07:28:00 GMT", the whole text.
std::optional<TimePoint> parse_http_date(std::string_view text);

}  // namespace openclaw::providers
