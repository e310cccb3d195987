#include "chat/sessions/transcript_entries.h"
#include "chat_world.h"

namespace openclaw::chat {
namespace {

using auth::FailureReason;
using test::fails;
using test::says;
using Names = std::vector<std::string>;

TEST(Failover, TakesTheNextCredentialAtOnceAndLetsTheFirstRest) {
    struct Case {
        FailureReason reason;
        int status;
        const char* rest;
    };
    for (const auto& [reason, status, rest] :
         {Case{FailureReason::auth, 401, "Until"}, Case{FailureReason::billing, 402, "disabledUntil"},
          Case{FailureReason::rate_limit, 429, "cooldownUntil"},
          Case{FailureReason::overloaded, 529, "cooldownUntil"}}) {
        ChatWorld world;
        world.provider.script("anthropic:work", {fails(reason, status)});
        world.provider.script("anthropic:home", {says("hello")});
        const auto outcome = world.say("hi");
        EXPECT_EQ(outcome.state, RunOutcome::State::final) << status;
        EXPECT_EQ(outcome.text, "hello");
        EXPECT_EQ(outcome.credential, "anthropic:home");
        EXPECT_EQ(world.provider.credentials_seen(), (Names{"anthropic:work", "anthropic:home"})) << status;
        ASSERT_EQ(outcome.notices.size(), 1U);
        EXPECT_NE(outcome.notices[0].find("anthropic:work"), std::string::npos);
        EXPECT_NE(outcome.notices[0].find(fmt::format("HTTP {}", status)), std::string::npos);
        EXPECT_NE(world.store_text()->find(rest), std::string::npos) << status;

        // The next message goes to the one that answered, without trying the first again.
        EXPECT_EQ(world.say("again").text, "hello");
        EXPECT_EQ(world.provider.seen().size(), 3U);
        EXPECT_EQ(world.pin(), "anthropic:home");
    }
}

TEST(Failover, AsksEachCredentialOnceAndSendsTheMessageOnce) {
    ChatWorld world;
    world.provider.script("anthropic:work", {fails(FailureReason::rate_limit, 429)});
    world.provider.script("anthropic:home", {fails(FailureReason::rate_limit, 429)});
    const auto outcome = world.say("hi");
    EXPECT_EQ(outcome.state, RunOutcome::State::error);
    EXPECT_EQ(world.provider.credentials_seen(), (Names{"anthropic:work", "anthropic:home"}));
    for (const auto& seen : world.provider.seen()) {
        ASSERT_EQ(seen.request.messages.size(), 1U);
        EXPECT_EQ(seen.request.messages[0].text, "hi");
    }
    int users = 0;
    for (const auto& line : world.transcript())
        if (const auto* message = object_at(line, "message")) users += string_at(*message, "role") == "user";
    EXPECT_EQ(users, 1);
}

TEST(Failover, TellsWhoFailedHowUntilWhenAndWhatToDo) {
    ChatWorld world;
    for (const auto* name : {"anthropic:work", "anthropic:home"})
        world.provider.script(name, {fails(FailureReason::rate_limit, 429, "slow down")});
    const auto outcome = world.say("hi");
    ASSERT_TRUE(outcome.error);
    for (const auto* part :
         {"anthropic:work", "anthropic:home", "rate limited (HTTP 429)", "rests for 1 min", "slow down"})
        EXPECT_NE(outcome.error->message.find(part), std::string::npos) << outcome.error->message;
    EXPECT_NE(outcome.error->hint.find("openclaw models auth paste-api-key --provider anthropic"),
              std::string::npos);
    EXPECT_EQ(world.count(RunEvent::Kind::error, outcome.run_id), 1);
    EXPECT_EQ(world.count(RunEvent::Kind::final, outcome.run_id), 0);
}

TEST(Failover, SendsNothingWhileEveryCredentialRests) {
    ChatWorld world;
    for (const auto* name : {"anthropic:work", "anthropic:home"})
        world.provider.script(name, {fails(FailureReason::rate_limit, 429), says("back")});
    world.say("hi");
    const auto resting = world.say("hello?");
    EXPECT_EQ(resting.state, RunOutcome::State::error);
    EXPECT_NE(resting.error->message.find("all credentials for anthropic rest"), std::string::npos);
    EXPECT_NE(resting.error->hint.find("try again in 5 s"), std::string::npos) << resting.error->hint;
    EXPECT_NE(resting.error->hint.find("openclaw models auth cooldown clear --provider anthropic"),
              std::string::npos);
    EXPECT_EQ(resting.again_in, std::chrono::seconds(5));
    EXPECT_EQ(world.provider.seen().size(), 2U) << "nothing was sent";

    world.clock.advance(std::chrono::minutes(2));
    EXPECT_EQ(world.say("and now?").text, "back");
}

TEST(Failover, GoesToTheNextModelWhenNoCredentialIsLeft) {
    ChatWorld world(R"({"agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-4-5",
        "fallbacks":["openai/gpt-5.2"]}}},
        "models":{"providers":{"openai":{"baseUrl":"http://127.0.0.1:1/v1","apiKey":"sk-openai-0123456789",
                  "models":[]}}}})");
    for (const auto* name : {"anthropic:work", "anthropic:home"})
        world.provider.script(name, {fails(FailureReason::rate_limit, 429)});
    const auto outcome = world.say("hi");
    EXPECT_EQ(outcome.state, RunOutcome::State::final) << (outcome.error ? outcome.error->message : "");
    ASSERT_TRUE(outcome.model);
    EXPECT_EQ(outcome.model->key(), "openai/gpt-5.2");
    ASSERT_EQ(outcome.notices.size(), 1U);
    EXPECT_NE(outcome.notices[0].find("answered by openai/gpt-5.2"), std::string::npos) << outcome.notices[0];
    EXPECT_EQ(string_at(world.session(), "model"), "gpt-5.2");
    EXPECT_EQ(world.provider.seen().back().secret, "sk-openai-0123456789");
}

TEST(Failover, TriesNobodyElseWhenTheRequestIsAtFault) {
    for (const auto reason : {FailureReason::format, FailureReason::overflow}) {
        ChatWorld world;
        world.provider.script("anthropic:work", {fails(reason, 400)});
        const auto outcome = world.say("hi");
        EXPECT_EQ(outcome.state, RunOutcome::State::error);
        EXPECT_EQ(world.provider.seen().size(), 1U);
        const auto store = *world.store_text();
        EXPECT_EQ(store.find("cooldownUntil"), store.npos);
    }
}

TEST(Failover, TriesOnceMoreAfterNetworkTroubleAndLetsNobodyRest) {
    ChatWorld world;
    world.provider.script("anthropic:work", {fails(FailureReason::network, 0), says("hello")});
    EXPECT_EQ(world.say("hi").text, "hello");
    world.provider.script("anthropic:work", {fails(FailureReason::network, 0)});
    const auto outcome = world.say("hi");
    EXPECT_EQ(outcome.state, RunOutcome::State::error);
    EXPECT_EQ(world.provider.credentials_seen(), Names(4, "anthropic:work"));
    const auto store = *world.store_text();
    EXPECT_EQ(store.find("cooldownUntil"), store.npos);
}

TEST(Failover, NeverEndsACutStreamAsAnAnswerNorStartsItAgain) {
    ChatWorld world;
    auto cut = fails(FailureReason::network, 0, "the connection ended early");
    cut.deltas = {"Once upon ", "a ti"};
    world.provider.script("anthropic:work", {cut, says("whole")});
    const auto outcome = world.say("tell me a story");
    EXPECT_EQ(outcome.state, RunOutcome::State::error);
    EXPECT_EQ(outcome.text, "Once upon a ti");
    EXPECT_NE(outcome.error->message.find("cut off"), std::string::npos);
    EXPECT_EQ(world.provider.seen().size(), 1U);
    const auto lines = world.transcript();
    const auto& message = lines.back().at("message").as_object();
    EXPECT_EQ(string_at(message, "stopReason"), "error");
    EXPECT_EQ(text_of_content(message), "Once upon a ti");

    // What was cut is not presented to the model as an answer that it gave.
    world.say("again");
    const auto& messages = world.provider.seen().back().request.messages;
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].text, "tell me a story\n\nagain");
}

TEST(Failover, RefusesADamagedStoreWithoutGuessing) {
    ChatWorld world;
    world.files.put(ChatWorld::store_path, "{\"version\": 1, \"pro");
    const auto outcome = world.say("hi");
    EXPECT_EQ(outcome.state, RunOutcome::State::error);
    EXPECT_EQ(outcome.error->code, Code::corrupt);
    EXPECT_TRUE(world.provider.seen().empty());
    EXPECT_EQ(world.store_text(), "{\"version\": 1, \"pro");
}

// An editor that writes in place shows half a file for a moment.
TEST(Failover, GoesOnWithWhatItReadLastWhileTheStoreIsBeingWritten) {
    ChatWorld world;
    EXPECT_EQ(world.say("hi").state, RunOutcome::State::final);
    for (const std::string half : {"", "{\"version\": 1, \"pro"}) {
        world.files.put(ChatWorld::store_path, half);
        EXPECT_EQ(world.say("and now?").state, RunOutcome::State::final) << half;
        EXPECT_EQ(world.store_text(), half) << "nothing is written to it";
    }
    world.clock.advance(std::chrono::seconds(2));
    const auto outcome = world.say("still?");
    ASSERT_EQ(outcome.state, RunOutcome::State::error);
    EXPECT_EQ(outcome.error->code, Code::corrupt);
}

TEST(Failover, NeverLogsOrTellsASecret) {
    ChatWorld world;
    world.provider.script("anthropic:work", {fails(FailureReason::auth, 401)});
    world.provider.script("anthropic:home", {fails(FailureReason::auth, 401)});
    const auto outcome = world.say("hi");
    auto text = outcome.error->message + outcome.error->hint;
    for (const auto& line : world.log.lines()) text += line;
    for (const auto& path : world.files.all_paths())
        if (path != ChatWorld::store_path) text += world.files.text_of(path).value_or("");
    EXPECT_EQ(text.find("0123456789"), text.npos);
    EXPECT_FALSE(world.log.lines().empty());
}

}  // namespace
}  // namespace openclaw::chat
