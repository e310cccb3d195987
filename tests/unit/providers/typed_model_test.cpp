#include "providers/catalogue/typed_model.h"

#include <gtest/gtest.h>

#include "support/config_builder.h"

namespace openclaw::providers {
namespace {

TEST(TypedModel, IsOddWhereTheCatalogueDoesNotKnowIt) {
    const auto config = test::config_of(
        R"({"agents":{"defaults":{"models":{"openai/gpt-5.2":{"alias":"quick"}}}},
            "models":{"providers":{"corp":{"baseUrl":"http://h","models":[]}}}})");
    const auto oddity = [&](const std::string& text) {
        const auto model = auth::parse_model(text, *config);
        return model ? find_oddity(*model, text, *config).value_or("fine") : model.error().message;
    };
    EXPECT_EQ(oddity("openai/gpt-5.2"), "fine");
    EXPECT_EQ(oddity("quick"), "fine");
    EXPECT_EQ(oddity("corp/anything"), "fine");  // nothing of it is listed
    EXPECT_EQ(oddity("opnai/gpt-5.2"), "no provider \"opnai\" is known; did you mean openai?");
    EXPECT_EQ(oddity("openai/gpt-5.22"),
              "openai/gpt-5.22 is not in the catalogue; did you mean openai/gpt-5.2?");
    EXPECT_EQ(oddity("quikc"), "\"quikc\" is no alias and was taken as anthropic/quikc; did you mean quick?");
}

TEST(TypedModel, IsRefusedAsABareIdThatNobodyKnowsAndWithABlankInIt) {
    const auto config = test::config_of(
        R"({"agents":{"defaults":{"models":{"openai/gpt-5.2":{"alias":"quick"},"anthropic/claude-own":{}}}},
            "models":{"providers":{"lab":{"baseUrl":"http://h","models":[{"id":"my model","name":"m"}]}}}})");
    const auto verdict = [&](const std::string& text) {
        const auto model = auth::parse_model(text, *config);
        const auto fine =
            model ? check_typed(*model, text, *config) : Result<void>(std::unexpected(model.error()));
        return fine ? std::string("fine") : fine.error().message + "; " + fine.error().hint;
    };
    for (const auto* fine : {"quick", "opus", "claude-opus-4-5", "claude-own", "openai/gpt-5.22", "corp/any",
                             "lab/my model", "sonnet-4.5"})
        EXPECT_EQ(verdict(fine), "fine") << fine;
    const std::pair<std::string, std::string> refused[] = {
        {"gpt-5.2", "did you mean openai/gpt-5.2?"},
        {"sonet", "did you mean sonnet?"},
        {"opus 4.6", "did you mean opus?"},
        {"sonnet 4.5", "did you mean anthropic/claude-sonnet-4-5?"},
        {"anthropic/opus 4.6", "did you mean opus?"},
        {"GPT-5.2", "did you mean openai/gpt-5.2?"},
        {"anthropic/claude opus", "did you mean "},
        {"zzzzzzzzzzzzzzzzzzzz", "write provider/model"},
    };
    for (const auto* steering : {"lab/\x1b[31mred", "lab/a\u202eb", "lab/a\x07", "lab/a\u0085"})
        EXPECT_TRUE(verdict(steering).starts_with("unknown model: lab/")) << verdict(steering);
    for (const auto& [text, hint] : refused) {
        EXPECT_TRUE(verdict(text).starts_with("unknown model: " + text)) << verdict(text);
        EXPECT_NE(verdict(text).find(hint), std::string::npos) << verdict(text);
    }
}

}  // namespace
}  // namespace openclaw::providers
