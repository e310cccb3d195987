#include "chat/lanes.h"

#include <gtest/gtest.h>

namespace openclaw::chat {
namespace {

using Item = int;

std::shared_ptr<Item> item(int number) {
    return std::make_shared<Item>(number);
}

TEST(Lanes, RunOneItemOfALaneAtATimeAndLanesInOrder) {
    Lanes<Item> lanes;
    for (int number = 0; number < 3; ++number) EXPECT_TRUE(lanes.push("a", item(number), 10));
    EXPECT_TRUE(lanes.push("b", item(10), 10));
    EXPECT_EQ(*lanes.next(4), 0);
    EXPECT_EQ(*lanes.next(4), 10);
    EXPECT_EQ(lanes.next(4), nullptr);
    lanes.finish("a");
    EXPECT_EQ(*lanes.next(4), 1);
    EXPECT_EQ(lanes.depth("a"), 2U);
    EXPECT_EQ(lanes.running(), 2U);
}

TEST(Lanes, KeepTheBoundsOfAllAndOfEach) {
    Lanes<Item> lanes;
    EXPECT_TRUE(lanes.push("a", item(1), 1));
    EXPECT_TRUE(lanes.push("a", item(2), 1));
    EXPECT_FALSE(lanes.push("a", item(3), 1));
    EXPECT_TRUE(lanes.push("b", item(4), 1));
    EXPECT_EQ(*lanes.next(1), 1);
    EXPECT_EQ(lanes.next(1), nullptr);
    lanes.finish("a");
    EXPECT_EQ(*lanes.next(1), 4) << "the other lane waited longer";
}

TEST(Lanes, GiveUpWhatWaitsButNotWhatRuns) {
    Lanes<Item> lanes;
    const auto running = item(1), waiting = item(2), alone = item(3);
    lanes.push("a", running, 5);
    lanes.push("a", waiting, 5);
    lanes.push("b", alone, 5);
    EXPECT_EQ(lanes.next(1), running);
    EXPECT_FALSE(lanes.remove("a", running));
    EXPECT_TRUE(lanes.remove("a", waiting));
    EXPECT_FALSE(lanes.remove("a", waiting));
    EXPECT_TRUE(lanes.remove("b", alone));
    lanes.finish("a");
    EXPECT_EQ(lanes.next(1), nullptr);
    EXPECT_EQ(lanes.depth("a"), 0U);
}

}  // namespace
}  // namespace openclaw::chat
