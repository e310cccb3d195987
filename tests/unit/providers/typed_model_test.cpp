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

}  // namespace
}  // namespace openclaw::providers
