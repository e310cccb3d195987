// How the reference records failures, and what is done differently here.
#include "auth/rests/cooldown.h"

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
    UsageStats usage;
    usage.last_failure = noon - 25h;
    usage.error_count = 7;
    auto after = after_failure(usage, failure(FailureReason::rate_limit), plain, noon);
    EXPECT_EQ(after.error_count, 1);
    EXPECT_EQ(after.cooldown_until, noon + 60s);
    usage.last_failure = noon - 23h;
    after = after_failure(usage, failure(FailureReason::rate_limit), plain, noon);
    EXPECT_EQ(after.error_count, 8);
    EXPECT_EQ(after.cooldown_until, noon + 3600s);
}

TEST(Cooldown, ForgetsEverythingButTheLastFailureOnSuccess) {
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

TEST(Cooldown, KeepsItsEndAfterATryOnDemandUnlessTheProviderNamesOne) {
    const auto began = after_failure({}, failure(FailureReason::rate_limit), plain, noon);
    ASSERT_TRUE(rest_of(began, noon)->on_demand);
    EXPECT_EQ(rest_of(began, noon)->on_demand, noon + 5s);

    auto again = failure(FailureReason::auth);
    again.on_demand = true;
    auto usage = after_failure(began, again, plain, noon + 10s);
    EXPECT_EQ(usage.cooldown_until, began.cooldown_until);
    EXPECT_EQ(usage.failure_counts, began.failure_counts);
    EXPECT_EQ(rest_of(usage, noon + 10s)->on_demand, noon + 70s) << "it was refused";

    auto named = failure(FailureReason::rate_limit, 5min);
    named.on_demand = true;
    usage = after_failure(usage, named, plain, noon + 20s);
    EXPECT_EQ(usage.cooldown_until, noon + 20s + 5min);
    EXPECT_FALSE(rest_of(usage, noon + 20s)->on_demand) << "the provider's word is kept";
}

TEST(Cooldown, IsTriedOnDemandByItsKind) {
    struct Case {
        FailureReason reason;
        std::optional<Milliseconds> named, on_demand;
    };
    for (const auto& [reason, named, on_demand] :
         {Case{FailureReason::rate_limit, {}, 5s}, Case{FailureReason::overloaded, {}, 5s},
          Case{FailureReason::timeout, {}, 5s}, Case{FailureReason::server_error, {}, 5s},
          Case{FailureReason::unknown, {}, 5s}, Case{FailureReason::auth, {}, 1min},
          Case{FailureReason::refused_use, {}, 1min}, Case{FailureReason::rate_limit, 90s, {}},
          Case{FailureReason::overloaded, 90s, {}}, Case{FailureReason::auth, 90s, {}},
          Case{FailureReason::billing, {}, {}}}) {
        const auto usage = after_failure({}, failure(reason, named), plain, noon);
        const auto rest = rest_of(usage, noon);
        ASSERT_TRUE(rest) << name_of(reason);
        EXPECT_EQ(rest->on_demand, on_demand ? std::optional(noon + *on_demand) : std::nullopt)
            << name_of(reason);
    }
    const auto benched = after_bench({}, {noon, noon + 1h, "kept"});
    EXPECT_FALSE(rest_of(benched, noon)->on_demand) << "a person's word is no guess";
    auto both = after_failure(benched, failure(FailureReason::rate_limit), plain, noon);
    EXPECT_FALSE(rest_of(both, noon)->on_demand);
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
    EXPECT_TRUE(rest_of(usage, noon + 20min));
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

TEST(Cooldown, NamesTheRestThatEndsLast) {
    UsageStats usage;
    usage.cooldown_until = noon + 8h;
    usage.disabled_until = noon + 5h;
    usage.disabled_reason = "billing";
    EXPECT_EQ(rest_of(usage, noon)->kind, Rest::Kind::cooldown);
    EXPECT_EQ(rest_of(usage, noon)->until, noon + 8h);
}

// Failures that name their model.
FailureEvent of_model(FailureReason reason, const std::string& model,
                      FailureScope scope = FailureScope::unknown) {
    auto event = failure(reason);
    event.model = model;
    event.scope = scope;
    return event;
}

TEST(ModelRest, IsOfTheAskedModelAloneUnlessTheAccountIsMeant) {
    struct Case {
        FailureReason reason;
        FailureScope scope;
        bool model_a_rests, model_b_rests;
    };
    using Reason = FailureReason;
    using Scope = FailureScope;
    for (const auto& [reason, scope, a, b] :
         {Case{Reason::rate_limit, Scope::unknown, true, false},
          Case{Reason::rate_limit, Scope::model, true, false},
          Case{Reason::rate_limit, Scope::account, true, true},
          Case{Reason::overloaded, Scope::unknown, true, false},
          Case{Reason::server_error, Scope::unknown, true, false},
          Case{Reason::timeout, Scope::unknown, true, false},
          Case{Reason::unknown, Scope::unknown, true, false}, Case{Reason::auth, Scope::unknown, true, true},
          Case{Reason::auth, Scope::model, true, false}, Case{Reason::billing, Scope::unknown, true, true},
          Case{Reason::refused_use, Scope::unknown, true, true},
          Case{Reason::network, Scope::unknown, false, false},
          Case{Reason::format, Scope::account, false, false}}) {
        SCOPED_TRACE(fmt::format("{} {}", name_of(reason), static_cast<int>(scope)));
        const auto usage = after_failure({}, of_model(reason, "a", scope), plain, noon);
        EXPECT_EQ(rest_of(usage, noon, "a").has_value(), a);
        EXPECT_EQ(rest_of(usage, noon, "b").has_value(), b);
        EXPECT_EQ(rest_of(usage, noon).has_value(), b) << "without a model only the account counts";
    }
}

TEST(ModelRest, BecomesTheAccountsWhenASecondModelMeetsALimitMeanwhile) {
    auto usage = after_failure({}, of_model(FailureReason::rate_limit, "a"), plain, noon);
    const auto both = after_failure(usage, of_model(FailureReason::rate_limit, "b"), plain, noon + 30s);
    ASSERT_TRUE(rest_of(both, noon + 30s));
    EXPECT_EQ(rest_of(both, noon + 30s)->until, noon + 90s);
    EXPECT_TRUE(rest_of(both, noon + 30s, "c"));
    // Not when the first one's rest is over, nor when something was answered in between.
    const auto later = after_failure(usage, of_model(FailureReason::rate_limit, "b"), plain, noon + 2min);
    EXPECT_FALSE(rest_of(later, noon + 2min, "c"));
    usage = after_success(usage, noon + 10s, {.model = "b"});
    usage = after_failure(usage, of_model(FailureReason::rate_limit, "b"), plain, noon + 30s);
    EXPECT_FALSE(rest_of(usage, noon + 30s, "c"));
    EXPECT_TRUE(rest_of(usage, noon + 30s, "a"));
    // The provider's own word is taken.
    usage = after_failure(usage, of_model(FailureReason::rate_limit, "c", FailureScope::model), plain,
                          noon + 31s);
    EXPECT_FALSE(rest_of(usage, noon + 31s, "d"));
}

TEST(ModelRest, IsEndedByThatModelsSuccessOnly) {
    auto usage = after_failure({}, of_model(FailureReason::overloaded, "a"), plain, noon);
    usage = after_success(usage, noon + 1s, {.model = "b"});
    EXPECT_TRUE(rest_of(usage, noon + 1s, "a"));
    usage = after_success(usage, noon + 2s, {.model = "a"});
    EXPECT_FALSE(rest_of(usage, noon + 2s, "a"));
    EXPECT_TRUE(usage.models.empty());
    EXPECT_EQ(usage.last_failure, noon) << "what was said last stays";
    EXPECT_EQ(usage.last_failure_reason, "overloaded");
}

TEST(ModelRest, KeepsABoundedNumberOfModels) {
    UsageStats usage;
    for (int i = 0; i < 200; ++i)
        usage = after_failure(usage, of_model(FailureReason::overloaded, fmt::format("m{}", i)), plain,
                              noon + std::chrono::seconds(i));
    EXPECT_EQ(usage.models.size(), 32u);
    EXPECT_TRUE(usage.find_model("m199"));
    EXPECT_FALSE(usage.find_model("m0"));
    usage =
        after_failure(usage, of_model(FailureReason::overloaded, std::string(1000, 'x')), plain, noon + 1h);
    EXPECT_TRUE(rest_of(usage, noon + 1h)) << "an id of absurd length counts for the account";
}

TEST(ModelRest, IsNotExtendedByAStormNorLengthenedByAClockThatIsSetBack) {
    auto usage = after_failure({}, of_model(FailureReason::rate_limit, "a"), plain, noon);
    const auto before = usage;
    for (int i = 0; i < 1000; ++i)
        usage = after_failure(usage, of_model(FailureReason::rate_limit, "a"), plain,
                              noon + Milliseconds(i * 50));
    EXPECT_EQ(usage, before);
    EXPECT_FALSE(rest_of(usage, noon - 1h, "a"));
}

TEST(Trial, IsDueWhenARestHasEndedAndNothingWasAnsweredSince) {
    auto usage = after_failure({}, failure(FailureReason::rate_limit), plain, noon);
    EXPECT_FALSE(wants_trial(usage, noon + 59s));
    EXPECT_TRUE(wants_trial(usage, noon + 60s));
    EXPECT_FALSE(wants_trial(usage, noon + 60s + 24h)) << "forgotten after a day";
    EXPECT_FALSE(wants_trial(usage, noon - 1h)) << "the clock was set back";
    EXPECT_FALSE(wants_trial(after_success(usage, noon + 61s), noon + 62s));
    // A failed one begins the next rung.
    usage = after_failure(usage, failure(FailureReason::rate_limit), plain, noon + 61s);
    EXPECT_EQ(rest_of(usage, noon + 61s)->until, noon + 61s + 5min);

    const auto of_a = after_failure({}, of_model(FailureReason::rate_limit, "a"), plain, noon);
    EXPECT_TRUE(wants_trial(of_a, noon + 61s, "a"));
    EXPECT_FALSE(wants_trial(of_a, noon + 61s, "b"));
}

TEST(Trial, ComesAtABoundedIntervalAfterABillingFailure) {
    auto usage = after_failure({}, failure(FailureReason::billing), plain, noon);
    auto rest = rest_of(usage, noon);
    ASSERT_TRUE(rest);
    EXPECT_EQ(rest->until, noon + 5h) << "what other programs read";
    EXPECT_EQ(rest->trial_at, noon + 30min);
    EXPECT_FALSE(rest_of(usage, noon + 30min));
    EXPECT_TRUE(wants_trial(usage, noon + 30min));
    usage = after_failure(usage, failure(FailureReason::billing), plain, noon + 30min);
    EXPECT_EQ(usage.disabled_until, noon + 30min + 10h);
    EXPECT_EQ(rest_of(usage, noon + 31min)->trial_at, noon + 60min);
    EXPECT_FALSE(rest_of(after_success(usage, noon + 61min), noon + 61min));

    const auto often = rules_of(R"("billingTrialMinutes":2)", "anthropic");
    EXPECT_EQ(after_failure({}, failure(FailureReason::billing), often, noon).trial_at, noon + 2min);
    const auto told = after_failure({}, failure(FailureReason::billing, 3h), plain, noon);
    EXPECT_FALSE(wants_trial(told, noon + 2h)) << "the provider's word is taken";
    // Another program's record gets its trials too.
    UsageStats foreign;
    foreign.last_failure = noon;
    foreign.disabled_until = noon + 24h;
    foreign.disabled_reason = "billing";
    EXPECT_FALSE(wants_trial(foreign, noon + 29min));
    EXPECT_TRUE(wants_trial(foreign, noon + 30min));
}

TEST(Success, OfARequestThatWasUnderWayBeforeTheRestDoesNotEndIt) {
    const auto usage = after_failure({}, failure(FailureReason::rate_limit), plain, noon);
    const auto after = after_success(usage, noon + 5s, {.sent = noon - 5s});
    EXPECT_TRUE(rest_of(after, noon + 5s));
    EXPECT_EQ(after.last_used, noon + 5s);
    EXPECT_FALSE(rest_of(after_success(usage, noon + 5s, {.sent = noon + 1s}), noon + 5s));
}

TEST(AnotherSecret, StartsClean) {
    const auto print = credential_print(Secret(" sk-old "), "host");
    EXPECT_EQ(print, credential_print(Secret("sk-old"), "host"));
    EXPECT_EQ(print.find("sk-old"), print.npos);
    auto event = failure(FailureReason::billing);
    event.credential = print;
    const auto usage = after_failure({}, event, plain, noon);
    EXPECT_TRUE(is_about(usage, Secret("sk-old"), "host"));
    EXPECT_FALSE(is_about(usage, Secret("sk-new"), "host"));
    EXPECT_TRUE(is_about(usage, Secret("sk-new"), "another host")) << "its fingerprints can't be compared";
    EXPECT_TRUE(is_about({}, Secret("sk-new"), "host"));
    event.reason = FailureReason::rate_limit;
    event.credential = credential_print(Secret("sk-new"), "host");
    const auto after = after_failure(usage, event, plain, noon + 1s);
    EXPECT_FALSE(after.disabled_until);
    EXPECT_EQ(after.cooldown_until, noon + 61s);
    EXPECT_FALSE(rest_of(after_success(usage, noon, {.credential = event.credential}), noon));
}

TEST(Bench, LastsUntilItsEndWhateverHappens) {
    auto usage = after_bench({}, {noon, noon + 30min, "audit"});
    const auto rest = rest_of(usage, noon + 1min, "any");
    ASSERT_TRUE(rest);
    EXPECT_EQ(rest->kind, Rest::Kind::disabled);
    EXPECT_EQ(rest->reason, "manual");
    usage = after_success(usage, noon + 2min);
    EXPECT_TRUE(rest_of(usage, noon + 3min));
    usage = after_failure(usage, failure(FailureReason::rate_limit), plain, noon + 4min);
    EXPECT_EQ(rest_of(usage, noon + 5min)->until, noon + 30min);
    EXPECT_FALSE(wants_trial(after_bench({}, {noon, noon + 30min, ""}), noon + 31min));
    EXPECT_FALSE(rest_of(after_clear(usage), noon + 5min));

    // It is about the secret that stands there now, whatever the record was about.
    UsageStats of_another;
    of_another.credential = "#00000000/0000";
    const auto print = credential_print(Secret("sk-now"), "host");
    EXPECT_TRUE(
        is_about(after_bench(of_another, {noon, noon + 30min, ""}, {}, print), Secret("sk-now"), "host"));

    const auto of_model = after_bench({}, {noon, noon + 30min, ""}, "a");
    EXPECT_TRUE(rest_of(of_model, noon, "a"));
    EXPECT_FALSE(rest_of(of_model, noon, "b"));
    EXPECT_TRUE(rest_of(after_success(of_model, noon, {.model = "a"}), noon, "a"));
    EXPECT_FALSE(rest_of(after_clear(of_model, "a"), noon, "a"));
}

TEST(Clear, TakesTheRestsOfOneModelOrAllAndKeepsWhatWasSaid) {
    auto usage = after_failure({}, of_model(FailureReason::overloaded, "a"), plain, noon);
    usage = after_failure(usage, of_model(FailureReason::overloaded, "b"), plain, noon + 1s);
    const auto one = after_clear(usage, "a");
    EXPECT_FALSE(rest_of(one, noon + 2s, "a"));
    EXPECT_TRUE(rest_of(one, noon + 2s, "b"));
    const auto all = after_clear(usage);
    EXPECT_TRUE(rests_of(all, noon + 2s).empty());
    EXPECT_EQ(all.last_failure, noon + 1s);
    EXPECT_EQ(all.last_failure_reason, "overloaded");
}

// What lies right at a limit, and right beside it.
TEST(Cooldown, KeepsItsLimitsToTheMillisecond) {
    const auto asked = [](Milliseconds retry_after) {
        return *after_failure({}, failure(FailureReason::rate_limit, retry_after), plain, noon)
                    .cooldown_until -
               noon;
    };
    EXPECT_EQ(asked(Milliseconds(0)), 1s);
    EXPECT_EQ(asked(Milliseconds(999)), 1s);
    EXPECT_EQ(asked(Milliseconds(1001)), Milliseconds(1001));
    EXPECT_EQ(asked(std::chrono::days(31) - 1ms), std::chrono::days(31) - 1ms);
    EXPECT_EQ(asked(std::chrono::days(31) + 1ms), std::chrono::days(31));

    UsageStats usage;
    usage.error_count = 7;
    usage.last_failure = noon - 24h;
    EXPECT_EQ(after_failure(usage, failure(FailureReason::rate_limit), plain, noon).error_count, 8);
    usage.last_failure = noon - 24h - 1ms;
    EXPECT_EQ(after_failure(usage, failure(FailureReason::rate_limit), plain, noon).error_count, 1);

    auto event = of_model(FailureReason::overloaded, std::string(200, 'x'));
    event.text = std::string(700, 'y');
    const auto longest = after_failure({}, event, plain, noon);
    EXPECT_FALSE(rest_of(longest, noon)) << "an id of 200 bytes is a model's";
    EXPECT_EQ(longest.models.front().last_failure_text, shortened(std::string(700, 'y'), 600));
    event.model += "x";
    EXPECT_TRUE(rest_of(after_failure({}, event, plain, noon), noon)) << "one of 201 is nobody's";
}

TEST(Cooldown, DoublesABillUpToItsLongestRest) {
    const auto slow = rules_of(R"("billingBackoffHours":0.5,"billingMaxHours":700)", "anthropic");
    EXPECT_EQ(rests("billing billing billing billing billing", slow), "1800 3600 7200 14400 28800");
    UsageStats often;
    often.failure_counts["billing"] = 10;
    EXPECT_EQ(after_failure(often, failure(FailureReason::billing), slow, noon).disabled_until, noon + 512h);
    often.failure_counts["billing"] = 300;
    EXPECT_EQ(after_failure(often, failure(FailureReason::billing), slow, noon).disabled_until, noon + 512h)
        << "ten doublings are enough";
}

TEST(Cooldown, TakesAForeignCountWithoutReasonsAtItsWord) {
    UsageStats usage;
    usage.error_count = 2;
    EXPECT_EQ(after_failure(usage, failure(FailureReason::auth), plain, noon).cooldown_until, noon + 25min);
    usage.failure_counts["billing"] = 2;
    EXPECT_EQ(after_failure(usage, failure(FailureReason::auth), plain, noon).cooldown_until, noon + 1min);
    usage.failure_counts["auth"] = 1;
    EXPECT_EQ(after_failure(usage, failure(FailureReason::auth), plain, noon).cooldown_until, noon + 5min);
}

TEST(CooldownRules, TakeWhatMakesSenseOfTheConfig) {
    struct Case {
        std::string config;
        Milliseconds window, base, longest, trial;
    };
    const Milliseconds year = 24h * 366;
    for (const auto& [config, window, base, longest, trial] : std::vector<Case>{
             {"", 24h, 5h, 24h, 30min},
             {R"("failureWindowHours":0.5,"billingMaxHours":2,"billingTrialMinutes":0.5)", 30min, 5h, 2h,
              30s},
             {R"("failureWindowHours":0,"billingBackoffHours":-1,"billingTrialMinutes":0)", 24h, 5h, 24h,
              30min},
             {R"("billingBackoffHours":"7","billingMaxHours":null)", 24h, 5h, 24h, 30min},
             {R"("failureWindowHours":8784,"billingBackoffHours":8785,"billingMaxHours":1e9)", year, year,
              year, 30min},
             {R"("billingTrialMinutes":0.0001)", 24h, 5h, 24h, 1s},
             {R"("billingTrialMinutes":1e9)", 24h, 5h, 24h, 527'040min},
             {R"("billingBackoffHours":3,"billingBackoffHoursByProvider":{"openai":1,"anthropic":2})", 24h,
              2h, 24h, 30min},
             {R"("billingBackoffHours":3,"billingBackoffHoursByProvider":{"openai":1})", 24h, 3h, 24h, 30min},
             {R"("billingBackoffHoursByProvider":{"anthropic":0})", 24h, 5h, 24h, 30min},
             {R"("billingBackoffHoursByProvider":{"anthropic":9000})", 24h, year, 24h, 30min},
             {R"("billingBackoffHoursByProvider":{"Anthropic":0.25})", 24h, 15min, 24h, 30min}}) {
        const auto rules = rules_of(config, "anthropic");
        EXPECT_EQ(rules.failure_window, window) << config;
        EXPECT_EQ(rules.billing_base, base) << config;
        EXPECT_EQ(rules.billing_max, longest) << config;
        EXPECT_EQ(rules.billing_trial, trial) << config;
    }
}

TEST(Cooldown, HasOneLadderForEachReason) {
    using Reason = FailureReason;
    struct Case {
        Reason reason;
        std::string name;
        std::optional<Milliseconds> rest;
    };
    for (const auto& [reason, name, rest] :
         std::vector<Case>{{Reason::auth, "auth", 1min},
                           {Reason::rate_limit, "rate_limit", 1min},
                           {Reason::refused_use, "refused_use", 1min},
                           {Reason::unknown, "unknown", 1min},
                           {Reason::overloaded, "overloaded", 15s},
                           {Reason::server_error, "server_error", 15s},
                           {Reason::timeout, "timeout", 15s},
                           {Reason::billing, "billing", 5h},
                           {Reason::network, "network", {}},
                           {Reason::overflow, "overflow", {}},
                           {Reason::format, "format", {}},
                           {Reason::model_not_found, "model_not_found", {}}}) {
        EXPECT_EQ(name_of(reason), name);
        const auto usage = after_failure({}, failure(reason), plain, noon);
        const auto found = rest_of(usage, noon);
        EXPECT_EQ(found ? std::optional(found->until - noon) : std::nullopt, rest) << name;
        if (rest) EXPECT_EQ(usage.failure_counts, (std::map<std::string, std::int64_t>{{name, 1}}));
    }
}

TEST(ModelRest, BecomesTheAccountsOnlyForALimitThatStillHolds) {
    const auto limited = [](const UsageStats& usage, TimePoint when) {
        return rest_of(after_failure(usage, of_model(FailureReason::rate_limit, "b"), plain, when), when)
            .has_value();
    };
    const auto of_a = after_failure({}, of_model(FailureReason::rate_limit, "a"), plain, noon);
    EXPECT_TRUE(limited(of_a, noon + 59s));
    EXPECT_FALSE(limited(of_a, noon + 60s));
    EXPECT_FALSE(limited(after_failure({}, of_model(FailureReason::timeout, "a"), plain, noon), noon + 1s));
    // An answer in the same millisecond came after the limit as well as before it: the model's rest it stays.
    auto answered = of_a;
    answered.last_used = noon;
    EXPECT_FALSE(limited(answered, noon + 1s));
    answered.last_used = noon - 1ms;
    EXPECT_TRUE(limited(answered, noon + 1s));
    // The same model twice is no second one.
    auto again = of_a;
    again = after_failure(again, of_model(FailureReason::rate_limit, "a"), plain, noon + 61s);
    EXPECT_FALSE(rest_of(again, noon + 61s));
    EXPECT_EQ(rest_of(again, noon + 61s, "a")->until, noon + 61s + 5min);
}

TEST(ModelRest, IsNotNotedWhileTheAccountRests) {
    const auto account = after_failure({}, failure(FailureReason::auth), plain, noon);
    EXPECT_EQ(after_failure(account, of_model(FailureReason::timeout, "a"), plain, noon + 1s), account);
    const auto later = after_failure(account, of_model(FailureReason::timeout, "a"), plain, noon + 60s);
    EXPECT_TRUE(rest_of(later, noon + 60s, "a"));
}

TEST(Success, EndsNoRestThatBeganAfterItsRequestWasSent) {
    const auto of_a = after_failure({}, of_model(FailureReason::overloaded, "a"), plain, noon);
    const auto rests_after = [&](TimePoint sent, TimePoint now) {
        return rest_of(after_success(of_a, now, {.model = "a", .sent = sent}), now, "a").has_value();
    };
    EXPECT_TRUE(rests_after(noon - 1ms, noon + 1s));
    EXPECT_FALSE(rests_after(noon, noon + 1s));
    const auto account = after_failure({}, failure(FailureReason::rate_limit), plain, noon);
    const auto account_rests = [&](TimePoint sent, TimePoint now) {
        return after_success(account, now, {.sent = sent}).cooldown_until.has_value();
    };
    EXPECT_TRUE(account_rests(noon - 1ms, noon));
    EXPECT_FALSE(account_rests(noon, noon + 1s));
    EXPECT_FALSE(account_rests(noon - 2s, noon - 1s))
        << "the failure lies in the future: a clock was set back";
}

TEST(Success, KeepsWhatWasSaidLastOfTheModelOrTheAccount) {
    auto usage = after_failure({}, failure(FailureReason::auth), plain, noon);
    usage = after_failure(usage, of_model(FailureReason::timeout, "a"), plain, noon + 2min);
    EXPECT_EQ(after_success(usage, noon + 3min, {.model = "a"}).last_failure_reason, "timeout");
    EXPECT_EQ(after_success(usage, noon + 3min, {.model = "b"}).last_failure_reason, "auth");
    auto earlier = usage;
    earlier.models.front().last_failure = noon - 1min;
    EXPECT_EQ(after_success(earlier, noon + 3min, {.model = "a"}).last_failure_reason, "auth");
    EXPECT_TRUE(after_success(usage, noon + 3min, {.model = "b"}).find_model("a"));
}

TEST(Bench, OutlivesTheModelsThatFailedLongestAgo) {
    UsageStats usage;
    for (int i = 0; i < 32; ++i)
        usage = after_failure(usage, of_model(FailureReason::overloaded, fmt::format("m{}", i)), plain,
                              noon + std::chrono::seconds(i));
    usage = after_bench(usage, {noon, noon + 1h, ""}, "m0");
    EXPECT_EQ(usage.models.size(), 32u);
    usage = after_bench(usage, {noon, noon + 1h, ""}, "new");
    EXPECT_EQ(usage.models.size(), 32u);
    EXPECT_TRUE(usage.find_model("m0"));
    EXPECT_TRUE(usage.find_model("new"));
    EXPECT_FALSE(usage.find_model("m1"));
    // An answer ends what the failure began, and not what a person said.
    const auto answered = after_success(usage, noon + 1min, {.model = "m0"});
    ASSERT_TRUE(answered.find_model("m0"));
    EXPECT_FALSE(answered.find_model("m0")->cooldown_until);
    EXPECT_TRUE(answered.find_model("m0")->bench);
}

TEST(Clear, KeepsTheAccountsOwnWordsWhileItRests) {
    auto usage = after_failure({}, failure(FailureReason::auth), plain, noon);
    ModelTrouble model;
    model.model = "a";
    model.last_failure = noon + 1s;
    model.last_failure_reason = "timeout";
    model.cooldown_until = noon + 1h;
    usage.models.push_back(model);
    EXPECT_EQ(after_clear(usage, "a").last_failure_reason, "auth") << "it is when that rest began";
    EXPECT_EQ(after_clear(usage).last_failure_reason, "timeout");
    EXPECT_FALSE(rest_of(after_clear(usage), noon + 2s));
    EXPECT_EQ(after_clear(usage, "b").models.size(), 1u);
    usage.cooldown_until.reset();
    EXPECT_EQ(after_clear(usage, "a").last_failure_reason, "timeout");
    usage.models.front().last_failure = noon - 1s;
    EXPECT_EQ(after_clear(usage, "a").last_failure_reason, "auth");
    usage.disabled_until = noon + 1h;
    usage.models.front().last_failure = noon + 1s;
    EXPECT_EQ(after_clear(usage, "a").last_failure_reason, "auth");
}

TEST(Standing, SaysWhatUseHasShown) {
    using Word = Standing::Word;
    UsageStats usage;
    EXPECT_EQ(standing_of(usage, "", noon).word, Word::unproven);
    usage = after_success(usage, noon - 3h);
    EXPECT_EQ(standing_of(usage, "", noon).word, Word::proven);
    EXPECT_EQ(last_success_text(standing_of(usage, "", noon), noon), "last worked 3 h ago");
    auto event = failure(FailureReason::auth);
    event.status = 401;
    event.text = "invalid x-api-key";
    usage = after_failure(usage, event, plain, noon - 2min);
    EXPECT_EQ(standing_of(usage, "", noon - 2min).word, Word::resting);
    EXPECT_EQ(standing_of(usage, "", noon).word, Word::refused);
    EXPECT_EQ(last_failure_text(standing_of(usage, "", noon), noon),
              "last refused 2 min ago: 401 invalid x-api-key");
    // The last time it worked, and what was said last, survive each other.
    const auto again = standing_of(after_success(usage, noon), "", noon + 5min);
    EXPECT_EQ(again.word, Word::proven);
    EXPECT_EQ(last_failure_text(again, noon + 5min), "last refused 7 min ago: 401 invalid x-api-key");
    EXPECT_EQ(last_success_text(again, noon + 5min), "last worked 5 min ago");

    auto limit = of_model(FailureReason::rate_limit, "a");
    limit.status = 429;
    limit.text = "429 slow down";
    const auto limited = after_failure({}, limit, plain, noon);
    EXPECT_EQ(standing_of(limited, "a", noon + 61s).word, Word::trial_due);
    EXPECT_EQ(standing_of(limited, "b", noon + 61s).word, Word::unproven);
    EXPECT_EQ(last_failure_text(standing_of(limited, "", noon + 61s), noon + 61s),
              "last refused 1 min ago for a: 429 slow down");
}

}  // namespace
}  // namespace openclaw::auth
