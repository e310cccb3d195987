#include "chat_world.h"

namespace openclaw::chat {
namespace {

using auth::FailureReason;
using test::fails;
using test::says;
using State = RunOutcome::State;
using Kind = RunEvent::Kind;

TEST(Conversation, StartsAfreshOnNewAndKeepsModelAndCredential) {
    ChatWorld world(R"({"agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-4-5"}}}})");
    world.say("remember this");
    const auto first_id = std::string(*string_at(world.session(), "sessionId"));
    world.say("/model anthropic/claude-sonnet-4-5@anthropic:home");
    const auto reply = world.say("/new");
    EXPECT_EQ(
        reply.text,
        "✅ New session started · model: anthropic/claude-sonnet-4-5 (default: anthropic/claude-opus-4-5)");
    EXPECT_NE(string_at(world.session(), "sessionId"), first_id);
    EXPECT_EQ(world.pin(), "anthropic:home");
    world.say("hello");
    const auto& seen = world.provider.seen().back();
    EXPECT_EQ(seen.credential, "anthropic:home");
    EXPECT_EQ(seen.request.model.model, "claude-sonnet-4-5");
    EXPECT_EQ(seen.request.messages.size(), 1U);
    EXPECT_TRUE(world.files.text_of("/state/agents/main/sessions/" + first_id + ".jsonl"))
        << "the old one stays";
}

TEST(Conversation, StartsAfreshAndGoesOnWithTheRestOfTheMessage) {
    ChatWorld world;
    world.say("before");
    const auto outcome = world.say("/new what now?");
    EXPECT_EQ(outcome.text, "echo: what now?");
    EXPECT_EQ(world.provider.seen().back().request.messages.size(), 1U);
    EXPECT_EQ(world.count(Kind::final, outcome.run_id), 1);
}

TEST(Conversation, StartsAfreshByItselfAfterTheDailyBoundary) {
    ChatWorld world;
    world.say("yesterday");
    world.clock.advance(std::chrono::hours(10));
    world.say("still today");
    EXPECT_EQ(world.provider.seen().back().request.messages.size(), 3U);
    world.clock.advance(std::chrono::hours(10));  // past 4 in the morning
    world.say("today");
    EXPECT_EQ(world.provider.seen().back().request.messages.size(), 1U);
}

TEST(Conversation, StartsAfreshAtTheHourOfTheHostsZone) {
    ChatWorld world;
    world.clock.move_to_zone(std::chrono::hours(9));  // noon in UTC is nine in the evening
    world.say("this evening");
    world.clock.advance(std::chrono::hours(6));
    world.say("past midnight");
    EXPECT_EQ(world.provider.seen().back().request.messages.size(), 3U);
    world.clock.advance(std::chrono::hours(1));  // four in the morning there, seven in the evening in UTC
    world.say("tomorrow");
    EXPECT_EQ(world.provider.seen().back().request.messages.size(), 1U);
}

TEST(Conversation, DissolvesAPinWhoseCredentialIsGone) {
    ChatWorld world;
    world.say("hi");
    EXPECT_EQ(world.pin(), "anthropic:work");
    world.files.put(ChatWorld::store_path, R"({"version":1,"profiles":{
        "anthropic:new":{"type":"api_key","provider":"anthropic","key":"sk-ant-new-0123456789"}}})");
    const auto outcome = world.say("after logging in again");
    EXPECT_EQ(outcome.state, State::final);
    EXPECT_EQ(outcome.credential, "anthropic:new");
    ASSERT_EQ(outcome.notices.size(), 1U);
    EXPECT_NE(outcome.notices[0].find("anthropic:work is no longer stored"), std::string::npos);
    EXPECT_TRUE(world.say("and again").notices.empty()) << "said once";
}

TEST(Conversation, SaysHowToGoOnWhenTheCredentialThatAPersonChoseIsGone) {
    ChatWorld world;
    world.say("/model anthropic/claude-opus-4-5@anthropic:work");
    world.files.put(ChatWorld::store_path, R"({"version":1,"profiles":{
        "anthropic:new":{"type":"api_key","provider":"anthropic","key":"sk-ant-new-0123456789"}}})");
    const auto outcome = world.say("hi");
    EXPECT_EQ(outcome.state, State::error);
    EXPECT_NE(outcome.error->message.find("anthropic:work"), std::string::npos);
    EXPECT_NE(outcome.error->hint.find("/model"), std::string::npos);
    EXPECT_TRUE(world.provider.seen().empty());
    world.say("/model default");
    EXPECT_EQ(world.say("hi").credential, "anthropic:new");
}

TEST(Conversation, UsesALockedCredentialEvenWhileItRestsAndNoOther) {
    ChatWorld world;
    world.provider.script("anthropic:work", {fails(FailureReason::rate_limit, 429), says("back")});
    world.say("/model anthropic/claude-opus-4-5@anthropic:work");
    EXPECT_EQ(world.say("hi").state, State::error);
    EXPECT_EQ(world.say("hi").text, "back");
    EXPECT_EQ(world.provider.credentials_seen(), std::vector<std::string>(2, "anthropic:work"));
}

// A full disk at any operation: the person gets the answer or the reason, nothing of the past is lost, and
// the next message works.
TEST(Conversation, SurvivesAFullDiskAtAnyOperationOfATurn) {
    int at = 1;
    for (;; ++at) {
        ChatWorld world;
        world.say("one");
        const auto before = world.transcript();
        world.settle();
        world.faults.fail_at(at, {Code::no_space, "the disk is full", {}});
        const auto outcome = world.say("two");
        // What is written behind it belongs to the turn, whenever that is; what comes later doesn't.
        world.settle();
        const bool met = !world.faults.last_operation().empty();
        world.faults.stop_failing();
        if (outcome.state == State::final) {
            EXPECT_EQ(outcome.text, "echo: two") << at << " " << world.faults.last_operation();
        } else {
            ASSERT_EQ(outcome.state, State::error) << at;
            EXPECT_EQ(outcome.error->code, Code::no_space) << at << " " << outcome.error->message;
            EXPECT_NE(outcome.error->message.find("the disk is full"), std::string::npos);
        }
        const auto after = world.transcript();
        ASSERT_GE(after.size(), before.size()) << at;
        for (std::size_t line = 0; line < before.size(); ++line) EXPECT_EQ(after[line], before[line]);
        // A question whose answer was lost is asked again together with the next one.
        EXPECT_TRUE(world.say("three").text.ends_with("three")) << at;
        EXPECT_EQ(world.provider.seen().back().request.messages.front().text, "one");
        if (outcome.state == State::final) {
            EXPECT_EQ(world.transcript().size(), 7U) << at << ": what couldn't be written is written later";
        }
        for (const auto& path : world.files.all_paths()) EXPECT_EQ(path.find(".tmp"), path.npos) << path;
        if (!met) break;
    }
    EXPECT_GT(at, 12) << "a turn that nothing could go wrong in";
}

}  // namespace
}  // namespace openclaw::chat
