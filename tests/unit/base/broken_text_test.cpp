#include "base/broken_text.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace openclaw {
namespace {

TEST(BrokenText, BecomesOneReplacementForEachCharacterThatWasBegun) {
    const std::pair<std::string, std::string> cases[] = {
        {"Grüße 🦞", "Grüße 🦞"},
        {"cut \xF0\x9F\x98", "cut \uFFFD"},
        {"\xF0\x9F\x98!", "\uFFFD!"},
        {"latin \xE9t\xE9", "latin \uFFFDt\uFFFD"},
        {"\xED\xA0\xBD", "\uFFFD\uFFFD\uFFFD"},  // half of a pair, written as if it were a character
        {"\xC0\xAF", "\uFFFD\uFFFD"},            // a longer form than needed
        {"\x80\xFF", "\uFFFD\uFFFD"},
        {"", ""},
    };
    for (const auto& [text, wanted] : cases) EXPECT_EQ(well_formed(text), wanted) << text;
}

TEST(BrokenText, InJsonIsReadWithReplacements) {
    const std::pair<std::string, std::string> cases[] = {
        {R"("\ud83d")", "\uFFFD"},
        {R"("\ud83d and \uDE00")", "\uFFFD and \uFFFD"},
        {R"("\ud83d\ud83d\ude00")", "\uFFFD😀"},
        {R"("\ud83d\u0041")", "\uFFFDA"},
        {R"("\\ud83d")", "\\ud83d"},  // a backslash and five letters
        {R"("\\\ud83d")", "\\\uFFFD"},
        {"\"a\xFFz\"", "a\uFFFDz"},
        {"\"\\ud83d\xF0\x9F\"", "\uFFFD\uFFFD"},
    };
    for (const auto& [text, wanted] : cases) {
        const auto value = parse_json(text);
        ASSERT_TRUE(value) << text << value.error().message;
        EXPECT_EQ(value->as_string(), wanted) << text;
    }
    EXPECT_EQ(parse_json(R"({"\udc00":1})")->as_object().begin()->key(), "\uFFFD");
}

TEST(BrokenText, ExcusesNoOtherMistake) {
    for (const std::string text :
         {"{\"a\": \"\\ud83d\"", "\"\\ud83\"", "\"\\u\"", "\xFF", "{\xFF: 1}", "\"\\x\xFF\""})
        EXPECT_FALSE(parse_json(text)) << text;
}

TEST(BrokenText, IsAgainWhatItWasAfterItWasReadAndWritten) {
    for (const std::string text : {R"({"a":"\ud83d","b":[1,"\ude00x"]})", "{\"a\":\"caf\xE9\"}",
                                   "{\"k\xF0\x9F\x98\":\"\\udfff \xFF\xFE 😀\"}"}) {
        const auto readable = with_stand_ins(text);
        ASSERT_TRUE(readable) << text;
        const auto value = parse_json(*readable);
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(broken_again(json::serialize(*value)), text);
    }
}

TEST(BrokenText, NeedsNoStandInsWhereNothingIsBroken) {
    EXPECT_FALSE(with_stand_ins(R"({"a":"\ud83d\ude00 😀 \\ud83d"})"));
    // Whoever writes the characters that stand for broken ones has them for himself.
    EXPECT_FALSE(with_stand_ins("\"\xF4\x8F\xA0\x80 \\ud83d\""));
    EXPECT_EQ(broken_again("\"\xF4\x8F\xBF\xBD 😀\""), "\"\xF4\x8F\xBF\xBD 😀\"");
}

TEST(Json, TakesAByteOrderMarkOffTheFront) {
    EXPECT_EQ(parse_json("\xEF\xBB\xBF{\"a\": 1}")->at("a"), 1);
    EXPECT_EQ(parse_json("\xEF\xBB\xBF\"\xEF\xBB\xBF\"")->as_string(), "\xEF\xBB\xBF");
    EXPECT_FALSE(parse_json("\xEF\xBB\xBF\xEF\xBB\xBF{}"));
    EXPECT_FALSE(parse_json("\xEF\xBB\xBF"));
}

}  // namespace
}  // namespace openclaw
