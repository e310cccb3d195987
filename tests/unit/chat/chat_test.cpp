#include "chat_world.h"

namespace openclaw::chat {
namespace {

using auth::FailureReason;
using test::fails;
using test::says;
using State = RunOutcome::State;
using Kind = RunEvent::Kind;

test::ScriptedStep waits(std::string text) {
    auto step = says(std::move(text));
    step.waits = true;
    return step;
}

TEST(Chat, AnswersWithAStartDeltasAndOneFinal) {
    ChatWorld world;
    world.provider.script("anthropic:work", {{.deltas = {"Hello ", "there"}, .failure = {}}});
    const auto outcome = world.say("hi");
    EXPECT_EQ(outcome.state, State::final);
    ASSERT_EQ(world.events.size(), 4U);
    EXPECT_EQ(world.events[0].kind, Kind::start);
    EXPECT_EQ(world.events[1].delta, "Hello ");
    EXPECT_EQ(world.events[2].text, "Hello there");
    EXPECT_EQ(world.events[3].kind, Kind::final);
    EXPECT_EQ(world.events[3].text, "Hello there");
    for (std::size_t index = 0; index < 4; ++index) {
        EXPECT_EQ(world.events[index].seq, static_cast<std::int64_t>(index + 1));
        EXPECT_EQ(world.events[index].session_key, "agent:main:main");
    }
}

TEST(Chat, RemembersTheConversationAndWhoAnswered) {
    ChatWorld world;
    world.say("one");
    world.say("two");
    const auto& request = world.provider.seen().back().request;
    ASSERT_EQ(request.messages.size(), 3U);
    EXPECT_EQ(request.messages[0].text, "one");
    EXPECT_EQ(request.messages[1].text, "echo: one");
    EXPECT_EQ(request.messages[2].text, "two");
    EXPECT_EQ(request.system, world.provider.seen().front().request.system)
        << "the prompt cache depends on it";
    const auto record = world.session();
    EXPECT_EQ(string_at(record, "modelProvider"), "anthropic");
    EXPECT_EQ(integer_at(record, "inputTokens"), 10);
    EXPECT_EQ(string_at(record, "authProfileOverrideSource"), "auto");
    const auto lines = world.transcript();
    ASSERT_EQ(lines.size(), 5U);
    EXPECT_EQ(string_at(lines[0], "type"), "session");
    for (std::size_t line = 2; line < lines.size(); ++line)
        EXPECT_EQ(string_at(lines[line], "parentId"), string_at(lines[line - 1], "id"));
}

TEST(Chat, RunsOneTurnAtATimeInASessionInTheOrderOfTheMessages) {
    ChatWorld world;
    world.provider.script("anthropic:work", {waits("first"), says("second"), says("third")});
    const auto first = world.start("a"), second = world.start("b"), third = world.start("c");
    world.until([&] { return world.provider.waiting() == 1; });
    EXPECT_EQ(world.chat->find_run(world.me, second)->state, State::queued);
    world.provider.release();
    EXPECT_EQ(world.outcome(third).text, "third");
    EXPECT_EQ(world.outcome(first).text, "first");
    EXPECT_EQ(world.outcome(second).text, "second");
    EXPECT_EQ(world.provider.most_at_once(), 1U);
    EXPECT_EQ(world.provider.seen()[2].request.messages.size(), 5U);
}

TEST(Chat, RunsSessionsSideBySideUpToTheConfiguredNumber) {
    ChatWorld world(R"({"agents":{"defaults":{"maxConcurrent":2,
        "model":{"primary":"anthropic/claude-opus-4-5"}}}})");
    for (const auto* name : {"anthropic:work", "anthropic:home"})
        world.provider.script(name, {waits("done")});
    std::vector<std::string> runs;
    for (int session = 0; session < 5; ++session)
        runs.push_back(world.start("hi", fmt::format("s{}", session)));
    world.until([&] { return world.provider.waiting() == 2; });
    EXPECT_EQ(world.chat->running(), 2U);
    for (int round = 0; round < 3; ++round) {
        world.until([&] { return world.provider.waiting() > 0; });
        world.provider.release();
    }
    for (const auto& run : runs) {
        world.until([&] {
            if (world.provider.waiting() > 0) world.provider.release();
            return world.chat->find_run(world.me, run)->over();
        });
        EXPECT_EQ(world.outcome(run).state, State::final);
    }
    EXPECT_EQ(world.provider.most_at_once(), 2U);
}

TEST(Chat, RefusesMoreThanItsQueueHolds) {
    ChatWorld world;
    world.provider.script("anthropic:work", {waits("done")});
    for (int message = 0; message < 21; ++message) world.start("hi");
    const auto refused =
        world.chat->send({.asked_by = world.me, .session_key = "main", .message = "one too many"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::busy);
    EXPECT_TRUE(world.chat->send({.asked_by = world.me, .session_key = "other", .message = "fine"}));
    world.chat->abort(world.me, "main", {}, "rpc");
}

TEST(Chat, AbortsARunningReplyAndKeepsWhatWasSaid) {
    ChatWorld world;
    auto slow = waits("never");
    world.provider.script("anthropic:work", {slow, says("fresh")});
    const auto run = world.start("hi"), queued = world.start("and this");
    world.until([&] { return world.provider.waiting() == 1; });
    EXPECT_EQ(world.chat->abort(world.me, "main", {}, "rpc").size(), 2U);
    EXPECT_EQ(world.outcome(run).state, State::aborted);
    EXPECT_EQ(world.outcome(queued).state, State::aborted);
    EXPECT_EQ(world.outcome(run).stop_reason, "rpc");
    EXPECT_EQ(world.count(Kind::aborted, run), 1);
    EXPECT_EQ(world.count(Kind::start, queued), 0);
    EXPECT_EQ(bool_at(world.session(), "abortedLastRun"), true);
    const auto store = *world.store_text();
    EXPECT_EQ(store.find("errorCount"), store.npos) << "an abort is nobody's failure";
    EXPECT_EQ(world.say("go on").text, "fresh");
    EXPECT_EQ(bool_at(world.session(), "abortedLastRun"), false);
}

TEST(Chat, StopsARunByTheWordForItAndClearsTheQueue) {
    for (const auto* word : {"/stop", "Stop", "abort"}) {
        ChatWorld world;
        world.provider.script("anthropic:work", {waits("never")});
        const auto run = world.start("hi"), queued = world.start("later");
        world.until([&] { return world.provider.waiting() == 1; });
        EXPECT_EQ(world.say(word).stop_reason, "injected");
        EXPECT_EQ(world.outcome(run).state, State::aborted);
        EXPECT_EQ(world.outcome(run).stop_reason, "stop");
        EXPECT_EQ(world.outcome(queued).state, State::aborted);
    }
}

TEST(Chat, EndsATurnThatTakesTooLong) {
    ChatWorld world;
    world.provider.script("anthropic:work", {waits("never")});
    const auto ack = world.chat->send(
        {.asked_by = world.me, .session_key = "main", .message = "hi", .timeout = Milliseconds(20)});
    const auto outcome = world.outcome(ack->run_id);
    EXPECT_EQ(outcome.state, State::aborted);
    EXPECT_EQ(outcome.stop_reason, "timeout");
    EXPECT_EQ(outcome.error->code, Code::timed_out);
}

TEST(Chat, TakesARunIdOnlyOnce) {
    ChatWorld world;
    world.provider.script("anthropic:work", {waits("done")});
    const SendRequest request{.asked_by = world.me, .session_key = "main", .message = "hi", .run_id = "once"};
    EXPECT_EQ(world.chat->send(request)->status, SendAck::Status::started);
    EXPECT_EQ(world.chat->send(request)->status, SendAck::Status::in_flight);
    world.until([&] { return world.provider.waiting() == 1; });
    world.provider.release();
    world.outcome("once");
    EXPECT_EQ(world.chat->send(request)->status, SendAck::Status::ok);
    EXPECT_EQ(world.provider.seen().size(), 1U);
    world.clock.advance(std::chrono::minutes(11));
    EXPECT_TRUE(world.chat->send({.asked_by = world.me, .session_key = "main", .message = "/help"}));
    EXPECT_FALSE(world.chat->find_run(world.me, "once")) << "forgotten after ten minutes";
}

TEST(Chat, RemembersWhoAsked) {
    ChatWorld world;
    const auto talker = world.me.narrowed_to(access::Scopes{access::Scope::chat});
    const auto ack = world.chat->send({.asked_by = talker, .session_key = "main", .message = "hi"});
    ASSERT_TRUE(ack);
    EXPECT_EQ(world.outcome(ack->run_id).asked_by, talker.id());
}

TEST(Chat, RefusesWhatItCannotUse) {
    ChatWorld world;
    struct Case {
        SendRequest request;
        Code code;
    };
    const std::vector<Case> cases{
        {{.asked_by = world.me, .session_key = "main", .message = "  \n"}, Code::invalid_input},
        {{.asked_by = world.me, .session_key = "agent:mian:main", .message = "hi"}, Code::not_found},
        {{.asked_by = world.me, .session_key = "a\x01", .message = "hi"}, Code::invalid_input},
        {{.asked_by = world.me, .session_key = std::string(600, 'x'), .message = "hi"}, Code::invalid_input},
        {{.asked_by = world.me, .message = "hi", .run_id = std::string(300, 'r')}, Code::invalid_input},
        {{.asked_by = world.me, .message = "hi", .agent_id = "nope"}, Code::not_found},
        {{.asked_by = world.me, .session_key = "main", .message = std::string(5u << 20, 'x')},
         Code::too_large}};
    for (const auto& [request, code] : cases) {
        const auto ack = world.chat->send(request);
        ASSERT_FALSE(ack) << request.session_key;
        EXPECT_EQ(ack.error().code, code) << ack.error().message;
    }
    EXPECT_NE(world.chat->send({.asked_by = world.me, .session_key = "agent:mian:main", .message = "x"})
                  .error()
                  .hint.find("main"),
              std::string::npos);
    EXPECT_TRUE(world.provider.seen().empty());
    EXPECT_EQ(world.loop.run_until(world.chat->find_session(world.me, "nope")).error().code, Code::not_found);
}

TEST(Chat, GivesSlashesToTheModelWhenCommandsAreNotWanted) {
    ChatWorld world;
    EXPECT_EQ(world.outcome(world.start("/status", "main", false)).text, "echo: /status");
    EXPECT_EQ(world.say("/etc/hosts is what?").text, "echo: /etc/hosts is what?");
}

TEST(Chat, ShowsCommandsInTheHistoryButNeverToTheModel) {
    ChatWorld world;
    world.say("one");
    world.say("/help");
    world.say("two");
    const auto& messages = world.provider.seen().back().request.messages;
    ASSERT_EQ(messages.size(), 3U) << "the earlier conversation is still there, the help text isn't";
    EXPECT_EQ(messages[0].text, "one");
    const auto history = world.loop.run_until(world.chat->history(world.me, "main", 200));
    ASSERT_TRUE(history);
    ASSERT_EQ(history->messages.size(), 5U);
    EXPECT_EQ(string_at(history->messages[2].message, "stopReason"), "injected");
    EXPECT_EQ(world.loop.run_until(world.chat->history(world.me, "main", 2))->messages.size(), 2U);
}

TEST(Chat, KeepsUnknownMembersOfASessionAndReadsJson5) {
    ChatWorld world;
    world.files.put(
        "/state/agents/main/sessions/sessions.json",
        "// by hand\n{'agent:main:main': {sessionId: 'abc', updatedAt: 1769774399000, future: [1],},"
        " 'agent:main:other': {label: 'x'}, broken: 7}");
    world.say("hi");
    EXPECT_EQ(string_at(world.session(), "sessionId"), "abc");
    EXPECT_TRUE(world.session().contains("future"));
    EXPECT_EQ(string_at(world.session("agent:main:other"), "label"), "x");
    const auto listed = world.loop.run_until(world.chat->list_sessions(world.me));
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 2U);
    EXPECT_EQ(listed->front().key, "agent:main:main");
    EXPECT_EQ(world.files.info("/state/agents/main/sessions/sessions.json")->mode, 0600U);
}

TEST(Chat, SetsAnIndexThatCannotBeReadAsideAndSaysSoOnce) {
    for (const std::string text : {"", "{\"agent:main:ma", "not an index", "[]"}) {
        ChatWorld world;
        world.say("one");
        const std::string index = "/state/agents/main/sessions/sessions.json";
        world.files.put(index, text);
        const auto outcome = world.say("two");
        EXPECT_EQ(outcome.text, "echo: two") << text;
        EXPECT_TRUE(string_at(world.session(), "sessionId")) << text;
        const auto paths = world.files.all_paths();
        const auto aside = std::ranges::find_if(
            paths, [&](const std::string& path) { return path.starts_with(index + ".damaged-"); });
        ASSERT_NE(aside, paths.end()) << text;
        EXPECT_EQ(world.files.text_of(*aside), text);
        const auto says_it = [&](const std::string& line) { return line.contains("is set aside as"); };
        world.say("three");
        const auto lines = world.log.lines();
        EXPECT_EQ(std::ranges::count_if(lines, says_it), 1) << text;
    }
}

TEST(Chat, ReadsASessionWhoseNameWasCutInTheMiddleOfACharacter) {
    for (const std::string name : {"\\ud83d", "caf\xE9"}) {
        ChatWorld world;
        const std::string index = "/state/agents/main/sessions/sessions.json";
        world.files.put(index, "{\"agent:main:other\": {\"displayName\": \"" + name + "\"}}");
        EXPECT_EQ(world.say("hi").text, "echo: hi") << name;
        EXPECT_TRUE(string_at(world.session("agent:main:other"), "displayName")->ends_with("\uFFFD")) << name;
        EXPECT_TRUE(world.files.text_of(index)->contains("\"displayName\": \"" + name + "\"")) << name;
    }
}

TEST(Chat, SaysOnceThatADamagedConversationCouldNotBeRead) {
    ChatWorld world;
    world.say("one");
    const auto file =
        "/state/agents/main/sessions/" + std::string(*string_at(world.session(), "sessionId")) + ".jsonl";
    world.files.put(file, "{\"type\":\"sess\n\n{half");
    const auto outcome = world.say("two");
    EXPECT_EQ(outcome.text, "echo: two");
    ASSERT_EQ(outcome.notices.size(), 1U);
    EXPECT_EQ(outcome.notices[0], "nothing of this conversation could be read: " + file +
                                      " is damaged, and was left as it is; the model starts afresh");
    EXPECT_TRUE(world.files.text_of(file)->starts_with("{\"type\":\"sess\n\n{half"));
    EXPECT_TRUE(world.say("three").notices.empty());
}

TEST(Chat, RefusesAMessageThatNoWindowHolds) {
    ChatWorld world;
    const auto outcome = world.say(std::string(1u << 20, 'x'));
    EXPECT_EQ(outcome.state, State::error);
    EXPECT_EQ(outcome.error->code, Code::too_large);
    EXPECT_TRUE(world.provider.seen().empty());
}

TEST(Chat, DrainsRunningTurnsAndTakesNothingNew) {
    ChatWorld world;
    world.provider.script("anthropic:work", {waits("never")});
    const auto run = world.start("hi");
    world.until([&] { return world.provider.waiting() == 1; });
    world.loop.run_until(world.chat->drain(Milliseconds(10)));
    EXPECT_EQ(world.chat->find_run(world.me, run)->state, State::aborted);
    EXPECT_EQ(world.chat->send({.asked_by = world.me, .session_key = "main", .message = "hi"}).error().code,
              Code::unavailable);
}

}  // namespace
}  // namespace openclaw::chat
