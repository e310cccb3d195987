#include "platform/environment.h"

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace openclaw::platform {
namespace {

TEST(Environment, IsCopiedAndThenWipedInPlace) {
    char entry[] = "OPENCLAW_TEST_KEY=sk-test-123=4";
    ASSERT_EQ(::putenv(entry), 0);
    const auto variables = take_environment();
    EXPECT_EQ(variables.at("OPENCLAW_TEST_KEY").reveal(), "sk-test-123=4");
    EXPECT_STREQ(std::getenv("OPENCLAW_TEST_KEY"), "sk-test-123=4");

    wipe_from_process("OPENCLAW_TEST_KEY");
    EXPECT_EQ(std::getenv("OPENCLAW_TEST_KEY"), nullptr);
    EXPECT_EQ(std::memcmp(entry, "OPENCLAW_TEST_KEY=\0\0\0\0", 22), 0) << "the bytes themselves are gone";
    EXPECT_EQ(variables.at("OPENCLAW_TEST_KEY").reveal(), "sk-test-123=4");
}

TEST(Environment, TakesTheHomeOfThePasswordDatabaseWhereNoneIsSet) {
    const auto* record = ::getpwuid(::geteuid());
    const std::string known = record != nullptr ? record->pw_dir : "";
    for (const auto& unset : {Variables{}, Variables{{"HOME", Secret("  ")}}}) {
        auto variables = unset;
        add_home(variables);
        EXPECT_EQ(text_of(variables, "HOME"), known);
    }
    Variables set{{"HOME", Secret("/elsewhere")}};
    add_home(set);
    EXPECT_EQ(text_of(set, "HOME"), "/elsewhere");
}

TEST(Environment, ArgumentsBecomeAsterisks) {
    char argument[] = "secret";
    wipe_argument(argument);
    EXPECT_STREQ(argument, "******");
    wipe_argument(nullptr);
}

}  // namespace
}  // namespace openclaw::platform
