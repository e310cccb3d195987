// The worked examples of failure recording (model-auth 12.2) and what is done differently.
#include "auth/cooldown.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"

namespace openclaw::auth {
namespace {

using namespace std::chrono_literals;
using test::config_of;
using test::noon;

const CooldownRules plain{.failure_window = 24h, .billing_base = 5h, .billing_max = 24h};

FailureReason reason_of(std::string_view name) {
    for (const auto reason : {FailureReason::auth, FailureReason::rate_limit, FailureReason::billing,
                              FailureReason::overloaded, FailureReason::network, FailureReason::format})
        if (name_of(reason) == name) return reason;
    return FailureReason::unknown;
}

FailureEvent failure(FailureReason reason, std::optional<Milliseconds> retry_after = {}) {
    return {.reason = reason, .retry_after = retry_after, .status = 0, .text = {}};
}

// Each failure comes right after the rest that the one before it caused; says how long each rest is, in
// seconds.
std::string rests(const std::string& reasons, const CooldownRules& rules, UsageStats usage = {},
                  TimePoint now = noon) {
    std::vector<std::string> out;
    for (const auto name : split(reasons, ' ')) {
        usage = after_failure(usage, failure(reason_of(name)), rules, now);
        const auto rest = rest_of(usage, now);
        out.push_back(
            rest ? std::to_string(std::chrono::duration_cast<std::chrono::seconds>(rest->until - now).count())
                 : "none");
        if (rest) now = rest->until;
    }
    return joined(out, " ");
}

CooldownRules rules_of(const std::string& cooldowns, const std::string& provider) {
    return CooldownRules::from(*config_of(R"({"auth":{"cooldowns":{)" + cooldowns + "}}}"), provider);
}

TEST(Cooldown, FollowsEveryWorkedExample) {
    struct Example {
        int number;
        std::string reasons;
        CooldownRules rules;
        std::string expected;
    };
    const Example examples[] = {
        {26, "rate_limit rate_limit rate_limit rate_limit rate_limit", plain, "60 300 1500 3600 3600"},
        {27, "billing billing billing billing", plain, "18000 36000 72000 86400"},
        // Different: each reason climbs its own ladder, so the third failure rests 60 s, not 1500 s.
        {28, "rate_limit billing auth", plain, "60 18000 60"},
        {29, "billing billing billing",
         rules_of(R"("billingBackoffHours":2,"billingMaxHours":6)", "anthropic"), "7200 14400 21600"},
        {30, "billing billing", rules_of(R"("billingBackoffHoursByProvider":{"z-ai":1})", "z.ai"),
         "3600 7200"},
        {31, "billing", rules_of(R"("billingBackoffHours":48)", "anthropic"), "172800"},
        {32, "billing", rules_of(R"("billingBackoffHours":0.001,"billingMaxHours":0.002)", "anthropic"),
         "60"},
    };
    for (const auto& example : examples) {
        SCOPED_TRACE(example.number);
        EXPECT_EQ(rests(example.reasons, example.rules), example.expected);
    }
}

TEST(Cooldown, ForgetsFailuresOlderThanTheWindow) {
    UsageStats usage{.last_used = {},
                     .last_failure = noon - 25h,
                     .cooldown_until = {},
                     .disabled_until = {},
                     .disabled_reason = {},
                     .error_count = 7,
                     .failure_counts = {},
                     .last_failure_text = {},
                     .last_failure_reason = {}};
    auto after = after_failure(usage, failure(FailureReason::rate_limit), plain, noon);  // example 33
    EXPECT_EQ(after.error_count, 1);
    EXPECT_EQ(after.cooldown_until, noon + 60s);
    usage.last_failure = noon - 23h;
    after = after_failure(usage, failure(FailureReason::rate_limit), plain, noon);  // example 34
    EXPECT_EQ(after.error_count, 8);
    EXPECT_EQ(after.cooldown_until, noon + 3600s);
}

TEST(Cooldown, ForgetsEverythingButTheLastFailureOnSuccess) {  // example 35
    auto usage = after_failure({}, failure(FailureReason::billing), plain, noon);
    usage = after_success(usage, noon + 1s);
    EXPECT_EQ(usage.error_count, 0);
    EXPECT_EQ(usage.last_used, noon + 1s);
    EXPECT_EQ(usage.last_failure, noon);
    EXPECT_TRUE(usage.failure_counts.empty());
    EXPECT_FALSE(usage.cooldown_until || usage.disabled_until || !usage.disabled_reason.empty());
    EXPECT_FALSE(rest_of(usage, noon + 1s));
}

TEST(Cooldown, IsNotExtendedByAStormOfFailuresInsideIt) {
    auto usage = after_failure({}, failure(FailureReason::rate_limit), plain, noon);
    const auto before = usage;
    for (int i = 0; i < 1000; ++i)
        usage =
            after_failure(usage, failure(FailureReason::rate_limit, 2h), plain, noon + Milliseconds(i * 50));
    EXPECT_EQ(usage, before);
    EXPECT_FALSE(rest_of(usage, noon + 60s));
}

TEST(Cooldown, LetsABillingFailureEndAMereCooldown) {
    auto usage = after_failure({}, failure(FailureReason::rate_limit), plain, noon);
    usage = after_failure(usage, failure(FailureReason::billing), plain, noon + 5s);
    const auto rest = rest_of(usage, noon + 5s);
    ASSERT_TRUE(rest);
    EXPECT_EQ(rest->kind, Rest::Kind::disabled);
    EXPECT_EQ(rest->until, noon + 5s + 5h);
    EXPECT_EQ(rest->reason, "billing");
}

TEST(Cooldown, TakesTheProvidersWordForHowLong) {
    const auto usage = after_failure({}, failure(FailureReason::rate_limit, 17s), plain, noon);
    EXPECT_EQ(usage.cooldown_until, noon + 17s);
    const auto far =
        after_failure({}, failure(FailureReason::rate_limit, std::chrono::days(400)), plain, noon);
    EXPECT_EQ(far.cooldown_until, noon + std::chrono::days(31));
}

TEST(Cooldown, LeavesAloneWhatNoOtherCredentialWouldCure) {
    for (const auto reason : {FailureReason::network, FailureReason::overflow, FailureReason::format,
                              FailureReason::model_not_found})
        EXPECT_EQ(after_failure({}, failure(reason), plain, noon), UsageStats{}) << name_of(reason);
}

TEST(Cooldown, IsShorterWhenTheProviderIsInTrouble) {
    EXPECT_EQ(rests("overloaded overloaded overloaded overloaded", plain), "15 60 300 600");
}

TEST(Cooldown, IsNotLengthenedByAClockThatIsSetBack) {
    const auto usage = after_failure({}, failure(FailureReason::billing), plain, noon);
    EXPECT_TRUE(rest_of(usage, noon + 4h));
    EXPECT_FALSE(rest_of(usage, noon - 10h));
    EXPECT_FALSE(rest_of(usage, noon + 5h));
    // And a new failure then counts from the new time.
    const auto again = after_failure(usage, failure(FailureReason::billing), plain, noon - 10h);
    EXPECT_EQ(again.disabled_until, noon - 10h + 10h);
}

TEST(Cooldown, EndsInTheEndWhateverTheFileSays) {
    UsageStats usage;
    usage.last_failure = noon;
    usage.disabled_until = noon + std::chrono::days(4000);
    EXPECT_FALSE(rest_of(usage, noon + std::chrono::days(31)));
    usage.last_failure.reset();
    EXPECT_FALSE(rest_of(usage, noon));
}

TEST(Cooldown, NamesTheRestThatEndsLast) {  // W-25: example 48
    UsageStats usage;
    usage.cooldown_until = noon + 8h;
    usage.disabled_until = noon + 5h;
    usage.disabled_reason = "billing";
    EXPECT_EQ(rest_of(usage, noon)->kind, Rest::Kind::cooldown);
    EXPECT_EQ(rest_of(usage, noon)->until, noon + 8h);
}

}  // namespace
}  // namespace openclaw::auth
