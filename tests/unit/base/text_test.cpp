#include "base/text.h"

#include <gtest/gtest.h>

namespace openclaw {
namespace {

TEST(Text, RecognisesWellFormedUtf8Only) {
    EXPECT_TRUE(is_utf8("grüße 🦞"));
    for (const auto* bad : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"}) {
        EXPECT_FALSE(is_utf8(bad));
    }
}

TEST(Text, MakesTerminalEscapesVisible) {
    EXPECT_EQ(printable("a\x1b[31mb\nc\x07"), "a\\x1b[31mb\nc\\x07");
    EXPECT_EQ(printable("\xC2\x9B"
                        "2J"),
              "\\xc2\\x9b2J");
    EXPECT_EQ(printable("grün"), "grün");
    EXPECT_EQ(printable("work\u202ekrow\u2066"), "work\\u202ekrow\\u2066");
    EXPECT_EQ(printable("one\u2028two\u2029"), "one\\u2028two\\u2029") << "no line ends that only some see";
    EXPECT_EQ(printable("h\u00e9 \u05d0 \U0001F469\u200D\U0001F4BB"),
              "h\u00e9 \u05d0 \U0001F469\u200D\U0001F4BB");
    EXPECT_EQ(printable("שלום \u200f…\u2030"), "שלום \u200f…\u2030");
}

TEST(Text, ShortensAtACharacterBorder) {
    EXPECT_EQ(shortened("grün", 3), "gr…");
    EXPECT_EQ(shortened("abc", 3), "abc");
}

TEST(Text, IsTrimmedOfAllThatJavaScriptTakesOff) {
    for (const auto* blank : {" ", "\t\r\n\v\f", "\u00a0", "\u1680", "\u2000", "\u2005", "\u200a", "\u2028",
                              "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff", "\ufeff \u00a0\n"}) {
        const std::string text = std::string(blank) + "a" + blank + "b" + blank;
        EXPECT_EQ(trimmed_wide(text), std::string("a") + blank + "b");
        EXPECT_EQ(trimmed_wide(blank), "");
    }
    for (const auto* kept : {"", "a", "\u200b", "\u200ba\u200b", "\u2060", "\u180e", "\u00e9", "\u2030",
                             "\u1fff", "\xa0", "a\xa0", "\xe2\x80", "\x80\x80\x80\x80"})
        EXPECT_EQ(trimmed_wide(kept), kept);
}

}  // namespace
}  // namespace openclaw
