#include "auth/choice/key_pool.h"

#include <gtest/gtest.h>

#include "auth/choice/resolver.h"
#include "config/environment/known_variables.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using Variables = std::map<std::string, std::string>;

// "PLACE=key" for each usable candidate of the environment, in order.
std::vector<std::string> usable(const std::string& provider, const Variables& variables) {
    const auto config = test::config_of("", variables);
    std::vector<std::string> found;
    const auto resolution = resolve({.provider = provider, .agent_id = "main", .model = {}, .pinned = {}},
                                    test::store_of(R"({"profiles":{}})"), *config, test::noon);
    for (const auto& candidate : resolution.candidates)
        if (is_usable(candidate.verdict) && candidate.source == Source::environment)
            found.push_back(candidate.place + "=" + std::string(candidate.secret->reveal()));
    return found;
}

TEST(KeyPool, HoldsKeysInTheirOrderEachOnce) {
    struct Row {
        std::string what, provider;
        Variables variables;
        std::vector<std::string> expected;
    };
    const Row rows[] = {
        {"a single key", "openai", {{"OPENAI_API_KEY", "a"}}, {"OPENAI_API_KEY=a"}},
        {"live goes first, the list behind the single one, numbers last",
         "openai",
         {{"OPENAI_API_KEY", "b"},
          {"OPENAI_API_KEYS", " c; d,\te\nf "},
          {"OPENAI_API_KEY_10", "h"},
          {"OPENAI_API_KEY_2", "g"},
          {"OPENCLAW_LIVE_OPENAI_KEY", "a"}},
         {"OPENCLAW_LIVE_OPENAI_KEY=a", "OPENAI_API_KEY=b", "OPENAI_API_KEYS[1]=c", "OPENAI_API_KEYS[2]=d",
          "OPENAI_API_KEYS[3]=e", "OPENAI_API_KEYS[4]=f", "OPENAI_API_KEY_2=g", "OPENAI_API_KEY_10=h"}},
        {"the same key counts once",
         "openai",
         {{"OPENAI_API_KEY", "a"},
          {"OPENAI_API_KEYS", "b,a,b"},
          {"OPENAI_API_KEY_1", "b"},
          {"OPENAI_API_KEY_2", "c"}},
         {"OPENAI_API_KEY=a", "OPENAI_API_KEYS[1]=b", "OPENAI_API_KEY_2=c"}},
        {"what is no number from 1 to 64 is another variable",
         "openai",
         {{"OPENAI_API_KEY_0", "a"},
          {"OPENAI_API_KEY_07", "b"},
          {"OPENAI_API_KEY_65", "c"},
          {"OPENAI_API_KEY_OLD", "d"},
          {"OPENAI_API_KEY_64", "e"}},
         {"OPENAI_API_KEY_64=e"}},
        {"blank ones are none", "openai", {{"OPENAI_API_KEYS", " ,; "}, {"OPENAI_API_KEY_1", "  "}}, {}},
        {"under the provider's own name too",
         "google",
         {{"GEMINI_API_KEYS", "a"}, {"GOOGLE_API_KEYS", "b"}, {"GEMINI_API_KEY_1", "c"}},
         {"GEMINI_API_KEYS[1]=a", "GOOGLE_API_KEYS[1]=b", "GEMINI_API_KEY_1=c"}},
        {"a name with a dash",
         "vercel-ai-gateway",
         {{"OPENCLAW_LIVE_VERCEL_AI_GATEWAY_KEY", "a"}, {"AI_GATEWAY_API_KEY_3", "b"}},
         {"OPENCLAW_LIVE_VERCEL_AI_GATEWAY_KEY=a", "AI_GATEWAY_API_KEY_3=b"}},
        {"another provider's are not mine", "anthropic", {{"OPENAI_API_KEYS", "a"}}, {}},
    };
    for (const auto& row : rows) EXPECT_EQ(usable(row.provider, row.variables), row.expected) << row.what;
}

TEST(KeyPool, IsBounded) {
    std::string list;
    for (int at = 0; at < 1000; ++at) list += fmt::format("key{},", at);
    EXPECT_EQ(usable("openai", {{"OPENAI_API_KEYS", list}}).size(), 64u);
}

TEST(KeyPool, IsNeverTakenFromTheWorkingFolder) {
    for (const std::string_view name : {"OPENAI_API_KEYS", "OPENAI_API_KEY_3", "OPENCLAW_LIVE_OPENAI_KEY"}) {
        EXPECT_TRUE(config::is_sensitive_variable(name)) << name;
        EXPECT_NE(config::find_pool_of(name), nullptr) << name;
    }
    for (const std::string_view name :
         {"OPENAI_API_KEY", "PATHS", "HOME_1", "AWS_PROFILES", "OPENAI_API_KEY_65"})
        EXPECT_EQ(config::find_pool_of(name), nullptr) << name;
}

}  // namespace
}  // namespace openclaw::auth
