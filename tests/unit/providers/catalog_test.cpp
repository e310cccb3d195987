#include "providers/catalogue/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace openclaw::providers {
namespace {

json::object config_of(std::string_view providers) {
    return parse_json(fmt::format(R"({{"models":{{"providers":{}}}}})", providers))->as_object();
}

TEST(Catalog, HoldsTheDefaultsModels) {
    for (const auto& [provider, model] :
         std::vector<std::pair<std::string, std::string>>{{"anthropic", "claude-opus-4-5"},
                                                          {"anthropic", "claude-sonnet-4-5"},
                                                          {"openai", "gpt-5.2"},
                                                          {"openai", "gpt-5-mini"},
                                                          {"google", "gemini-3-pro-preview"},
                                                          {"google", "gemini-3-flash-preview"},
                                                          {"demo", "echo"}}) {
        EXPECT_TRUE(find_model({provider, model}, json::object())) << provider << "/" << model;
    }
    const auto opus = find_model({"anthropic", "claude-opus-4-5"}, json::object());
    EXPECT_EQ(opus->name, "Claude Opus 4.5 (latest)");
    EXPECT_EQ(opus->context_window, 200000);
    EXPECT_EQ(opus->tokens_max, 64000);
    EXPECT_EQ(opus->cost, (Cost{5, 25, 0.5, 6.25}));
    EXPECT_TRUE(opus->reasoning && opus->image);
}

TEST(Catalog, NamesEachModelOnceOfAKnownProvider) {
    std::set<std::string> seen;
    for (const auto& model : list_models(json::object())) {
        EXPECT_TRUE(seen.insert(model.ref.key()).second) << model.ref.key();
        EXPECT_TRUE(find_known_provider(model.ref.provider)) << model.ref.provider;
        EXPECT_GT(model.context_window, 0);
        EXPECT_GT(model.tokens_max, 0);
    }
}

// What each provider of the reference's catalogue had in January 2026, and how it is reached.
struct Expected {
    std::string_view provider;
    std::size_t models;
    std::string_view api, base;
};
constexpr Expected expected[] = {
    {"amazon-bedrock", 55, "bedrock-converse-stream", "https://bedrock-runtime.us-east-1.amazonaws.com"},
    {"anthropic", 21, "anthropic-messages", "https://api.anthropic.com"},
    {"azure-openai-responses", 34, "azure-openai-responses", ""},
    {"cerebras", 3, "openai-completions", "https://api.cerebras.ai/v1"},
    {"github-copilot", 18, "github-copilot", "https://api.individual.githubcopilot.com"},
    {"google", 21, "google-generative-ai", "https://generativelanguage.googleapis.com/v1beta"},
    {"google-antigravity", 7, "google-gemini-cli", "https://daily-cloudcode-pa.sandbox.googleapis.com"},
    {"google-gemini-cli", 5, "google-gemini-cli", "https://cloudcode-pa.googleapis.com"},
    {"google-vertex", 11, "google-vertex", ""},
    {"groq", 15, "openai-completions", "https://api.groq.com/openai/v1"},
    {"huggingface", 14, "openai-completions", "https://router.huggingface.co/v1"},
    {"kimi-coding", 2, "anthropic-messages", "https://api.kimi.com/coding"},
    {"minimax", 2, "anthropic-messages", "https://api.minimax.io/anthropic"},
    {"minimax-cn", 2, "anthropic-messages", "https://api.minimaxi.com/anthropic"},
    {"minimax-portal", 1, "anthropic-messages", "https://api.minimax.io/anthropic"},
    {"mistral", 25, "openai-completions", "https://api.mistral.ai/v1"},
    {"moonshot", 2, "openai-completions", "https://api.moonshot.ai/v1"},
    {"ollama", 0, "openai-completions", "http://127.0.0.1:11434/v1"},
    {"openai", 34, "openai-responses", "https://api.openai.com/v1"},
    {"openai-codex", 5, "openai-codex-responses", "https://chatgpt.com/backend-api"},
    {"opencode", 29, "openai-completions", "https://opencode.ai/zen/v1"},
    {"openrouter", 229, "openai-completions", "https://openrouter.ai/api/v1"},
    {"qwen-portal", 2, "openai-completions", "https://portal.qwen.ai/v1"},
    {"synthetic", 20, "anthropic-messages", "https://api.synthetic.new/anthropic"},
    {"venice", 25, "openai-completions", "https://api.venice.ai/api/v1"},
    {"vercel-ai-gateway", 123, "anthropic-messages", "https://ai-gateway.vercel.sh"},
    {"xai", 22, "openai-completions", "https://api.x.ai/v1"},
    {"xiaomi", 1, "anthropic-messages", "https://api.xiaomimimo.com/anthropic"},
    {"zai", 8, "openai-completions", "https://api.z.ai/api/coding/paas/v4"},
};

TEST(Catalog, CoversEveryProviderOfTheReference) {
    for (const auto& each : expected) {
        const auto* known = find_known_provider(each.provider);
        ASSERT_TRUE(known) << each.provider;
        EXPECT_GE(known->models, each.models) << each.provider;
        EXPECT_EQ(known->api, each.api) << each.provider;
        EXPECT_EQ(known->base, each.base) << each.provider;
    }
    EXPECT_EQ(find_known_model("opencode", "claude-opus-4-5")->api, "anthropic-messages");
    EXPECT_EQ(find_known_model("opencode", "gpt-5.2")->api, "openai-responses");
}

// The table is made of the file when the program is built; what it says is what the file says.
TEST(Catalog, SaysWhatItsDataFileSays) {
    std::ifstream file(OPENCLAW_DATA "/models.json");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto parsed = parse_json(text);
    ASSERT_TRUE(parsed);
    // The file has the shape of models.providers, so that it can stand in a config as it is.
    json::object config;
    config["models"] = json::object{{"mode", "replace"}, {"providers", parsed->at("providers")}};
    std::size_t models = 0;
    for (const auto& [provider, entry] : parsed->at("providers").as_object()) {
        for (const auto& value : entry.at("models").as_array()) {
            const auto& model = value.as_object();
            const auto known = find_known_model(provider, *string_at(model, "id"));
            ASSERT_TRUE(known) << provider << "/" << model.at("id");
            const auto read = find_model({provider, std::string(known->id)}, config);
            ASSERT_TRUE(read);
            EXPECT_EQ(known->name, read->name);
            EXPECT_EQ(known->context_window, read->context_window);
            EXPECT_EQ(known->tokens_max, read->tokens_max);
            EXPECT_EQ(known->reasoning, read->reasoning);
            EXPECT_EQ(known->image, read->image);
            EXPECT_EQ(known->cost, read->cost);
            EXPECT_EQ(known->api, read->api) << read->ref.key();
            ++models;
        }
    }
    EXPECT_EQ(models, known_model_count());
    EXPECT_GE(models, 720U);
}

TEST(Catalog, HoldsSaneNumbersInTheOrderOfItsKeys) {
    std::string last;
    for (std::size_t i = 0; i < known_model_count(); ++i) {
        const auto model = known_model(i);
        const auto key = fmt::format("{}\x01{}", model.provider, model.id);
        EXPECT_LT(last, key);
        last = key;
        EXPECT_FALSE(model.name.empty()) << key;
        EXPECT_FALSE(model.api.empty()) << key;
        EXPECT_GE(model.context_window, 1024) << key;
        EXPECT_LE(model.context_window, 20'000'000) << key;
        EXPECT_LE(model.tokens_max, model.context_window) << key;
        for (const auto price :
             {model.cost.input, model.cost.output, model.cost.cache_read, model.cost.cache_write}) {
            EXPECT_GE(price, 0) << key;
            EXPECT_LT(price, 1000) << key;
        }
    }
}

TEST(Catalog, AddsModelsToAProviderThatStaysWhereItIs) {
    const auto config = config_of(R"({"openai":{"baseUrl":"https://API.openai.com/v1/","models":[
        {"id":"gpt-next","name":"Next"},{"id":"gpt-5.2","name":"Mine","contextWindow":1000}]}})");
    EXPECT_TRUE(find_model({"openai", "gpt-next"}, config)->configured);
    EXPECT_EQ(find_model({"openai", "gpt-5.2"}, config)->context_window, 1000);
    EXPECT_EQ(find_model({"openai", "gpt-5-mini"}, config)->tokens_max, 128000);
    std::size_t mine = 0, minis = 0;
    for (const auto& model : list_models(config)) {
        mine += model.ref.key() == "openai/gpt-5.2";
        minis += model.ref.key() == "openai/gpt-5-mini";
    }
    EXPECT_EQ(mine, 1U);
    EXPECT_EQ(minis, 1U);
}

TEST(Catalog, ListsOnlyWhatIsConfiguredInModeReplace) {
    auto config =
        config_of(R"({"openai":{"baseUrl":"https://api.openai.com/v1","models":[{"id":"own","name":"Own"}]},
                                "xai":{"baseUrl":"https://proxy.example/v1","models":[]}})");
    config["models"].as_object()["mode"] = "replace";
    std::set<std::string> listed;
    for (const auto& model : list_models(config)) {
        if (model.ref.provider != "xai") listed.insert(model.ref.key());
    }
    EXPECT_THAT(listed, testing::ElementsAre("openai/own"));
    EXPECT_TRUE(find_model({"xai", "grok-4"}, config));
    EXPECT_TRUE(find_model({"anthropic", "claude-opus-4-5"}, config));  // what is in use is still described
}

TEST(Catalog, KnowsWhereAProviderIs) {
    const auto config = config_of(R"({"Corp":{"baseUrl":" http://h/v1 ","models":[]}})");
    EXPECT_EQ(base_of("corp", config), "http://h/v1");
    EXPECT_EQ(base_of("xai", config), "https://api.x.ai/v1");
    EXPECT_EQ(base_of("nobody", config), "");
}

TEST(Catalog, PutsConfiguredModelsInPlaceOfBuiltInOnesOfAnotherServer) {
    const auto config = config_of(R"({"OpenAI":{"baseUrl":"https://h/v1","models":[
        {"id":"own","name":"Own","input":["text","image"],"cost":{"input":1,"output":2},"contextWindow":4096}]}})");
    const auto own = find_model({"openai", "own"}, config);
    ASSERT_TRUE(own);
    EXPECT_TRUE(own->configured && own->image);
    EXPECT_EQ(own->tokens_max, 4096);  // no more than the window
    EXPECT_EQ(own->cost, (Cost{1, 2, 0, 0}));
    std::vector<std::string> listed;
    for (const auto& model : list_models(config)) {
        if (model.ref.provider == "openai") listed.push_back(model.ref.model);
    }
    EXPECT_THAT(listed, testing::ElementsAre("own"));
}

TEST(Catalog, KeepsBuiltInModelsWhenTheConfigOnlyMovesTheProvider) {
    const auto config = config_of(R"({"anthropic":{"baseUrl":"https://proxy.example","models":[]}})");
    EXPECT_EQ(find_model({"anthropic", "claude-opus-4-5"}, config)->tokens_max, 64000);
}

TEST(Catalog, AnswersForUnlistedModelsOfConfiguredAndOpenEndedProviders) {
    const auto config = config_of(R"({"corp":{"baseUrl":"http://h/v1","models":[]}})");
    const auto any = find_model({"corp", "whatever"}, config);
    ASSERT_TRUE(any);
    EXPECT_EQ(any->api, "openai-completions");
    EXPECT_EQ(any->context_window, 200000);
    EXPECT_EQ(any->tokens_max, 8192);
    EXPECT_TRUE(find_model({"openrouter", "some/new-model"}, json::object()));
    EXPECT_FALSE(find_model({"anthropic", "claude-9"}, json::object()));
    EXPECT_FALSE(find_model({"nobody", "x"}, json::object()));
}

TEST(Catalog, SurvivesConfigsOfTheWrongShape) {
    for (const auto* text :
         {R"({"models":[]})", R"({"models":{"providers":{"a":3,"b":{"models":[1,{"id":2}]}}}})"}) {
        const auto config = parse_json(text)->as_object();
        EXPECT_FALSE(list_models(config).empty());
        EXPECT_FALSE(list_providers(config).empty());
    }
}

}  // namespace
}  // namespace openclaw::providers
