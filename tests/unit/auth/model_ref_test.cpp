#include "auth/models/model_ref.h"

#include <gtest/gtest.h>

#include "support/config_builder.h"

namespace openclaw::auth {
namespace {

using test::config_of;

const std::string listed = R"({"agents":{"defaults":{
  "model":{"primary":"mini","fallbacks":["openai/gpt-5.2","fast"]},
  "imageModel":{"primary":"google/gemini-3-pro"},
  "models":{"openai/gpt-5-mini":{"alias":"mini"},"zai/glm-4.7":{"alias":"Fast"},"anthropic/claude-opus-4-5":{},
            "openai/gpt-5.2":{"alias":""},"groq/x":{"alias":"FAST"}}},
  "list":[{"id":"main"},{"id":"work","model":{"primary":"zai/glm-5","fallbacks":[]}}]}})";

TEST(ModelRef, ReadsWhatTheReferenceReads) {
    const std::pair<std::string, std::string> rows[] = {
        {"foo", "anthropic/foo"},
        {"a/b/c", "a/b/c"},
        {"Z.AI/GLM-4.7", "zai/GLM-4.7"},
        {"anthropic/opus-4.5", "anthropic/claude-opus-4-5"},
        {"anthropic/Sonnet-4.5", "anthropic/claude-sonnet-4-5"},
        {"google/gemini-3-pro", "google/gemini-3-pro-preview"},
        {" qwen/coder-model ", "qwen-portal/coder-model"},
        {"openrouter/qwen/qwen-2.5:free", "openrouter/qwen/qwen-2.5:free"},
        {"mini", "openai/gpt-5-mini"},
        {"MINI", "openai/gpt-5-mini"},
        {"fast", "groq/x"},                     // two entries share it: the last one in the file
        {"Opus", "anthropic/claude-opus-4-5"},  // built in, on an entry without an alias
        {"gpt", "openai/gpt-5.2"},              // built in behind all configured ones
        {"claude-cli/opus", "claude-cli/opus"},
    };
    const auto config = config_of(listed);
    for (const auto& [text, key] : rows) {
        const auto model = parse_model(text, *config);
        ASSERT_TRUE(model) << text;
        EXPECT_EQ(model->key(), key) << text;
    }
}

TEST(ModelRef, RefusesWhatHasNoProviderOrNoModel) {
    const auto config = config_of("");
    for (const std::string text : {"", "  ", "/x", "x/", "/", " / "}) {
        const auto model = parse_model(text, *config);
        ASSERT_FALSE(model) << text;
        EXPECT_EQ(model.error().code, Code::invalid_input);
        EXPECT_EQ(model.error().message, "invalid model reference: " + text);
        EXPECT_FALSE(model.error().hint.empty());
    }
}

TEST(ModelRef, TakesAProfileAfterTheAtSign) {
    struct Row {
        std::string text, model, profile;
    };
    const Row rows[] = {
        {"opus@anthropic:work", "anthropic/claude-opus-4-5", "anthropic:work"},
        {"opus@anthropic:me@example.com", "anthropic/claude-opus-4-5", "anthropic:me@example.com"},
        {"google-vertex/claude-opus@20251101", "google-vertex/claude-opus@20251101", ""},
        {"google-vertex/claude-opus@20251101@vertex:me", "google-vertex/claude-opus@20251101", "vertex:me"},
        {"cloudflare/@cf/meta/llama", "cloudflare/@cf/meta/llama", ""},
        {"openai/gpt-5.2@work", "openai/gpt-5.2", "work"},
    };
    const auto config = config_of("");
    for (const auto& row : rows) {
        SCOPED_TRACE(row.text);
        const auto choice = parse_model_choice(row.text, *config);
        ASSERT_TRUE(choice);
        EXPECT_EQ(choice->model.key(), row.model);
        EXPECT_EQ(choice->profile ? choice->profile->text : "", row.profile);
    }
    EXPECT_EQ(parse_model_choice("opus@anthropic:work", *config)->alias, "opus");
    EXPECT_FALSE(parse_model_choice("@anthropic:work", *config));
    EXPECT_FALSE(parse_model_choice("opus@", *config));
}

const std::string of_local_servers =
    R"({"models":{"providers":{"lmstudio":{"baseUrl":"http://127.0.0.1:1234/v1",
  "models":[{"id":"qwen3.6-27b@iq3_xxs","name":"Q"},{"id":"gemma@q4@beta","name":"G"}]},
  "nvidia":{"baseUrl":"https://nvidia.example/v1","models":[{"id":"nvidia/nemotron-x","name":"N"}]}}},
  "agents":{"defaults":{"model":{"primary":"lmstudio/mistral@q5_k_m","fallbacks":["opus@anthropic:work"]},
  "models":{"*":{},"ollama/phi@fast":{},"openai/gpt-5.2":{"alias":"quick/one"},"zai/glm-4.7":{"alias":"me@home"}}}}})";

TEST(ModelRef, IsCutAtAnAtSignOnlyBehindWhatIsKnownAsAWhole) {
    struct Row {
        std::string text, model, profile;
    };
    const Row rows[] = {
        {"lmstudio/qwen3.6-27b@iq3_xxs", "lmstudio/qwen3.6-27b@iq3_xxs", ""},
        {"LMStudio/qwen3.6-27b@iq3_xxs@lmstudio:work", "lmstudio/qwen3.6-27b@iq3_xxs", "lmstudio:work"},
        {"lmstudio/qwen3.6-27b@iq3_xxs@work", "lmstudio/qwen3.6-27b@iq3_xxs", "work"},
        {"lmstudio/gemma@q4@beta", "lmstudio/gemma@q4@beta", ""},
        {"lmstudio/mistral@q5_k_m", "lmstudio/mistral@q5_k_m", ""},
        {"lmstudio/other@iq3_xxs", "lmstudio/other", "iq3_xxs"},
        {"ollama/phi@fast", "ollama/phi@fast", ""},
        {"quick/one", "openai/gpt-5.2", ""},
        {"QUICK/one@openai:work", "openai/gpt-5.2", "openai:work"},
        {"me@home", "zai/glm-4.7", ""},
        {"me@home@zai:work", "zai/glm-4.7", "zai:work"},
        {"opus@anthropic:work", "anthropic/claude-opus-4-5", "anthropic:work"},
        {"openai/gpt-5.2@20251101", "openai/gpt-5.2@20251101", ""},
        {"openai/gpt-5.2@me@example.com", "openai/gpt-5.2", "me@example.com"},
    };
    const auto config = config_of(of_local_servers);
    for (const auto& row : rows) {
        const auto choice = parse_model_choice(row.text, *config);
        ASSERT_TRUE(choice) << row.text;
        EXPECT_EQ(choice->model.key(), row.model) << row.text;
        EXPECT_EQ(choice->profile.value_or(ProfileId{}).text, row.profile) << row.text;
    }
}

TEST(ModelRef, IsTheSameWithItsProvidersNameInTheId) {
    EXPECT_TRUE(is_same({"nvidia", "nemotron-x"}, {"nvidia", "nvidia/nemotron-x"}));
    EXPECT_TRUE(is_same({"zai", "Z.AI/glm"}, {"zai", "glm"}));
    EXPECT_FALSE(is_same({"openrouter", "openai/gpt"}, {"openrouter", "gpt"}));
    EXPECT_FALSE(is_same({"nvidia", "x"}, {"openai", "nvidia/x"}));
    const auto config = config_of(of_local_servers);
    EXPECT_TRUE(is_configured({"nvidia", "nemotron-x"}, *config));
    EXPECT_TRUE(is_configured({"nvidia", "nvidia/nemotron-x"}, *config));
    EXPECT_FALSE(is_configured({"nvidia", "nemotron-y"}, *config));
    EXPECT_FALSE(is_configured({"anthropic", "claude-opus-4-5@anthropic:work"}, *config));
}

TEST(ModelPlan, ResolvesAliasesOfPrimaryAndFallbacks) {
    const auto plan = model_plan(*config_of(listed), nullptr);
    EXPECT_EQ(plan.primary_text, "mini");
    EXPECT_EQ(plan.primary.key(), "openai/gpt-5-mini");
    ASSERT_EQ(plan.fallbacks.size(), 2u);
    EXPECT_EQ(plan.fallbacks[1].key(), "groq/x");
    EXPECT_EQ(plan.image->key(), "google/gemini-3-pro-preview");
    EXPECT_EQ(plan.aliases,
              (std::vector<Alias>{{"mini", "openai/gpt-5-mini", "openai/gpt-5-mini"},
                                  {"Fast", "zai/glm-4.7", "zai/glm-4.7"},
                                  {"opus", "anthropic/claude-opus-4-5", "anthropic/claude-opus-4-5"},
                                  {"FAST", "groq/x", "groq/x"}}));
    EXPECT_EQ(plan.fallback_texts, (std::vector<std::string>{"openai/gpt-5.2", "fast"}));
    EXPECT_EQ(plan.image_text, "google/gemini-3-pro");
}

TEST(ModelPlan, LetsAnAgentReplacePrimaryAndFallbacks) {
    const auto config = config_of(listed);
    const auto plan = model_plan(*config, config->find_agent("work"));
    EXPECT_EQ(plan.primary.key(), "zai/glm-5");
    EXPECT_TRUE(plan.fallbacks.empty());
    EXPECT_TRUE(plan.primary_from_agent && plan.fallbacks_from_agent);
}

TEST(ModelPlan, FallsBackToTheBuiltInDefault) {
    const auto plan = model_plan(*config_of(""), nullptr);
    EXPECT_EQ(plan.primary.key(), "anthropic/claude-opus-4-5");
    EXPECT_FALSE(plan.restricted);
    EXPECT_TRUE(allows(plan, {"any", "thing"}));
}

TEST(ModelPlan, StaysRestrictedWhenNobodyKnowsTheListedModels) {
    const auto plan =
        model_plan(*config_of(R"({"agents":{"defaults":{"models":{"nobody/knows":{}}}}})"), nullptr);
    EXPECT_TRUE(allows(plan, {"nobody", "knows"}));
    EXPECT_TRUE(allows(plan, {"anthropic", "claude-opus-4-5"}));  // the default
    EXPECT_FALSE(allows(plan, {"openai", "gpt-5.2"}));
}

TEST(ModelPlan, KeepsSettingsWithoutRestrictingWhenAStarIsListed) {
    const auto plan = model_plan(
        *config_of(R"({"agents":{"defaults":{"models":{"*":{},"zai/glm-4.7":{"alias":"glm"}}}}})"), nullptr);
    EXPECT_TRUE(allows(plan, {"openai", "gpt-5.2"}));
    EXPECT_EQ(plan.listed.size(), 1u);
    EXPECT_EQ(plan.aliases.size(), 1u);
}

TEST(ModelRef, KnowsTheNearestAlias) {
    EXPECT_EQ(nearest_alias("sonet", *config_of("")), "sonnet");
    EXPECT_EQ(nearest_alias("zzzzzz", *config_of("")), std::nullopt);
}

TEST(ModelPlan, IsRestrictedByAPolicyAndNotByAliasesWhereThereIsOne) {
    const std::string migrated = R"("meta":{"migrations":{"modelPolicyAllowlist":true}})";
    const auto free =
        config_of("{" + migrated + R"(,"agents":{"defaults":{"models":{"lab/lab-1":{"alias":"quick"}}}}})");
    EXPECT_TRUE(allows(model_plan(*free, nullptr), {"openai", "gpt-5.2"}));
    const auto empty = config_of(R"({"agents":{"defaults":{"modelPolicy":{},"models":{"lab/lab-1":{}}}}})");
    EXPECT_TRUE(allows(model_plan(*empty, nullptr), {"openai", "gpt-5.2"}));

    const auto config =
        config_of(R"({"agents":{"defaults":{"model":{"primary":"anthropic/a","fallbacks":["x/y"]},
        "modelPolicy":{"allow":["quick","OpenAI/*","openrouter/qwen/*"]},"models":{"lab/lab-1":{"alias":"quick"}}},
        "entries":{"free":{"modelPolicy":{"allow":[]}},"strict":{"modelPolicy":{"allow":["x/y"]}}}}})");
    const auto plan = model_plan(*config, nullptr);
    EXPECT_TRUE(allows(plan, {"anthropic", "a"}));  // the default
    EXPECT_TRUE(allows(plan, {"lab", "lab-1"}));
    EXPECT_TRUE(allows(plan, {"openai", "gpt-5.2"}));
    EXPECT_TRUE(allows(plan, {"openrouter", "qwen/q"}));
    EXPECT_FALSE(allows(plan, {"openrouter", "other/q"}));
    EXPECT_FALSE(allows(plan, {"x", "y"}));
    EXPECT_TRUE(may_stand_in(plan, {"x", "y"}));
    EXPECT_TRUE(allows(model_plan(*config, config->find_agent("free")), {"any", "thing"}));
    EXPECT_FALSE(allows(model_plan(*config, config->find_agent("strict")), {"lab", "lab-1"}));
}

TEST(ModelPlan, TakesAModelWrittenAsAText) {
    const auto config =
        config_of(R"({"agents":{"defaults":{"model":"openai/gpt-5.2","imageModel":"google/g"}}})");
    EXPECT_TRUE(config->valid());
    const auto plan = model_plan(*config, nullptr);
    EXPECT_EQ(plan.primary.key(), "openai/gpt-5.2");
    EXPECT_EQ(plan.image->key(), "google/g");
}

}  // namespace
}  // namespace openclaw::auth
