// Rests as the resolver sees them: of one model, of an account, over and on trial, remembered by a gateway.
#include <gtest/gtest.h>

#include "auth/choice/resolver.h"
#include "auth/rests/rest_list.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using namespace std::chrono_literals;
using test::config_of;
using test::noon;
using test::store_of;
using Steady = LiveRests::Steady;

const std::string two_keys =
    R"({"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"1"},
        "a:2":{"type":"api_key","provider":"anthropic","key":"2"}},"order":{"anthropic":["a:1","a:2"]},
        "usageStats":{"a:1":)";

struct World {
    explicit World(const std::string& usage, std::map<std::string, std::string> environment = {})
        : store(store_of(two_keys + usage + "}}")),
          config(config_of("", std::move(environment))),
          index(store, *config, {.fingerprint_key = "host"}) {}

    ResolveRequest request(const std::string& model) const {
        ResolveRequest request;
        request.provider = "anthropic";
        request.model = model;
        request.live = &live;
        return request;
    }
    // Who is chosen, by both ways of asking.
    std::string chosen(const std::string& model, TimePoint now = noon) {
        const auto resolution = resolve(request(model), index, now);
        const auto first = choose(request(model), index, now);
        EXPECT_EQ(first.has_value(), resolution.chosen() != nullptr);
        if (!first) return "-";
        EXPECT_EQ(credential_name(*first), credential_name(*resolution.chosen()));
        EXPECT_EQ(first->trial, resolution.chosen()->trial);
        EXPECT_EQ(first->reason, resolution.chosen()->reason);
        return first->source == Source::profile ? first->profile.text : first->place;
    }
    Candidate candidate(const std::string& id, const std::string& model, TimePoint now = noon) {
        for (const auto& entry : resolve(request(model), index, now).candidates)
            if (entry.profile.text == id || entry.place == id) return entry;
        ADD_FAILURE() << id;
        return {};
    }

    Store store;
    std::shared_ptr<const config::Config> config;
    Index index;
    LiveRests live;
};

TEST(Resting, OfOneModelLeavesTheOthersOnTheSameKeyAlone) {
    World world(R"({"models":{"opus":{"cooldownUntil":@now+4m,"lastFailureAt":@now-1m,
        "lastFailure":{"reason":"rate_limit","status":429}}}})");
    EXPECT_EQ(world.chosen("opus"), "a:2");
    EXPECT_EQ(world.chosen("sonnet"), "a:1");
    EXPECT_EQ(world.chosen(""), "a:1");
    const auto resting = world.candidate("a:1", "opus");
    EXPECT_EQ(resting.verdict, Verdict::cooling);
    EXPECT_EQ(resting.reason, "cooling for opus for another 4 min after 429 rate limit");
    EXPECT_EQ(resting.until, noon + 4min);
}

TEST(Resting, OfTheAccountHoldsForEveryModel) {
    World world(R"({"disabledUntil":@now+5h,"disabledReason":"billing","lastFailureAt":@now-1m,
        "trialAt":@now+29m,"lastFailure":{"reason":"billing","status":402}})");
    EXPECT_EQ(world.chosen("opus"), "a:2");
    const auto resting = world.candidate("a:1", "opus");
    EXPECT_EQ(resting.verdict, Verdict::disabled);
    EXPECT_EQ(resting.reason, "disabled (billing) for another 5 h, tried again in 29 min");
    EXPECT_EQ(resting.until, noon + 5h);
    EXPECT_EQ(resting.ready, noon + 29min);
    EXPECT_EQ(world.chosen("opus", noon + 29min), "a:1");
}

TEST(Resting, IsVoidForAnotherSecretUnderTheSameId) {
    const auto usage = [](const std::string& print) {
        return R"({"disabledUntil":@now+5h,"disabledReason":"billing","lastFailureAt":@now-1m,"credential":")" +
               print + "\"}";
    };
    EXPECT_EQ(World(usage(credential_print(Secret("1"), "host"))).chosen(""), "a:2");
    EXPECT_EQ(World(usage(credential_print(Secret("0"), "host"))).chosen(""), "a:1");
}

TEST(Trial, IsOfOneRequestWhileTheOthersKeepAway) {
    World world(R"({"cooldownUntil":@now-1m,"lastFailureAt":@now-5m})");
    EXPECT_EQ(world.chosen("opus"), "a:1");
    const auto trial = world.candidate("a:1", "opus");
    EXPECT_EQ(trial.trial, "");
    EXPECT_NE(trial.reason.find("its rest is over, and one request tries it"), std::string::npos);

    ASSERT_TRUE(world.live.begin_trial(credential_name(trial), *trial.trial, Steady(2min)));
    EXPECT_FALSE(world.live.begin_trial(credential_name(trial), *trial.trial, Steady(2min)));
    EXPECT_EQ(world.chosen("opus"), "a:2");
    EXPECT_EQ(world.candidate("a:1", "sonnet").verdict, Verdict::on_trial);
    EXPECT_FALSE(world.candidate("a:1", "opus").trial);

    world.live.forget_trials(Steady(1min));
    EXPECT_EQ(world.chosen("opus"), "a:2");
    world.live.forget_trials(Steady(2min));  // a request that hangs benches nobody
    EXPECT_EQ(world.chosen("opus"), "a:1");
}

TEST(Trial, OfOneModelConcernsThatModelOnly) {
    World world(R"({"models":{"opus":{"cooldownUntil":@now-1m,"lastFailureAt":@now-5m}}})");
    const auto trial = world.candidate("a:1", "opus");
    EXPECT_EQ(trial.trial, "opus");
    world.live.begin_trial(credential_name(trial), *trial.trial, Steady(2min));
    EXPECT_EQ(world.chosen("opus"), "a:2");
    EXPECT_EQ(world.chosen("sonnet"), "a:1");
}

TEST(Trial, DoesNotRefuseAnybodyWhenNothingElseIsUsable) {
    World world(R"({"cooldownUntil":@now-1m,"lastFailureAt":@now-5m},"a:2":{"cooldownUntil":@now+9m})");
    world.live.begin_trial(credential_name(world.candidate("a:1", "")), "", Steady(2min));
    EXPECT_EQ(world.chosen("opus"), "a:1");
    EXPECT_NE(world.candidate("a:1", "opus").reason.find("but nothing else is usable"), std::string::npos);
}

TEST(Trial, IsNotJoinedByASessionThatMerelyPrefersTheCredential) {
    World world(R"({"cooldownUntil":@now-1m,"lastFailureAt":@now-5m})");
    world.live.begin_trial(credential_name(world.candidate("a:1", "")), "", Steady(2min));
    auto request = world.request("opus");
    request.pinned = ProfileId{"a:1"};
    EXPECT_EQ(choose(request, world.index, noon)->profile.text, "a:2");
    request.pin_is_locked = true;
    EXPECT_EQ(choose(request, world.index, noon)->profile.text, "a:1");
}

TEST(Trial, IsNotWantedLongAfterARestNorWhenTheClockWasSetBack) {
    World world(R"({"cooldownUntil":@now+1m,"lastFailureAt":@now})");
    EXPECT_EQ(world.candidate("a:1", "", noon + 61s).trial, "");
    EXPECT_FALSE(world.candidate("a:1", "", noon + 25h).trial);
    EXPECT_EQ(world.chosen("", noon - 1h), "a:1");
    EXPECT_FALSE(world.candidate("a:1", "", noon - 1h).trial);
}

const std::string kept_away = R"({"benched":{"since":@now-1m,"until":@now+9m}})";  // by a person

// Both keys rest, by a guess of ours or otherwise.
std::string both_rest(const std::string& first, const std::string& second) {
    return first + R"(,"a:2":)" + second;
}

TEST(OnDemand, IsTriedWhatRestsByAGuessWhenNothingElseIsUsable) {
    const std::string guessed = R"({"cooldownUntil":@now+9m,"lastFailureAt":@now-1m,
        "lastFailure":{"reason":"rate_limit","status":429}})";
    const std::string named = R"({"cooldownUntil":@now+4m,"lastFailureAt":@now-1m,
        "lastFailure":{"reason":"rate_limit","status":429,"endIsNamed":true}})";
    World world(both_rest(guessed, named));
    EXPECT_EQ(world.chosen("opus"), "a:1");
    const auto tried = world.candidate("a:1", "opus");
    EXPECT_TRUE(tried.on_demand);
    EXPECT_EQ(tried.trial, "");
    EXPECT_EQ(tried.reason, "cooling for another 9 min after 429 rate limit; resting, tried on demand");
    EXPECT_EQ(world.candidate("a:2", "opus").reason, "cooling for another 4 min after 429 rate limit");

    auto ready = world.request("opus");
    ready.on_demand = false;
    EXPECT_FALSE(choose(ready, world.index, noon));
    EXPECT_EQ(World(both_rest(named, named)).chosen("opus"), "-");
    EXPECT_EQ(World(both_rest(guessed, "{}")).chosen("opus"), "a:2") << "that one is ready";
}

TEST(OnDemand, IsOneRequestAtATimeAndNotSoonAfterTheLast) {
    World world(both_rest(R"({"models":{"opus":{"cooldownUntil":@now+1m,"lastFailureAt":@now,
        "lastFailure":{"reason":"overloaded","status":529}}}})",
                          R"({"benched":{"since":@now-1m,"until":@now+9h}})"));
    EXPECT_EQ(world.chosen("opus"), "-");
    EXPECT_EQ(world.candidate("a:1", "opus").reason,
              "cooling for opus for another 1 min after 529 overloaded; resting, tried on demand in 5 s");
    EXPECT_EQ(resolve(world.request("opus"), world.index, noon).ready_at(), noon + 5s);
    EXPECT_EQ(world.chosen("opus", noon + 4999ms), "-");
    EXPECT_EQ(world.chosen("opus", noon + 5s), "a:1");
    const auto tried = world.candidate("a:1", "opus", noon + 5s);
    EXPECT_EQ(tried.trial, "opus");
    ASSERT_TRUE(world.live.begin_trial(credential_name(tried), *tried.trial, Steady(2min)));
    EXPECT_EQ(world.chosen("opus", noon + 6s), "-") << "another request tries it";
    EXPECT_EQ(world.chosen("sonnet", noon + 6s), "a:1") << "that model doesn't rest";
}

TEST(OnDemand, ComesOnceAMinuteAfterARefusalAndAfterWhatWasNotRefused) {
    const std::string refused = R"({"cooldownUntil":@now+1h,"lastFailureAt":@now-61s,
        "lastFailure":{"reason":"auth","status":401}})";
    const std::string just_refused = R"({"cooldownUntil":@now+1h,"lastFailureAt":@now-59s,
        "lastFailure":{"reason":"auth","status":401}})";
    const std::string limited = R"({"cooldownUntil":@now+2h,"lastFailureAt":@now-10s,
        "failureCounts":{"rate_limit":4}})";
    EXPECT_EQ(World(both_rest(refused, just_refused)).chosen("opus"), "a:1");
    EXPECT_EQ(World(both_rest(just_refused, just_refused)).chosen("opus"), "-");
    EXPECT_EQ(World(both_rest(refused, limited)).chosen("opus"), "a:2") << "though it rests longer";
    const std::string of_the_reference =
        R"({"cooldownUntil":@now+1h,"lastFailureAt":@now-30s,"failureCounts":{"auth":3}})";
    EXPECT_EQ(World(both_rest(of_the_reference, just_refused)).chosen("opus"), "-");
}

TEST(LiveRests, HoldVariablesAndConfigKeysBackToo) {
    const std::string both = both_rest(kept_away, kept_away);
    World world(both, {{"ANTHROPIC_API_KEY", "env-key"}});
    EXPECT_EQ(world.chosen("opus"), "ANTHROPIC_API_KEY");
    const auto variable = world.candidate("ANTHROPIC_API_KEY", "opus");
    const FailureEvent limit{.reason = FailureReason::rate_limit,
                             .retry_after = {},
                             .status = 429,
                             .text = "slow down",
                             .model = "opus",
                             .credential = credential_print(*variable.secret, "host")};
    const CooldownRules rules{.failure_window = 24h, .billing_base = 5h, .billing_max = 24h};
    world.live.update(credential_name(variable), [&](UsageStats before) {
        return after_failure(std::move(before), limit, rules, noon);
    });
    EXPECT_EQ(world.chosen("opus"), "-");
    EXPECT_EQ(world.chosen("sonnet"), "ANTHROPIC_API_KEY");
    EXPECT_EQ(world.candidate("ANTHROPIC_API_KEY", "opus").reason,
              "cooling for opus for another 1 min after 429 rate limit; resting, tried on demand in 5 s");
    EXPECT_EQ(resolve(world.request("opus"), world.index, noon).ready_at(), noon + 5s);
    EXPECT_EQ(world.candidate("ANTHROPIC_API_KEY", "opus", noon + 61s).trial, "opus");

    // Another value of the same variable starts clean.
    World changed(both, {{"ANTHROPIC_API_KEY", "another"}});
    changed.live = world.live;
    EXPECT_EQ(changed.chosen("opus"), "ANTHROPIC_API_KEY");

    EXPECT_TRUE(clear_live(world.live, {.name = "OPENAI_API_KEY"}).empty());
    EXPECT_EQ(clear_live(world.live, {.name = "env: ANTHROPIC_API_KEY", .model = "opus"}).size(), 1u);
    EXPECT_EQ(world.chosen("opus"), "ANTHROPIC_API_KEY");
}

TEST(RestList, SaysWhoRestsForWhatWhyAndUntilWhen) {
    World world(R"({"disabledUntil":@now+5h,"disabledReason":"billing","lastFailureAt":@now-10m,
        "trialAt":@now+20m,"lastFailure":{"reason":"billing","status":402,"text":"no credit"},
        "models":{"opus":{"cooldownUntil":@now-1m,"lastFailureAt":@now-2m,
            "lastFailure":{"reason":"rate_limit","status":429}}}},
        "a:2":{"benched":{"since":@now-5m,"until":@now+25m,"why":"audit"}})");
    const auto rows =
        list_rests({.store = world.store, .fingerprint_key = "host", .live = &world.live, .now = noon});
    std::vector<std::string> lines;
    for (const auto& row : rows) lines.push_back(rest_line(row.as_object(), noon));
    EXPECT_EQ(lines,
              (std::vector<std::string>{
                  "a:1 [opus] rate limit (HTTP 429), 2 min ago; its rest is over; the next request "
                  "tries it",
                  "a:2 [account] set by a person: audit, 5 min ago; rests for another 25 min",
                  "a:1 [account] billing: 402 no credit, 10 min ago; rests for another 5 h, tried again "
                  "in 20 min"}));
    const auto ids = [](const std::vector<ProfileId>& list) {
        std::string text;
        for (const auto& id : list) text += id.text + " ";
        return text;
    };
    EXPECT_EQ(ids(clearable_profiles(world.store, {})), "a:1 a:2 ");
    EXPECT_EQ(ids(clearable_profiles(world.store, {.model = "opus"})), "a:1 ");
    EXPECT_EQ(ids(clearable_profiles(world.store, {.name = "a:2"})), "a:2 ");
    EXPECT_EQ(ids(clearable_profiles(world.store, {.provider = "openai"})), "");
}

}  // namespace
}  // namespace openclaw::auth
