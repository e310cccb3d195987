#include "base/nearest.h"

#include <gtest/gtest.h>

namespace openclaw {
namespace {

TEST(Nearest, FindsTypingMistakesAndNothingElse) {
    const std::vector<std::string> known{"anthropic", "openai", "openrouter", "zai"};
    EXPECT_EQ(nearest("antropic", known), "anthropic");
    EXPECT_EQ(nearest("OpenIA", known), "openai");
    EXPECT_EQ(nearest("zia", known), "zai");
    EXPECT_EQ(nearest("completely-different", known), std::nullopt);
    EXPECT_EQ(nearest("", known), std::nullopt);
    EXPECT_EQ(nearest(std::string(4096, 'a'), known), std::nullopt);
}

}  // namespace
}  // namespace openclaw
