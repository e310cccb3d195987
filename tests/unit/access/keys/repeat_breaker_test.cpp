#include "access/keys/repeat_breaker.h"

#include <gmock/gmock.h>

#include <string>

#include "support/fake_clock.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t limit = 30;

struct Calls {
    openclaw::test::FakeClock clock;
    RepeatBreaker breaker;

    // How many of so many go through.
    int passed(const std::string& body, int calls, Milliseconds pause, std::uint32_t most = limit) {
        int through = 0;
        for (int i = 0; i < calls; ++i) {
            if (!breaker.refuse(body, most, clock.steady())) ++through;
            clock.advance(pause);
        }
        return through;
    }
};

TEST(RepeatBreaker, EndsARunOfEqualCallsAndNothingElse) {
    Calls calls;
    EXPECT_EQ(calls.passed("loop", 100, 1s), 30);
    EXPECT_EQ(calls.passed("something else", 1, 0s), 1);
    EXPECT_EQ(calls.passed("loop", 1, 0s), 0);
}

TEST(RepeatBreaker, LetsAsManyThroughAsTheLimitSaysForEver) {
    Calls calls;
    EXPECT_EQ(calls.passed("poll", 600, 2s), 600);
}

TEST(RepeatBreaker, SeesARunThatBeginsInTheMiddleOfAMinute) {
    Calls calls;
    EXPECT_EQ(calls.passed("x", 1, 50s), 1);
    EXPECT_LE(calls.passed("x", 60, 500ms), 32);
}

TEST(RepeatBreaker, OpensAgainOnceAWholeMinuteWasQuiet) {
    Calls calls;
    calls.passed("loop", 31, 0s);
    calls.clock.advance(59s);
    EXPECT_EQ(calls.passed("loop", 1, 0s), 0) << "it goes on: the minute begins anew";
    calls.clock.advance(59s);
    EXPECT_EQ(calls.passed("loop", 1, 0s), 0);
    calls.clock.advance(60s);
    EXPECT_EQ(calls.passed("loop", 30, 0s), 30);
}

TEST(RepeatBreaker, SaysWhenToComeAgain) {
    Calls calls;
    calls.passed("loop", 30, 0s);
    EXPECT_EQ(calls.breaker.refuse("loop", limit, calls.clock.steady()), Milliseconds(1min));
}

TEST(RepeatBreaker, IsOffWithALimitOfZero) {
    Calls calls;
    EXPECT_EQ(calls.passed("loop", 1000, 0s, 0), 1000);
}

TEST(RepeatBreaker, GoesOnAfterItWasReleased) {
    Calls calls;
    calls.passed("loop", 40, 0s);
    calls.breaker.release();
    EXPECT_EQ(calls.passed("loop", 40, 0s), 30);
}

TEST(RepeatBreaker, RemembersARunAmongAsManyOthersAsItHasPlacesFor) {
    Calls calls;
    calls.passed("loop", 31, 0s);
    for (std::size_t i = 0; i + 1 < RepeatBreaker::bodies_max; ++i)
        EXPECT_EQ(calls.passed("other " + std::to_string(i), 1, 1ms), 1);
    EXPECT_EQ(calls.passed("loop", 1, 0s), 0);
    for (int i = 0; i < 100'000; ++i) calls.breaker.refuse(std::to_string(i), limit, calls.clock.steady());
    EXPECT_EQ(calls.passed("loop", 1, 0s), 1);
}

}  // namespace
}  // namespace openclaw::access
