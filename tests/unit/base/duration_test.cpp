#include "base/duration.h"

#include <gtest/gtest.h>

namespace openclaw {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsEachUnitAndDefaultsToDays) {
    EXPECT_EQ(parse_duration("30d"), Milliseconds(720h));
    EXPECT_EQ(parse_duration("1.5h"), Milliseconds(90min));
    EXPECT_EQ(parse_duration(" 45M "), Milliseconds(45min));
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("7"), Milliseconds(168h));
    EXPECT_EQ(parse_duration("7", 1s), Milliseconds(7s));
    EXPECT_EQ(parse_duration("0"), 0ms);
}

TEST(Duration, RefusesWhatIsNotOneNumberAndOneUnit) {
    for (const auto* text : {"", " ", "d", "-1d", "1w", "1 d d", "1.d", ".5h", "1.2.3h", "1e3s", "0x10s",
                             "nan", "99999999999d"}) {
        const auto parsed = parse_duration(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, Code::invalid_input) << text;
        EXPECT_FALSE(parsed.error().hint.empty()) << text;
    }
}

TEST(Duration, FormatsRemainingTimeAsTheSpecificationSays) {
    EXPECT_EQ(format_remaining(-5s), "0m");
    EXPECT_EQ(format_remaining(1s), "1m");
    EXPECT_EQ(format_remaining(59min), "59m");
    EXPECT_EQ(format_remaining(60min), "1h");
    EXPECT_EQ(format_remaining(47h), "47h");
    EXPECT_EQ(format_remaining(48h), "2d");
}

TEST(FormatLeft, NeverSaysLessThanWhatIsLeft) {
    EXPECT_EQ(format_left(Milliseconds(2990)), "3 s");
    EXPECT_EQ(format_left(Milliseconds(3000)), "3 s");
    EXPECT_EQ(format_left(Milliseconds(1)), "1 s");
    EXPECT_EQ(format_left(Milliseconds(0)), "less than 1 s");
    EXPECT_EQ(format_left(Milliseconds(59'500)), "1 min");
    EXPECT_EQ(format_left(Milliseconds(61'000)), "2 min");
    EXPECT_EQ(format_left(Milliseconds(5 * 3'600'000 - 800)), "5 h");
    EXPECT_EQ(format_left(Milliseconds(49 * 3'600'000)), "3 d");
}

}  // namespace
}  // namespace openclaw
