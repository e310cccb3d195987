// How turns meet rests: of one model, on trial, after a top-up, of what isn't stored.
#include "chat_world.h"

namespace openclaw::chat {
namespace {

using namespace std::chrono_literals;
using auth::FailureReason;
using test::fails;
using test::says;
using Names = std::vector<std::string>;

const std::string one_key = R"({"version":1,"profiles":{
    "anthropic:work":{"type":"api_key","provider":"anthropic","key":"sk-ant-work-0123456789"}}})";

test::ScriptedStep waits(std::string text) {
    auto step = says(std::move(text));
    step.waits = true;
    return step;
}

// One answer of a model outside every session; who answered, or "error".
std::string ask(ChatWorld& world, const std::string& model) {
    AnswerRequest request{.asked_by = access::Doorman::this_process()};
    request.agent_id = "main";
    request.models = {{"anthropic", model}};
    request.messages = {{providers::Message::Role::user, "hi"}};
    const auto answer = world.loop.run_until(world.chat->answer(std::move(request)));
    return answer ? answer->credential.profile.text : "error";
}

json::object usage_of(ChatWorld& world, const std::string& id) {
    const auto document = parse_json(*world.store_text());
    const auto* all = object_at(document->as_object(), "usageStats");
    const auto* usage = all != nullptr ? object_at(*all, id) : nullptr;
    return usage != nullptr ? *usage : json::object{};
}

TEST(Rests, OfOneModelLeaveTheOtherModelsOnTheSameKeyAlone) {
    ChatWorld world;
    world.provider.script("anthropic:work", {fails(FailureReason::rate_limit, 429), says("sonnet")});
    EXPECT_EQ(ask(world, "claude-opus-4-5"), "anthropic:home");
    EXPECT_EQ(ask(world, "claude-sonnet-4-5"), "anthropic:work");
    EXPECT_EQ(ask(world, "claude-opus-4-5"), "anthropic:home") << "that one still rests";
    const auto usage = usage_of(world, "anthropic:work");
    EXPECT_FALSE(usage.contains("cooldownUntil"));
    EXPECT_TRUE(object_at(*object_at(usage, "models"), "claude-opus-4-5")->contains("cooldownUntil"));
}

TEST(Rests, OfTheAccountWhenTheProviderSaysSoHoldForEveryModel) {
    ChatWorld world;
    auto limit = fails(FailureReason::rate_limit, 429);
    limit.failure->scope = auth::FailureScope::account;
    world.provider.script("anthropic:work", {limit, says("no")});
    ask(world, "claude-opus-4-5");
    EXPECT_EQ(ask(world, "claude-sonnet-4-5"), "anthropic:home");
}

TEST(Trial, IsOneOfTwoRequestsThatComeTogether) {
    ChatWorld world;
    world.provider.script("anthropic:work",
                          {fails(FailureReason::rate_limit, 429), waits("back"), says("b")});
    world.provider.script("anthropic:home", {says("home")});
    world.say("hi", "first");
    world.clock.advance(61s);
    const auto trial = world.start("one", "second");
    world.until([&] { return world.provider.waiting() == 1; });
    EXPECT_EQ(world.say("two", "third").credential, "anthropic:home");
    world.provider.release();
    EXPECT_EQ(world.outcome(trial).text, "back");
    EXPECT_EQ(world.provider.credentials_seen(),
              (Names{"anthropic:work", "anthropic:home", "anthropic:work", "anthropic:home"}));
    EXPECT_FALSE(usage_of(world, "anthropic:work").contains("models")) << "the rest is over for good";
    EXPECT_TRUE(usage_of(world, "anthropic:work").contains("lastFailure"));
}

TEST(Trial, BeginsTheNextRungWhenItFails) {
    ChatWorld world;
    world.provider.script("anthropic:work", {fails(FailureReason::auth, 401)});
    ask(world, "claude-opus-4-5");
    world.clock.advance(61s);
    EXPECT_EQ(ask(world, "claude-opus-4-5"), "anthropic:home");
    EXPECT_EQ(integer_at(usage_of(world, "anthropic:work"), "cooldownUntil"),
              to_ms(world.clock.now() + 5min));
    world.clock.advance(61s);
    ask(world, "claude-opus-4-5");
    EXPECT_EQ(world.provider.credentials_seen(), (Names{"anthropic:work", "anthropic:home", "anthropic:work",
                                                        "anthropic:home", "anthropic:home"}));
}

TEST(Trial, RefusesNobodyWhoHasOneKeyOnly) {
    ChatWorld world;
    world.files.put(ChatWorld::store_path, one_key);
    world.provider.script("anthropic:work",
                          {fails(FailureReason::rate_limit, 429), waits("back"), says("me too")});
    world.say("hi", "first");
    world.clock.advance(61s);
    const auto trial = world.start("one", "second");
    world.until([&] { return world.provider.waiting() == 1; });
    EXPECT_EQ(world.say("two", "third").text, "me too");
    world.provider.release();
    EXPECT_EQ(world.outcome(trial).text, "back");
}

TEST(Trial, IsHandedOnWhenItsRequestIsAborted) {
    ChatWorld world;
    world.provider.script("anthropic:work",
                          {fails(FailureReason::rate_limit, 429), waits("never"), says("back")});
    world.say("hi", "first");
    world.clock.advance(61s);
    const auto trial = world.start("one", "second");
    world.until([&] { return world.provider.waiting() == 1; });
    world.chat->abort(world.me, "second", "", "stop");
    EXPECT_EQ(world.outcome(trial).state, RunOutcome::State::aborted);
    EXPECT_EQ(world.say("two", "third").credential, "anthropic:work");
}

test::ScriptedStep limits_for(Milliseconds time) {
    auto step = fails(FailureReason::rate_limit, 429, "slow down");
    step.failure->retry_after = time;
    return step;
}

TEST(OnDemand, ASoleKeyIsTriedAgainAfterAGuessedRest) {
    for (const auto& [reason, status] :
         {std::pair{FailureReason::rate_limit, 429}, std::pair{FailureReason::overloaded, 529},
          std::pair{FailureReason::timeout, 0}, std::pair{FailureReason::server_error, 500}}) {
        ChatWorld world;
        world.files.put(ChatWorld::store_path, one_key);
        world.provider.script("anthropic:work", {fails(reason, status), fails(reason, status), says("back")});
        EXPECT_TRUE(world.say("hi").error);
        EXPECT_TRUE(world.say("at once").error);
        EXPECT_EQ(world.provider.seen().size(), 1U) << "not within 5 s";
        world.clock.advance(5s);
        EXPECT_TRUE(world.say("again").error);
        EXPECT_EQ(world.provider.seen().size(), 2U) << status;
        world.clock.advance(4s);
        EXPECT_TRUE(world.say("and again").error);
        EXPECT_EQ(world.provider.seen().size(), 2U) << "5 s after the last try";
        world.clock.advance(1s);
        const auto answered = world.say("now");
        EXPECT_EQ(answered.text, "back");
        EXPECT_TRUE(answered.notices.empty()) << answered.notices.front();
        EXPECT_FALSE(usage_of(world, "anthropic:work").contains("models")) << "the rest is over";
        EXPECT_EQ(world.say("and on").text, "back");
    }
}

TEST(OnDemand, IsOneOfManyRequestsThatComeTogether) {
    ChatWorld world;
    world.files.put(ChatWorld::store_path, one_key);
    world.provider.script("anthropic:work", {fails(FailureReason::rate_limit, 429), waits("back")});
    world.say("hi", "first");
    world.clock.advance(5s);
    const auto tried = world.start("one", "second");
    world.until([&] { return world.provider.waiting() == 1; });
    for (const auto* session : {"third", "fourth"}) {
        const auto refused = world.say("two", session);
        ASSERT_TRUE(refused.error);
        EXPECT_EQ(refused.again_in, 5s);
    }
    world.provider.release();
    EXPECT_EQ(world.outcome(tried).text, "back");
    EXPECT_EQ(world.provider.seen().size(), 2U);
}

TEST(OnDemand, OfASoleKeyThatWasRefusedComesOnceAMinute) {
    ChatWorld world;
    world.files.put(ChatWorld::store_path, one_key);
    const auto refuses = fails(FailureReason::auth, 401, "invalid x-api-key");
    world.provider.script("anthropic:work", {refuses, refuses, refuses, says("back")});
    for (int i = 0; i < 3; ++i) {  // the ladder of 1, 5, 25 min is for those who have another
        EXPECT_TRUE(world.say("hi").error);
        world.clock.advance(59s);
        const auto refused = world.say("too soon");
        ASSERT_TRUE(refused.error);
        EXPECT_NE(refused.error->hint.find("cooldown clear --provider anthropic"), std::string::npos);
        EXPECT_EQ(world.provider.seen().size(), static_cast<std::size_t>(i) + 1);
        world.clock.advance(1s);
    }
    EXPECT_EQ(world.say("now").text, "back");
}

TEST(OnDemand, NeverShortensWhatTheProviderNamed) {
    ChatWorld world;
    world.files.put(ChatWorld::store_path, one_key);
    world.provider.script("anthropic:work",
                          {fails(FailureReason::rate_limit, 429), limits_for(90s), says("back")});
    world.say("hi");
    world.clock.advance(10s);
    EXPECT_EQ(world.say("again").again_in, 90s);
    world.clock.advance(89s);
    const auto refused = world.say("too soon");
    ASSERT_TRUE(refused.error);
    EXPECT_EQ(refused.reason, FailureReason::rate_limit);
    EXPECT_EQ(refused.again_in, 1s);
    EXPECT_EQ(world.provider.seen().size(), 2U);
    world.clock.advance(1s);
    EXPECT_EQ(world.say("now").text, "back");
}

TEST(OnDemand, IsLeftAloneWhileAnotherModelCanAnswer) {
    ChatWorld world(R"({"agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-4-5",
        "fallbacks":["anthropic/claude-sonnet-4-5"]}}}})");
    world.files.put(ChatWorld::store_path, one_key);
    world.provider.script("anthropic:work",
                          {fails(FailureReason::rate_limit, 429), says("sonnet"), says("sonnet"),
                           fails(FailureReason::overloaded, 529), says("opus")});
    world.say("hi");
    world.clock.advance(30s);
    const auto answered = world.say("again");
    EXPECT_EQ(answered.model->model, "claude-sonnet-4-5");
    ASSERT_EQ(answered.notices.size(), 1U);
    EXPECT_NE(answered.notices[0].find("answered by anthropic/claude-sonnet-4-5"), std::string::npos);
    EXPECT_EQ(world.say("and again").model->model, "claude-opus-4-5") << "once the other one fails too";
}

TEST(OnDemand, AnAbortedTryIsNotFollowedAtOnce) {
    ChatWorld world;
    world.files.put(ChatWorld::store_path, one_key);
    world.provider.script("anthropic:work",
                          {fails(FailureReason::rate_limit, 429), waits("never"), says("b")});
    world.say("hi", "first");
    world.clock.advance(5s);
    const auto tried = world.start("one", "second");
    world.until([&] { return world.provider.waiting() == 1; });
    world.chat->abort(world.me, "second", "", "stop");
    EXPECT_EQ(world.outcome(tried).state, RunOutcome::State::aborted);
    EXPECT_TRUE(world.say("two", "third").error);
    world.clock.advance(5s);
    EXPECT_EQ(world.say("two", "third").text, "b");
}

TEST(Billing, RecoversByItselfWithinOneIntervalAfterATopUp) {
    ChatWorld world;
    world.files.put(ChatWorld::store_path, one_key);
    world.provider.script("anthropic:work", {fails(FailureReason::billing, 402, "no credit"), says("paid")});
    world.say("hi");
    const auto refused = world.say("hello?");
    ASSERT_TRUE(refused.error);
    EXPECT_NE(refused.error->hint.find("try again in 30 min"), std::string::npos) << refused.error->hint;
    EXPECT_EQ(world.provider.seen().size(), 1U);
    EXPECT_EQ(integer_at(usage_of(world, "anthropic:work"), "disabledUntil"), to_ms(world.clock.now() + 5h));
    world.clock.advance(30min);
    EXPECT_EQ(world.say("and now?").text, "paid");
    EXPECT_FALSE(usage_of(world, "anthropic:work").contains("disabledUntil"));
}

TEST(Billing, IsForgottenAtOnceWhenTheKeyIsReplacedByHand) {
    ChatWorld world;
    world.files.put(ChatWorld::store_path, one_key);
    world.provider.script("anthropic:work", {fails(FailureReason::billing, 402), says("paid")});
    world.say("hi");
    auto text = *world.store_text();
    EXPECT_EQ(text.find("sk-ant-work"), text.rfind("sk-ant-work")) << "the record holds no key";
    text.replace(text.find("sk-ant-work"), 11, "sk-ant-next");
    world.files.put(ChatWorld::store_path, text);
    EXPECT_EQ(world.say("and now?").text, "paid");
    EXPECT_EQ(world.provider.seen().back().secret, "sk-ant-next-0123456789");
}

TEST(Rests, HoldVariablesBackInMemory) {
    ChatWorld world;
    world.files.put(ChatWorld::store_path, R"({"version":1,"profiles":{}})");
    world.variables["ANTHROPIC_API_KEY"] = Secret("sk-ant-env-0123456789");
    world.reload();
    world.provider.script("ANTHROPIC_API_KEY", {fails(FailureReason::rate_limit, 429), says("back")});
    EXPECT_TRUE(world.say("hi").error);
    const auto refused = world.say("hello?");
    ASSERT_TRUE(refused.error);
    EXPECT_NE(refused.error->message.find("ANTHROPIC_API_KEY (environment): cooling for claude-opus-4-5"),
              std::string::npos)
        << refused.error->message;
    EXPECT_EQ(world.provider.seen().size(), 1U);
    EXPECT_EQ(world.loop.run_until(world.owner->rests("main", world.config))->size(), 1U);
    const auto cleared =
        world.loop.run_until(world.owner->clear_rests("main", {.provider = "anthropic"}, world.config));
    EXPECT_EQ(cleared, Names{"ANTHROPIC_API_KEY"});
    EXPECT_EQ(world.say("and now?").text, "back");
}

TEST(Rests, EndAtOnceWhenAPersonClearsThem) {
    ChatWorld world;
    world.files.put(ChatWorld::store_path, one_key);
    world.provider.script("anthropic:work", {fails(FailureReason::auth, 401, "bad key"), says("back")});
    world.say("hi");
    const auto rows = world.loop.run_until(world.owner->rests("main", world.config));
    ASSERT_EQ(rows->size(), 1U);
    EXPECT_EQ(string_at((*rows)[0].as_object(), "said"), "bad key");
    EXPECT_EQ(
        world.loop.run_until(world.owner->clear_rests("main", {.name = "anthropic:work"}, world.config)),
        Names{"anthropic:work"});
    EXPECT_EQ(world.loop.run_until(world.owner->rests("main", world.config))->size(), 0U);
    EXPECT_EQ(world.say("and now?").text, "back");
    EXPECT_EQ(world.loop.run_until(world.owner->clear_rests("main", {}, world.config)), Names{});
    EXPECT_FALSE(world.loop.run_until(world.owner->clear_rests("nobody", {}, world.config)));
}

}  // namespace
}  // namespace openclaw::chat
