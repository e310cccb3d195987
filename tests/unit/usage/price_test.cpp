#include "usage/price.h"

#include <gtest/gtest.h>

namespace openclaw::usage {
namespace {

constexpr std::int64_t dollar = 1'000'000'000;

json::object config(std::string_view text = "{}") {
    return parse_json(text)->as_object();
}
std::optional<Price> price(const char* provider, const char* model, std::string_view text = "{}") {
    return find_price({provider, model}, config(text));
}

TEST(Price, IsTheCataloguesAndCountsEachKindOnce) {
    const auto found = price("anthropic", "claude-opus-4-5");
    ASSERT_TRUE(found);
    const TokenUsage used{.input = 1'000'000,
                          .output = 1'000'000,
                          .cache_read = 1'000'000,
                          .cache_write = 2'000'000,
                          .cache_write_hour = 1'000'000};
    // 5 + 25 + 0.5 + 6.25 (five minutes) + 10 (an hour)
    EXPECT_EQ(cost_of(*found, used), 46'750'000'000);
}

TEST(Price, OfALongPromptAppliesToAllOfIt) {
    const auto found = price("anthropic", "claude-sonnet-4-5");
    ASSERT_TRUE(found);
    EXPECT_EQ(cost_of(*found, {.input = 200'000, .output = 1'000'000}), 600'000'000 + 15 * dollar);
    EXPECT_EQ(cost_of(*found, {.input = 100'001, .output = 1'000'000, .cache_read = 100'000}),
              100'001 * 6000 + 100'000 * 600 + 22'500'000'000);
    EXPECT_EQ(dearest_cost(*found, 200'000, 0), 200'000 * 3750);
    EXPECT_EQ(dearest_cost(*found, 200'001, 0), 200'001 * 7500);
}

TEST(Price, IsUnknownAndNotNothingWhereNobodySaysIt) {
    EXPECT_FALSE(price("anthropic", "claude-of-tomorrow"));
    EXPECT_FALSE(price("nobody", "model"));
    EXPECT_FALSE(price("openrouter", "somebody/else"));
    EXPECT_TRUE(price("demo", "echo"));
    EXPECT_EQ(cost_of(*price("demo", "echo"), {.input = 5, .output = 5}), 0);
    const auto flex = price("anthropic", "claude-opus-4-5");
    EXPECT_FALSE(cost_of(*flex, {.input = 1, .tier = ServiceTier::flex}));
    EXPECT_EQ(cost_of(*flex, {.input = 1'000'000, .tier = ServiceTier::batch}), 2'500'000'000);
}

TEST(Price, OfTheConfigGoesFirstAndItsZeroIsZero) {
    const auto own = R"({"models":{"providers":{"mine":{"baseUrl":"http://127.0.0.1:1","models":[
        {"id":"free","name":"f","cost":{"input":0,"output":0}},
        {"id":"half","name":"h","cost":{"input":1}},
        {"id":"paid","name":"p","cost":{"input":1,"output":2,"cacheRead":0.1,"cacheWrite":1.5,
         "tieredPricing":[{"input":4,"output":8,"range":[1000,2000]}]}}]},
        "anthropic":{"baseUrl":"https://api.anthropic.com","models":[
        {"id":"claude-opus-4-5","name":"o","cost":{"input":7,"output":9}}]}}}})";
    ASSERT_TRUE(price("mine", "free", own));
    EXPECT_EQ(cost_of(*price("mine", "free", own), {.input = 10, .output = 10}), 0);
    EXPECT_FALSE(price("mine", "half", own));
    EXPECT_FALSE(price("mine", "unlisted", own));
    const auto paid = *price("mine", "paid", own);
    EXPECT_EQ(cost_of(paid, {.input = 1000}), 1'000'000);
    EXPECT_EQ(cost_of(paid, {.input = 1001}), 4'004'000);
    EXPECT_EQ(dearest_cost(paid, 1001, 10), 1001 * 4000 + 10 * 8000);
    EXPECT_EQ(price("anthropic", "claude-opus-4-5", own)->rates.input, 7 * dollar);
}

TEST(Price, FallsBackToTheOneThatStandsForAllOthers) {
    const auto own = R"({"usage":{"fallbackPrice":{"input":3,"output":15}}})";
    ASSERT_TRUE(price("nobody", "model", own));
    EXPECT_EQ(cost_of(*price("nobody", "model", own), {.input = 1, .output = 1}), 18'000);
    EXPECT_EQ(price("anthropic", "claude-opus-4-5", own)->rates.input, 5 * dollar);
    EXPECT_FALSE(price("nobody", "model", R"({"usage":{"fallbackPrice":{"input":-3,"output":15}}})"));
}

TEST(Price, OfAnyNumberOfTokensOverflowsNothing) {
    const auto found = *price("anthropic", "claude-opus-4-5");
    EXPECT_GT(*cost_of(found, {.input = INT64_MAX, .output = INT64_MAX}), 0);
    EXPECT_EQ(cost_of(found, {.input = -5, .output = INT64_MIN}), 0);
    EXPECT_GT(dearest_cost(found, INT64_MAX, INT64_MAX), 0);
    EXPECT_EQ(cost_of({.rates = {.input = 1}}, {.input = 1}), 1);  // rounded up
}

}  // namespace
}  // namespace openclaw::usage
