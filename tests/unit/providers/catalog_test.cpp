#include "providers/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Catalog, PutsConfiguredModelsInPlaceOfBuiltInOnes) {
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
