#include "net/loop/loop_owned.h"

#include <gtest/gtest.h>

#include <string>

namespace openclaw::net {
namespace {

TEST(LoopOwned, IsReachedByTheThreadThatMadeIt) {
    LoopOwned<std::string> text("abc");
    text->push_back('d');
    EXPECT_EQ(*text, "abcd");
}

#ifndef NDEBUG
TEST(LoopOwnedDeathTest, StopsAnotherThread) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    LoopOwned<std::string> text("abc");
    EXPECT_DEATH(std::thread([&] { text->clear(); }).join(), "thread");
}
#endif

}  // namespace
}  // namespace openclaw::net
