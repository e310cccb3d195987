#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/allowance.h"
#include "base/clock.h"

namespace openclaw::usage {

// How far local time is ahead of UTC then.
using OffsetAt = std::function<std::chrono::seconds(TimePoint)>;

// A calendar day, week (from Monday) or month: from its first instant until strictly before the next one's.
// A day has 23 or 25 hours where the clocks change.
struct Span {
    TimePoint from, to;
    bool operator==(const Span&) const = default;
};
Span span_at(BudgetWindow window, TimePoint now, const OffsetAt& offset);

// "2026-11-22"
std::string local_date(TimePoint time, const OffsetAt& offset);
// The first instant of the local day that is so many days before the one of `now`.
TimePoint day_begin(TimePoint now, int days_before, const OffsetAt& offset);

std::string_view name_of(BudgetWindow window);  // "day"

}  // namespace openclaw::usage
