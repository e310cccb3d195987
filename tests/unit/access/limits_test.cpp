#include "access/limits.h"

#include <gtest/gtest.h>

namespace openclaw::access {
namespace {

using Names = std::vector<std::string>;

TEST(Limits, RestrictNothingWhereThereAreNone) {
    const Limits none;
    EXPECT_TRUE(none.none());
    EXPECT_TRUE(none.allow_agent("main"));
    EXPECT_TRUE(none.allow_session("agent:main:main", "main"));
    EXPECT_TRUE(none.allow_model("anthropic/claude-opus-4-5"));
    EXPECT_TRUE(Limits{.budget = "family"}.none());
}

TEST(Limits, AllowNothingByAnEmptyList) {
    const Limits closed{.agents = Names{}, .sessions = Names{}, .models = Names{}};
    EXPECT_FALSE(closed.none());
    EXPECT_FALSE(closed.allow_agent("main"));
    EXPECT_FALSE(closed.allow_agent(""));
    EXPECT_FALSE(closed.allow_session("agent:main:main", "main"));
    EXPECT_FALSE(closed.allow_model("anthropic/claude-opus-4-5"));
}

TEST(Limits, TakeNamesWholeAndBeginningsByAStar) {
    struct Case {
        std::string_view entry, name;
        bool allowed;
    };
    for (const auto& [entry, name, allowed] : {
             Case{"work", "work", true},
             Case{"work", "WORK", true},
             Case{"work", "workshop", false},
             Case{"work", "wor", false},
             Case{"work", "", false},
             Case{"work*", "work", true},
             Case{"work*", "workshop", true},
             Case{"work*", "wor", false},
             Case{"anthropic/claude-*", "anthropic/claude-haiku-4-5", true},
             Case{"anthropic/claude-*", "openai/claude-x", false},
             Case{"*", "anything", true},
             Case{"*", "", true},
             Case{"a*c", "abc", false},  // no check let it in; it is a plain name then
             Case{"a*c", "a*c", true},
         }) {
        const Limits limits{.models = Names{std::string(entry)}};
        EXPECT_EQ(limits.allow_model(name), allowed) << entry << " " << name;
    }
}

TEST(Limits, AskASessionsAgentAsWell) {
    const Limits limits{.agents = Names{"kid"}, .sessions = Names{"agent:*"}};
    EXPECT_TRUE(limits.allow_session("agent:kid:main", "kid"));
    EXPECT_FALSE(limits.allow_session("agent:main:main", "main"));
    EXPECT_FALSE(limits.allow_session("global", "kid"));
}

TEST(Limits, AreRefusedWhereTheySayWhatNobodyCouldMean) {
    for (const std::string entry : {"", "  ", " work", "work ", "a*c", "**", "w\nork", "w\x1b[2Jork"})
        EXPECT_FALSE(check_limits({.agents = Names{entry}})) << entry;
    EXPECT_TRUE(check_limits({.sessions = Names{std::string(512, 's')}}));
    EXPECT_FALSE(check_limits({.sessions = Names{std::string(513, 's')}}));
    EXPECT_TRUE(check_limits({.models = Names(64, "anthropic/*")}));
    EXPECT_FALSE(check_limits({.models = Names(65, "anthropic/*")}));
    EXPECT_TRUE(check_limits({.agents = Names{"*"}, .sessions = Names{}, .models = Names{"a/b"}}));
}

TEST(Limits, HaveABoundForAllTheirNamesTogether) {
    const Names half(8, std::string(512, 'a'));
    Limits limits{.agents = half, .sessions = half};
    EXPECT_TRUE(check_limits(limits));
    limits.models = Names{"b"};
    EXPECT_FALSE(check_limits(limits));
}

}  // namespace
}  // namespace openclaw::access
