#include "access/keys/allowance_text.h"

#include <gmock/gmock.h>

namespace openclaw::access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Texts = std::vector<std::string>;

TEST(Budgets, AreReadAsTheyAreWritten) {
    const struct {
        Texts written, read;
    } rows[] = {{{"day=2USD"}, {"day=2USD"}},
                {{"daily=2.50 EUR"}, {"day=2.5EUR"}},
                {{"1d=0.000000001USD"}, {"day=0.000000001USD"}},
                {{"week=5M-tokens"}, {"week=5000000-tokens"}},
                {{"month=1.5M-tokens"}, {"month=1500000-tokens"}},
                {{"month=200k-tokens,day=1USD"}, {"month=200000-tokens", "day=1USD"}},
                {{"day=1USD", "day=7-tokens"}, {"day=1USD", "day=7-tokens"}},
                {{"day=0USD"}, {"day=0USD"}},
                {{"month=1000000000USD"}, {"month=1000000000USD"}}};
    for (const auto& [written, read] : rows) {
        const auto budgets = parse_budgets(written);
        ASSERT_TRUE(budgets) << written[0] << ": " << budgets.error().message;
        EXPECT_EQ(budget_texts(*budgets), read);
        EXPECT_EQ(parse_budgets(read), budgets) << "and read again";
    }
}

TEST(Budgets, OfOneWindowStandTogether) {
    const auto budgets = parse_budgets({"day=1USD,day=5k-tokens", "week=2USD"});
    ASSERT_TRUE(budgets);
    EXPECT_THAT(*budgets, ElementsAre(Budget{.window = BudgetWindow::day,
                                             .tokens = 5000,
                                             .money = Money{.nanos = 1'000'000'000, .currency = "USD"}},
                                      Budget{.window = BudgetWindow::week,
                                             .money = Money{.nanos = 2'000'000'000, .currency = "USD"}}));
}

TEST(Budgets, SayWhatIsWrongWithThem) {
    const struct {
        const char* written;
        const char* why;
    } rows[] = {{"", "it has no window"},
                {"2USD", "it has no window"},
                {"24h=2USD", "no number of hours"},
                {"year=2USD", "a window is a day"},
                {"day=-2USD", "less than nothing"},
                {"day=", "no amount"},
                {"day=USD", "no amount"},
                {"day=2", "no amount"},
                {"day=2XYZ", "there is no currency \"XYZ\""},
                {"day=2usd", "there is no currency \"usd\""},
                {"day=1e9USD", "no amount of money"},
                {"day=0.0000000001USD", "no amount of money"},
                {"day=1.USD", "no amount of money"},
                {"day=99999999999999999999USD", "no amount of money"},
                {"day=1000000001USD", "no amount of money"},
                {"day=x-tokens", "no number of tokens"},
                {"day=1.5-tokens", "no number of tokens"},
                {"day=9999999G-tokens", "no number of tokens"},
                {"day=1USD,daily=2EUR", "another one for the same time"}};
    for (const auto& [written, why] : rows) {
        const auto budgets = parse_budgets({written});
        ASSERT_FALSE(budgets) << written;
        EXPECT_EQ(budgets.error().code, Code::invalid_input);
        EXPECT_THAT(budgets.error().message, HasSubstr(why)) << written;
        EXPECT_FALSE(budgets.error().hint.empty());
    }
}

TEST(Allowances, AreKeptWhole) {
    const Allowance allowance{.requests_per_minute = 10,
                              .tokens_per_minute = 100'000,
                              .streams = 0,
                              .budgets = *parse_budgets({"day=2.5USD,day=1M-tokens,month=30USD"}),
                              .time_zone = "Europe/Berlin"};
    EXPECT_EQ(allowance_of(allowance_json(allowance)), allowance);
    EXPECT_EQ(allowance_of(json::object()), Allowance());
}

TEST(Allowances, ThatMakeNoSenseAreNeverTakenForNone) {
    for (const char* text :
         {"3", "[]", R"({"streams":-1})", R"({"streams":5000000000})", R"({"requestsPerMinute":"1"})",
          R"({"budgets":{}})", R"({"budgets":[{}]})", R"({"budgets":[{"window":"day"}]})",
          R"({"budgets":[{"window":"hour","tokens":1}]})", R"({"budgets":[{"window":"day","nanos":1}]})",
          R"({"budgets":[{"window":"day","tokens":-1}]})", R"({"timeZone":1})"})
        EXPECT_FALSE(allowance_of(json::parse(text))) << text;
}

TEST(TimeZones, AreNamesAndNoPaths) {
    for (const char* name : {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+3"})
        EXPECT_TRUE(check_time_zone(name)) << name;
    for (const char* name : {"", "../../etc/passwd", "/etc/localtime", "Europe Berlin", "x\n"})
        EXPECT_FALSE(check_time_zone(name)) << name;
}

}  // namespace
}  // namespace openclaw::access
