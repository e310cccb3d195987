#include "access/refusal_log.h"

#include <gtest/gtest.h>

#include <chrono>

#include "support/fake_log.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;

TEST(RefusalLog, IsNotFilledByStrangersAndSaysHowManyItLeftOut) {
    test::FakeLog log;
    RefusalLog refusals(log);
    const RefusalLog::Time start{};
    for (int number = 0; number < 1000; ++number) refusals.tell(start + 1s, "http", "refused {}", number);
    ASSERT_EQ(log.lines().size(), std::size_t(RefusalLog::lines_max));
    EXPECT_EQ(log.lines().back(), fmt::format("2 http refused {}", RefusalLog::lines_max - 1));
    refusals.tell(start + 60s, "http", "refused {}", "too early");
    refusals.tell(start + 61s, "ws", "refused {}", "again");
    const auto lines = log.lines();
    ASSERT_EQ(lines.size(), std::size_t(RefusalLog::lines_max) + 2);
    EXPECT_EQ(lines[lines.size() - 2],
              fmt::format("2 ws {} more refusals were not logged", 1001 - RefusalLog::lines_max));
    EXPECT_EQ(lines.back(), "2 ws refused again");
}

}  // namespace
}  // namespace openclaw::access
