#include "providers/wire/surrogates.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace openclaw::providers {
namespace {

TEST(SurrogateJoiner, JoinsAPairThatWasCutBetweenTwoEvents) {
    SurrogateJoiner joiner;
    EXPECT_EQ(joiner.joined(R"({"text":"a\ud83e"})"), R"({"text":"a"})");
    EXPECT_EQ(joiner.joined(R"({"id":1})"), R"({"id":1})");
    EXPECT_EQ(joiner.joined(R"({"text":"\udd9e b"})"), R"({"text":"\ud83e\udd9e b"})");
    EXPECT_EQ(joiner.joined(R"({"text":"\udd9e"})"), R"({"text":"\ufffd"})");
}

TEST(SurrogateJoiner, PutsAMarkWhereAHalfStaysAlone) {
    SurrogateJoiner joiner;
    EXPECT_EQ(joiner.joined(R"({"text":"\ud83d x"})"), R"({"text":"\ufffd x"})");
    EXPECT_EQ(joiner.joined(R"({"text":"a\ud83d\n"})"), R"({"text":"a\ufffd\n"})");
    EXPECT_EQ(joiner.joined(R"({"text":"\ude00"})"), R"({"text":"\ufffd"})") << "nothing was held back";
    EXPECT_EQ(joiner.joined(R"({"text":"\ud83d\ud83d"})"), R"({"text":"\ufffd"})");
    EXPECT_EQ(joiner.joined(R"({"text":"\ude00"})"), R"({"text":"\ud83d\ude00"})");
}

TEST(SurrogateJoiner, LeavesWhatIsWholeAndWhatIsNoEscape) {
    for (const char* text : {R"({"text":"\ud83e\udd9e"})", R"({"text":"\\ud83e"})", R"({"text":"\u00fc\n"})",
                             R"({"text":"\uD8zz"})", R"({"text":"\)", "\\ud8", ""}) {
        EXPECT_EQ(SurrogateJoiner().joined(text), text);
    }
}

TEST(SurrogateJoiner, AlwaysMakesTextThatAParserTakes) {
    SurrogateJoiner joiner;
    for (const char* text :
         {R"("\ud83e\ud83e")", R"("\udd9e\udd9e")", R"("\udd9e\ud83e\udd9e\ud83e")", R"("x")"}) {
        EXPECT_TRUE(parse_json(joiner.joined(text))) << text;
    }
}

}  // namespace
}  // namespace openclaw::providers
