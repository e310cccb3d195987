#include "base/json.h"

#include <gtest/gtest.h>

namespace openclaw {
namespace {

TEST(Json, NamesLineAndColumnOfAMistake) {
    const auto parsed = parse_json("{\n  \"a\": tru\n}");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Code::invalid_input);
    EXPECT_NE(parsed.error().message.find("line 2"), std::string::npos) << parsed.error().message;
}

TEST(Json, RefusesWhatIsTooLargeTooDeepOrFollowedByMore) {
    EXPECT_EQ(parse_json("[1,2,3]", 4).error().code, Code::too_large);
    EXPECT_FALSE(parse_json("[[[[1]]]]", 100, 2));
    EXPECT_FALSE(parse_json("{} {}"));
    EXPECT_FALSE(parse_json(""));
    EXPECT_TRUE(parse_json("{} \n"));
}

TEST(Json, WritesWholeNumbersWithoutAFraction) {
    const auto parsed = parse_json(R"({"a":[],"b":{},"c":[1,2.0,2.5],"d":"x\ny"})");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(
        format_json(*parsed),
        "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    2,\n    2.5\n  ],\n  \"d\": \"x\\ny\"\n}");
}

}  // namespace
}  // namespace openclaw
