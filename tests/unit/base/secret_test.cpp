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

TEST(Fingerprint, DependsOnSecretAndKeyAndShowsNeither) {
    const Secret secret("sk-ant-api03-verysecret");
    EXPECT_EQ(fingerprint(secret, "host a"), fingerprint(secret, "host a"));
    EXPECT_NE(fingerprint(secret, "host a"), fingerprint(secret, "host b"));
    EXPECT_NE(fingerprint(secret, "host a"), fingerprint(Secret("other"), "host a"));
    EXPECT_EQ(fingerprint(secret, "host a").size(), 9U);
}

}  // namespace
}  // namespace openclaw
