#include "usage/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "usage/zone.h"

namespace openclaw::usage {
namespace {

using testing::HasSubstr;

TimePoint at(const std::string& text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0;
    EXPECT_EQ(std::sscanf(text.c_str(), "%d-%d-%dT%d:%d", &year, &month, &day, &hour, &minute), 5) << text;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute);
}

OffsetAt zone(const std::string& name) {
    const auto files = platform::system_files();
    const auto loaded = Zone::load(*files, name);
    EXPECT_TRUE(loaded) << name << ": " << loaded.error().message;
    return [zone = *loaded](TimePoint time) {
        return zone->offset_at(std::chrono::floor<std::chrono::seconds>(time));
    };
}

struct Case {
    std::string zone;
    BudgetWindow window;
    std::string now, from, to;
};

class Calendar : public testing::TestWithParam<Case> {};

TEST_P(Calendar, HasEachWindowFromItsFirstInstantToTheNextOnes) {
    const auto& [name, window, now, from, to] = GetParam();
    const auto offset = zone(name);
    const Span expected{at(from), at(to)};
    EXPECT_EQ(iso_time(span_at(window, at(now), offset).from), iso_time(expected.from));
    EXPECT_EQ(iso_time(span_at(window, at(now), offset).to), iso_time(expected.to));
    EXPECT_EQ(span_at(window, expected.from, offset), expected);
    EXPECT_EQ(span_at(window, expected.to - Milliseconds(1), offset), expected);
    EXPECT_EQ(span_at(window, expected.to, offset).from, expected.to);
    EXPECT_EQ(span_at(window, expected.from - Milliseconds(1), offset).to, expected.from);
}

using enum BudgetWindow;
INSTANTIATE_TEST_SUITE_P(
    InThreeZonesAndOddOnes, Calendar,
    testing::Values(
        Case{"Europe/Berlin", day, "2026-07-01T21:59", "2026-06-30T22:00", "2026-07-01T22:00"},
        Case{"Europe/Berlin", day, "2026-03-29T12:00", "2026-03-28T23:00", "2026-03-29T22:00"},
        Case{"Europe/Berlin", day, "2026-10-25T00:30", "2026-10-24T22:00", "2026-10-25T23:00"},
        Case{"Europe/Berlin", week, "2026-11-22T12:00", "2026-11-15T23:00", "2026-11-22T23:00"},
        Case{"Europe/Berlin", week, "2026-03-29T12:00", "2026-03-22T23:00", "2026-03-29T22:00"},
        Case{"Europe/Berlin", month, "2026-03-15T12:00", "2026-02-28T23:00", "2026-03-31T22:00"},
        Case{"Europe/Berlin", month, "2028-02-29T12:00", "2028-01-31T23:00", "2028-02-29T23:00"},
        Case{"Europe/Berlin", month, "2026-12-31T22:59", "2026-11-30T23:00", "2026-12-31T23:00"},
        Case{"America/New_York", day, "2026-03-08T12:00", "2026-03-08T05:00", "2026-03-09T04:00"},
        Case{"America/New_York", day, "2026-11-01T12:00", "2026-11-01T04:00", "2026-11-02T05:00"},
        Case{"America/New_York", week, "2027-01-01T12:00", "2026-12-28T05:00", "2027-01-04T05:00"},
        Case{"America/New_York", month, "2026-12-10T12:00", "2026-12-01T05:00", "2027-01-01T05:00"},
        Case{"America/New_York", day, "2045-03-12T12:00", "2045-03-12T05:00", "2045-03-13T04:00"},
        Case{"Asia/Kolkata", day, "2026-12-31T20:00", "2026-12-31T18:30", "2027-01-01T18:30"},
        Case{"Asia/Kolkata", week, "2026-11-22T18:29", "2026-11-15T18:30", "2026-11-22T18:30"},
        Case{"Asia/Kolkata", month, "2027-02-10T00:00", "2027-01-31T18:30", "2027-02-28T18:30"},
        // Midnight is left out where clocks go on at that hour, and so is a whole day at the date line.
        Case{"America/Santiago", day, "2026-09-06T12:00", "2026-09-06T04:00", "2026-09-07T03:00"},
        Case{"Pacific/Apia", day, "2011-12-30T12:00", "2011-12-30T10:00", "2011-12-31T10:00"},
        Case{"UTC", month, "2026-02-28T23:59", "2026-02-01T00:00", "2026-03-01T00:00"}));

TEST(Zone, NamesWhatIsMissingAndWhatCantBeAName) {
    const auto files = platform::system_files();
    const auto missing = Zone::load(*files, "Europe/Bielefeld");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Code::not_found);
    EXPECT_THAT(missing.error().message, HasSubstr("Europe/Bielefeld"));
    EXPECT_THAT(missing.error().hint, HasSubstr("tzdata"));
    for (const auto* name :
         {"", "../../etc/passwd", "/etc/localtime", "Europe//Berlin", "Europe/", "a b", "x\n"})
        EXPECT_EQ(Zone::load(*files, name).error().code, Code::invalid_input) << name;
    EXPECT_FALSE(Zone::load(*files, std::string(65, 'a')));
}

TEST(Zone, IsRefusedCutAtAnyByteAndNeverReadBeyond) {
    const auto files = platform::system_files();
    const auto whole = files->read_range("/usr/share/zoneinfo/Europe/Berlin", 0, 65536);
    ASSERT_TRUE(whole);
    ASSERT_TRUE(Zone::parse(*whole, "Europe/Berlin"));
    for (std::size_t length = 0; length < whole->size(); ++length)
        EXPECT_FALSE(Zone::parse(std::string(*whole, 0, length), "Europe/Berlin")) << length;
    auto counts = *whole;
    for (std::size_t i = 20; i < 44; ++i) counts[i] = '\xff';
    EXPECT_EQ(Zone::parse(counts, "Europe/Berlin").error().code, Code::corrupt);
}

}  // namespace
}  // namespace openclaw::usage
