#include "auth/profiles/provider_id.h"

#include <gtest/gtest.h>

#include "auth/models/model_ref.h"

namespace openclaw::auth {
namespace {

TEST(ProviderId, IsOneOfAllItsSpellings) {
    for (const auto* spelling : {"zai", "Z.AI", " z-ai\t", "ZAI"}) EXPECT_EQ(ProviderId(spelling), "zai");
    EXPECT_EQ(ProviderId("Qwen"), ProviderId("qwen-portal"));
    EXPECT_EQ(ProviderId("opencode-zen"), "opencode");
    EXPECT_EQ(ProviderId("kimi-code"), "kimi-coding");
    EXPECT_EQ(ProviderId("My.Server"), "my.server") << "a provider of one's own";
    EXPECT_TRUE(ProviderId("  ").empty());
    EXPECT_NE(ProviderId("qwen2"), ProviderId("qwen"));
}

TEST(ProviderId, IsNormalisedWhereverItIsMade) {
    const ModelRef model{"Z.AI", "glm"};
    EXPECT_EQ(model, (ModelRef{"zai", "glm"}));
    EXPECT_EQ(model.key(), "zai/glm");
    EXPECT_EQ(fmt::format("{}", model.provider), "zai");
    EXPECT_EQ(std::hash<ProviderId>()("z.ai"), std::hash<ProviderId>()("zai"));
}

}  // namespace
}  // namespace openclaw::auth
