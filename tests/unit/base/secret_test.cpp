#include "base/secret.h"

#include <gtest/gtest.h>

#include "base/fingerprint.h"

namespace openclaw {
namespace {

TEST(Secret, PrintsAsAPlaceholder) {
    EXPECT_EQ(fmt::format("{}", Secret("sk-ant-123")), "[secret]");
}

TEST(Secret, WipesTheStringItTakesOver) {
    std::string text = "sk-ant-api03-0123456789-0123456789";
    const char* bytes = text.data();
    const Secret secret(std::move(text));
    EXPECT_EQ(secret.reveal(), "sk-ant-api03-0123456789-0123456789");
    EXPECT_EQ(std::string_view(bytes, 4), std::string_view("\0\0\0\0", 4));
}

TEST(Secret, ComparesAndCopiesByValue) {
    const Secret one("abc");
    Secret copy = one;
    EXPECT_EQ(copy, one);
    EXPECT_FALSE(copy == Secret("abd"));
    EXPECT_FALSE(copy == Secret("ab"));
    const Secret moved = std::move(copy);
    EXPECT_EQ(moved, one);
    EXPECT_TRUE(Secret(" \n").blank());
}

TEST(Secret, AnswersQuestionsWithoutShowingItsBytes) {
    const Secret secret("sk-ant-0123");
    EXPECT_TRUE(secret.starts_with("sk-ant-"));
    EXPECT_FALSE(secret.starts_with("sk-ant-0123-"));
    EXPECT_TRUE(secret.contains("ant-0"));
    EXPECT_FALSE(secret.contains("ant-1"));
    EXPECT_TRUE(secret.stands_at_front_of("sk-ant-0123 is refused"));
    EXPECT_FALSE(secret.stands_at_front_of("sk-ant-012"));
    EXPECT_TRUE(secret.is_printable());
    for (const char* text : {"a\nb", "a\tb", "a\x7f", "\x1f"}) EXPECT_FALSE(Secret(text).is_printable());
    for (const char* text : {"Schl\u00fcssel", "a\u00a0b", "a\u200bb"})
        EXPECT_FALSE(Secret(text).is_printable());
}

TEST(Secret, IsTrimmedSplitAndJoinedAsASecret) {
    EXPECT_EQ(Secret(" \n key \r\n").trimmed(), Secret("key"));
    EXPECT_TRUE(Secret("\t ").trimmed().empty());
    EXPECT_EQ(Secret(",,one, two,,three ,").split(", "),
              (std::vector{Secret("one"), Secret("two"), Secret("three")}));
    EXPECT_EQ(Secret("whole").split(","), std::vector{Secret("whole")});
    EXPECT_TRUE(Secret(" , ").split(", ").empty());
    EXPECT_TRUE(Secret().split(",").empty());
    EXPECT_EQ(Secret("one").followed_by(Secret("two")), Secret("onetwo"));
    EXPECT_EQ(Secret().followed_by(Secret("two")), Secret("two"));
}

TEST(Fingerprint, DependsOnSecretAndKeyAndShowsNeither) {
    const Secret secret("sk-ant-api03-verysecret");
    EXPECT_EQ(fingerprint(secret, "host a"), fingerprint(secret, "host a"));
    EXPECT_NE(fingerprint(secret, "host a"), fingerprint(secret, "host b"));
    EXPECT_NE(fingerprint(secret, "host a"), fingerprint(Secret("other"), "host a"));
    EXPECT_EQ(fingerprint(secret, "host a").size(), 9U);
}

}  // namespace
}  // namespace openclaw
