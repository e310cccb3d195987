#include "config/settings/guessable.h"

#include <gtest/gtest.h>

namespace openclaw::config {
namespace {

TEST(Guessable, IsWhatEverybodyTries) {
    for (const std::string_view secret :
         {"", "abc", "hunter2", "openclaw", "12345678901", "123456789012", "9876543210987654",
          "aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "hunter2hunter2", "abcdefghijklmnop", "my-secret-token",
          "ChangeMe-Changeme", "changeme12345", "Password123456", "openclaw-gateway-token",
          "your_token_here_1", "  short-one  ", "aabbaabbabab1"})
        EXPECT_NE(why_guessable(secret), std::nullopt) << secret;
}

TEST(Guessable, IsNotWhatAGeneratorOrAThoughtMakes) {
    for (const std::string_view secret :
         {"3fa9c1d277120acb", "f3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c", "x7Kq-9Lmz-Tr4v",
          "correct horse battery staple", "JzK3hQ/8s+Wd1pYc", "wintergarden under seven lamps"})
        EXPECT_EQ(why_guessable(secret), std::nullopt) << secret;
}

}  // namespace
}  // namespace openclaw::config
