// What openclaw.json says about models, changed.
#include "auth/models/model_settings.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/config_builder.h"

namespace openclaw::auth {
namespace {

using test::config_of;

json::object document_of(const std::string& text) {
    return parse_json(text)->as_object();
}
json::object defaults(const std::string& members) {
    return document_of(R"({"agents":{"defaults":{)" + members + "}}}");
}
const ModelRef opus{"anthropic", "claude-opus-4-5"}, gpt{"openai", "gpt-5.2"};

TEST(ModelSettings, ChangeThePrimaryAndKeepTheFallbacks) {
    auto document = defaults(R"("model":{"primary":"x/y","fallbacks":["a/b"]})");
    ASSERT_TRUE(set_primary(document, ModelRole::text, gpt));
    EXPECT_EQ(document, defaults(R"("model":{"primary":"openai/gpt-5.2","fallbacks":["a/b"]})"));
    json::object empty;
    ASSERT_TRUE(set_primary(empty, ModelRole::image, gpt));
    EXPECT_EQ(empty, defaults(R"("imageModel":{"primary":"openai/gpt-5.2"})"));
}

TEST(ModelSettings, LetAListThatRestrictsPassWhatIsChosen) {
    struct Row {
        std::string models, after;
    };
    const Row rows[] = {
        {"{}", "{}"},
        {R"({"*":{}})", R"({"*":{}})"},
        {R"({"a/b":{}})", R"({"a/b":{},"openai/gpt-5.2":{}})"},
        {R"({"OpenAI/gpt-5.2":{"alias":"g"}})", R"({"OpenAI/gpt-5.2":{"alias":"g"}})"},
    };
    for (const auto& row : rows) {
        auto document = defaults(R"("models":)" + row.models);
        ASSERT_TRUE(list_model(document, gpt));
        EXPECT_EQ(document, defaults(R"("models":)" + row.after));
    }
    json::object nothing_listed;
    ASSERT_TRUE(list_model(nothing_listed, gpt));
    EXPECT_TRUE(nothing_listed.empty());
}

TEST(ModelSettings, RefuseASectionThatIsNone) {
    for (const std::string member : {R"("model":5)", R"("model":[])"}) {
        auto document = defaults(member);
        const auto set = set_primary(document, ModelRole::text, gpt);
        ASSERT_FALSE(set);
        EXPECT_EQ(set.error().message, "agents.defaults.model in the config is not an object");
    }
}

TEST(ModelSettings, AddAFallbackOnceUnderAnyName) {
    const auto config =
        config_of(R"({"agents":{"defaults":{"models":{"openai/gpt-5.2":{"alias":"quick"},"*":{}}}}})");
    auto document = defaults(R"("model":{"fallbacks":["quick",5]})");
    ASSERT_TRUE(add_fallback(document, ModelRole::text, gpt, *config));
    EXPECT_EQ(fallbacks_in(document, ModelRole::text), std::vector<std::string>{"quick"});
    ASSERT_TRUE(add_fallback(document, ModelRole::text, opus, *config));
    EXPECT_EQ(fallbacks_in(document, ModelRole::text), (std::vector<std::string>{"quick", opus.key()}));
    EXPECT_TRUE(fallbacks_in(document, ModelRole::image).empty());
}

TEST(ModelSettings, RemoveAFallbackUnderAnyNameOrSayWhichIsNear) {
    const auto config =
        config_of(R"({"agents":{"defaults":{"models":{"openai/gpt-5.2":{"alias":"quick"},"*":{}}}}})");
    auto document = defaults(R"("imageModel":{"fallbacks":["quick","openai/gpt-5.1"]})");
    ASSERT_TRUE(remove_fallback(document, ModelRole::image, gpt, *config));
    EXPECT_EQ(fallbacks_in(document, ModelRole::image), std::vector<std::string>{"openai/gpt-5.1"});
    const auto again = remove_fallback(document, ModelRole::image, gpt, *config);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Code::not_found);
    EXPECT_EQ(again.error().message, "Image fallback not found: openai/gpt-5.2");
    EXPECT_EQ(again.error().hint, "did you mean openai/gpt-5.1?");
    ASSERT_TRUE(clear_fallbacks(document, ModelRole::image));
    EXPECT_EQ(remove_fallback(document, ModelRole::image, gpt, *config).error().hint,
              "`openclaw models image-fallbacks list` shows them all");
}

TEST(ModelSettings, AddSeveralFallbacksOrPutThemInPlaceOfTheOthers) {
    const std::vector<std::string> keys{"x/one", "a/b"};
    auto document = defaults(R"("model":{"fallbacks":["a/b"]},"models":{"a/b":{}})");
    ASSERT_TRUE(add_fallbacks(document, ModelRole::text, keys, false));
    EXPECT_EQ(document, defaults(R"("model":{"fallbacks":["a/b","x/one"]},"models":{"a/b":{},"x/one":{}})"));
    ASSERT_TRUE(add_fallbacks(document, ModelRole::text, keys, true));
    EXPECT_EQ(fallbacks_in(document, ModelRole::text), keys);
}

TEST(ModelAlias, IsAWordThatNoOtherModelHas) {
    const auto config =
        config_of(R"({"agents":{"defaults":{"models":{"openai/gpt-5.2":{"alias":"quick"},"*":{}}}}})");
    EXPECT_TRUE(check_alias_name("my-fast_1.2:x"));
    for (const auto* name : {"", "a b", "a/b", "ü"}) EXPECT_FALSE(check_alias_name(name)) << name;
    EXPECT_TRUE(check_alias_is_free("QUICK", gpt, *config));
    EXPECT_TRUE(check_alias_is_free("slow", opus, *config));
    EXPECT_EQ(check_alias_is_free("QUICK", opus, *config).error().message,
              "Alias quick already points to openai/gpt-5.2.");
    EXPECT_EQ(configured_alias("Quick", *config)->key, "openai/gpt-5.2");
    EXPECT_EQ(configured_alias("quikc", *config).error().hint, "did you mean quick?");
}

TEST(ModelAlias, RestrictsNothingWhenItIsTheFirstEntry) {
    json::object document;
    ASSERT_TRUE(add_alias(document, "quick", gpt));
    EXPECT_EQ(document, defaults(R"("models":{"*":{},"openai/gpt-5.2":{"alias":"quick"}})"));
    ASSERT_TRUE(remove_alias(document, {"quick", gpt.key(), gpt.key()}));
    EXPECT_EQ(document, defaults(R"("models":{"*":{},"openai/gpt-5.2":{"alias":""}})"));
}

TEST(ModelAlias, ThatIsTakenAwayDoesNotComeBackAsABuiltInOne) {
    auto document = defaults(R"("models":{"anthropic/claude-opus-4-5":{}})");
    const auto text = [&] { return json::serialize(document); };
    ASSERT_FALSE(configured_aliases(*config_of(text())).empty());
    const auto alias = configured_aliases(*config_of(text())).front();
    ASSERT_TRUE(remove_alias(document, alias));
    EXPECT_TRUE(configured_aliases(*config_of(text())).empty());
}

TEST(ModelSettings, LetAPolicyPassWhatIsChosenAndNoListWhereThereIsOne) {
    auto document = defaults(R"("modelPolicy":{"allow":["a/b"]},"models":{"a/b":{}})");
    ASSERT_TRUE(list_model(document, gpt));
    EXPECT_EQ(document, defaults(R"("modelPolicy":{"allow":["a/b","openai/gpt-5.2"]},"models":{"a/b":{}})"));
    document = defaults(R"("modelPolicy":{"allow":["openai/*"]})");
    ASSERT_TRUE(list_model(document, gpt));
    EXPECT_EQ(document, defaults(R"("modelPolicy":{"allow":["openai/*"]})"));
    document = document_of(R"({"meta":{"migrations":{"modelPolicyAllowlist":true}}})");
    ASSERT_TRUE(add_alias(document, "g", gpt));
    EXPECT_FALSE(document.at("agents").at("defaults").at("models").as_object().contains("*"));
}

TEST(ModelSettings, ChangeAModelThatIsWrittenAsAText) {
    auto document = defaults(R"("model":"x/y")");
    ASSERT_TRUE(add_fallbacks(document, ModelRole::text, std::vector<std::string>{"a/b"}, false));
    EXPECT_EQ(document, defaults(R"("model":{"primary":"x/y","fallbacks":["a/b"]})"));
    document = defaults(R"("model":"x/y")");
    ASSERT_TRUE(set_primary(document, ModelRole::text, gpt));
    EXPECT_EQ(document, defaults(R"("model":{"primary":"openai/gpt-5.2"})"));
}

}  // namespace
}  // namespace openclaw::auth
