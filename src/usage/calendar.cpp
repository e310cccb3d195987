#include "usage/calendar.h"

#include <fmt/chrono.h>

namespace openclaw::usage {

namespace {

using namespace std::chrono;

local_days local_day(TimePoint time, const OffsetAt& offset) {
    return local_days(floor<days>((time + offset(time)).time_since_epoch()));
}

// The first instant at which the calendar shows that day or, where it leaves the day out, a later one.
// Between two and a half days before and after midnight of UTC there is one for sure.
TimePoint first_instant(local_days day, const OffsetAt& offset) {
    auto before = TimePoint(day.time_since_epoch()) - hours(60);
    auto after = TimePoint(day.time_since_epoch()) + hours(60);
    while (after - before > seconds(1)) {
        const auto middle = floor<seconds>(before + (after - before) / 2);
        (local_day(middle, offset) >= day ? after : before) = middle;
    }
    return floor<seconds>(after);
}

local_days first_day(BudgetWindow window, local_days day) {
    const year_month_day date(day);
    switch (window) {
        case BudgetWindow::day:
            return day;
        case BudgetWindow::week:
            return day - (weekday(day) - Monday);
        case BudgetWindow::month:
            return local_days(date.year() / date.month() / 1);
    }
    return day;
}

local_days day_behind(BudgetWindow window, local_days first) {
    if (window == BudgetWindow::month) return local_days((year_month_day(first) + months(1)));
    return first + days(window == BudgetWindow::week ? 7 : 1);
}

}  // namespace

Span span_at(BudgetWindow window, TimePoint now, const OffsetAt& offset) {
    const auto first = first_day(window, local_day(now, offset));
    return {first_instant(first, offset), first_instant(day_behind(window, first), offset)};
}

std::string local_date(TimePoint time, const OffsetAt& offset) {
    const year_month_day date(local_day(time, offset));
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

TimePoint day_begin(TimePoint now, int days_before, const OffsetAt& offset) {
    return first_instant(local_day(now, offset) - days(days_before), offset);
}

std::string_view name_of(BudgetWindow window) {
    switch (window) {
        case BudgetWindow::day:
            return "day";
        case BudgetWindow::week:
            return "week";
        case BudgetWindow::month:
            return "month";
    }
    return "day";
}

}  // namespace openclaw::usage
