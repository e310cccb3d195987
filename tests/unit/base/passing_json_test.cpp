#include "base/passing_json.h"

#include <gtest/gtest.h>

#include <string>

namespace openclaw {
namespace {

TEST(PassingJson, ReadsOneDocumentAfterTheOther) {
    PassingJson passing;
    const auto* first = passing.read(R"({"text":"one"})");
    ASSERT_TRUE(first);
    EXPECT_EQ(string_at(first->as_object(), "text"), "one");
    const auto* second = passing.read(R"({"text":"two","more":[1,{"deep":"x"}]})");
    ASSERT_TRUE(second);
    EXPECT_EQ(*second, *parse_json(R"({"text":"two","more":[1,{"deep":"x"}]})"));
}

TEST(PassingJson, ReadsWhatIsLargerThanItsRoom) {
    PassingJson passing;
    for (const std::size_t size : {4000U, 4096U, 5000U, 1U << 20U}) {
        const std::string text(size, 'x');
        const auto* value = passing.read("[\"" + text + "\"]");
        ASSERT_TRUE(value) << size;
        EXPECT_EQ(value->at(0).as_string(), text);
    }
}

TEST(PassingJson, ReadsAnyNumberOfLargeOnes) {
    PassingJson passing;
    const std::string text =
        "[\"" + std::string(6000, 'x') + "\",{\"a\":\"" + std::string(9000, 'y') + "\"}]";
    for (int i = 0; i < 300; ++i) ASSERT_TRUE(passing.read(text)) << i;
}

TEST(PassingJson, ReadsOnAfterWhatCantBeRead) {
    PassingJson passing;
    EXPECT_FALSE(passing.read(R"({"text":)"));
    EXPECT_FALSE(passing.read("[1,2,3]", 3));
    EXPECT_FALSE(passing.read(std::string(100, '[')));
    ASSERT_TRUE(passing.read("[7]"));
}

}  // namespace
}  // namespace openclaw
