#include <gmock/gmock.h>

#include <unistd.h>

#include "unit/gateway/gateway_world.h"

namespace openclaw::gateway {
namespace {

using auth::FailureReason;
using test::says;
using testing::HasSubstr;

std::string text_of(const json::object& event) {
    const auto* payload = object_at(event, "payload");
    const auto* message = payload ? object_at(*payload, "message") : nullptr;
    const auto* content = message ? array_at(*message, "content") : nullptr;
    return content ? std::string(string_at(content->at(0).as_object(), "text").value_or("")) : "";
}
std::string state_of(const json::object& event) {
    const auto* payload = object_at(event, "payload");
    return payload ? std::string(string_at(*payload, "state").value_or("")) : "";
}
// The first chat event that isn't a delta.
json::object end_of(test::WsClient& client) {
    while (true) {
        auto event = client.event("chat");
        if (event.empty() || state_of(event) != "delta") return event;
    }
}

TEST(Handshake, ChallengesAtOnceAndSaysHelloWithEverythingThatClientsRead) {
    GatewayWorld world;
    auto client = world.dial();
    const auto challenge = client->next();
    EXPECT_EQ(string_at(challenge, "event"), "connect.challenge");
    EXPECT_TRUE(string_at(*object_at(challenge, "payload"), "nonce"));
    EXPECT_TRUE(integer_at(*object_at(challenge, "payload"), "ts"));
    EXPECT_FALSE(challenge.contains("seq"));
    const auto answer = client->connect(std::string(test_token));
    const auto* hello = object_at(answer, "payload");
    ASSERT_TRUE(hello) << json::serialize(answer);
    EXPECT_EQ(string_at(*hello, "type"), "hello-ok");
    EXPECT_EQ(integer_at(*hello, "protocol"), 3);
    for (const char* path :
         {"/server/version", "/server/connId", "/features/methods", "/features/events", "/snapshot/presence",
          "/snapshot/health/ok", "/snapshot/stateVersion/presence", "/snapshot/stateVersion/health",
          "/snapshot/uptimeMs", "/snapshot/configPath", "/snapshot/stateDir",
          "/snapshot/sessionDefaults/mainSessionKey", "/auth/role", "/auth/scopes", "/policy/maxPayload",
          "/policy/maxBufferedBytes", "/policy/tickIntervalMs"}) {
        boost::json::error_code missing;
        EXPECT_TRUE(json::value(*hello).find_pointer(path, missing)) << path;
    }
}

TEST(Handshake, AnswersBothGenerations) {
    GatewayWorld world;
    for (int protocol : {3, 4}) {
        auto client = world.dial();
        const auto answer = client->connect(std::string(test_token), "[]", protocol);
        EXPECT_EQ(integer_at(*object_at(answer, "payload"), "protocol"), protocol);
    }
    auto client = world.dial();
    const auto answer = client->connect(std::string(test_token), "[]", 5);
    EXPECT_EQ(string_at(*object_at(answer, "error"), "message"), "protocol mismatch");
    EXPECT_EQ(client->closed(), "1002 protocol mismatch");
}

TEST(Handshake, RefusesAWrongTokenAndKeepsTheReasonToTheLog) {
    GatewayWorld world;
    auto client = world.dial();
    const auto answer = client->connect("wrong");
    EXPECT_EQ(bool_at(answer, "ok"), false);
    EXPECT_THAT(std::string(*string_at(*object_at(answer, "error"), "message")),
                HasSubstr("unauthorized: gateway token mismatch"));
    EXPECT_THAT(client->closed(), HasSubstr("1008 unauthorized: gateway token mismatch"));
    EXPECT_TRUE(world.logged("wrong secret"));
    EXPECT_FALSE(world.logged("token=wrong"));
    auto silent = world.dial();
    EXPECT_THAT(json::serialize(silent->connect("")), HasSubstr("gateway token missing"));
    EXPECT_THAT(silent->closed(), HasSubstr("1008"));
}

TEST(Handshake, ClosesAfterEachKindOfBadFirstFrame) {
    GatewayWorld world;
    struct Case {
        std::string sent, close, error;
    };
    const Case cases[] = {
        {"this is not json", "1000 ", ""},
        {R"({"type":"hello"})", "1008 invalid request frame", ""},
        {R"({"type":"req","id":"1","method":"health"})",
         "1008 invalid handshake: first request must be connect",
         "invalid handshake: first request must be connect"},
        {R"({"type":"req","id":"1","method":"connect","params":{}})", "1008 invalid connect params",
         "must have required property 'client'"},
        {R"({"type":"req","id":"1","method":"connect","pad":")" + std::string(70000, 'x') + "\"}", "1009 ",
         ""},
    };
    for (const auto& item : cases) {
        auto client = world.dial();
        client->event("connect.challenge");
        client->send(item.sent);
        if (!item.error.empty()) EXPECT_THAT(json::serialize(client->response("1")), HasSubstr(item.error));
        EXPECT_THAT(client->closed(), HasSubstr(item.close)) << item.sent.substr(0, 60);
    }
}

TEST(Handshake, LocksWrongGuessersOutOnEverySurfaceAndNobodyWhoKnowsTheToken) {
    GatewayWorld world;
    for (int i = 0; i < 10; ++i) world.dial()->connect("wrong");
    auto client = world.dial();
    const auto answer = client->connect("wrong again");
    const auto* error = object_at(answer, "error");
    ASSERT_TRUE(error);
    EXPECT_EQ(string_at(*error, "message"),
              "unauthorized: too many failed authentication attempts (retry later)");
    EXPECT_EQ(string_at(*object_at(*error, "details"), "code"), "AUTH_RATE_LIMITED");
    EXPECT_EQ(bool_at(*error, "retryable"), true);
    const auto refused = world.http("POST", "/v1/chat/completions", world.bearer("wrong"), "{}");
    EXPECT_EQ(refused.status, 429) << "one counter for all";
    EXPECT_EQ(refused.headers.find("retry-after"), "10");
    EXPECT_EQ(world.http("POST", "/v1/chat/completions", world.bearer(), "{}").status, 400);
    EXPECT_TRUE(world.client()->connected());
    auto owner = world.dial_socket();
    EXPECT_EQ(bool_at(owner->connect(""), "ok"), true) << "the owner's socket is never locked";
    world.clock.advance(std::chrono::seconds(11));
    EXPECT_EQ(world.http("POST", "/v1/chat/completions", world.bearer("wrong"), "{}").status, 401);
}

TEST(Handshake, LetsAPasswordThatWasRightBeforeInWhileOthersGuess) {
    GatewayWorld world(R"("auth":{"mode":"password","password":"open sesame"})");
    const auto ask = [&](std::string_view password) {
        return world.http("POST", "/v1/chat/completions", world.bearer(password), "{}").status;
    };
    for (int i = 0; i < 10; ++i) ask("wrong");
    EXPECT_EQ(ask("open sesame"), 429) << "it might be the next guess";
    world.clock.advance(std::chrono::seconds(11));
    EXPECT_EQ(ask("open sesame"), 400);
    for (int i = 0; i < 11; ++i) ask("wrong");
    EXPECT_EQ(ask("wrong"), 429);
    EXPECT_EQ(ask("open sesame"), 400);
}

TEST(Handshake, RefusesPagesOfOtherOrigins) {
    GatewayWorld world;
    EXPECT_FALSE(world.dial({{"Origin", "http://evil.example"}})->connected());
    const auto port = world.gateway->port();
    EXPECT_TRUE(world.dial({{"Origin", fmt::format("http://127.0.0.1:{}", port)}})->connected());
}

TEST(Handshake, LetsTheOwnerInThroughTheSocketWithoutASecret) {
    GatewayWorld world;
    auto client = world.dial_socket();
    const auto answer = client->connect("");
    EXPECT_EQ(bool_at(answer, "ok"), true) << json::serialize(answer);
    EXPECT_TRUE(client->payload("env.list").contains("variables"));
    const auto info = world.files->info(world.state() / "gateway.sock");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->mode, 0600u);
}

TEST(Scopes, OfAClientCanOnlyBeLower) {
    GatewayWorld world;
    auto reader = world.client(R"(["operator.read","operator.superuser"])");
    EXPECT_TRUE(reader->payload("health").contains("ok"));
    EXPECT_TRUE(reader->payload("config.get").contains("config")) << "reading the config needs no more";
    EXPECT_EQ(reader->error("sessions.delete", R"({"key":"x"})"),
              "INVALID_REQUEST: missing scope: operator.admin");
    EXPECT_EQ(reader->error("nobody.knows"), "INVALID_REQUEST: missing scope: operator.admin");
    auto newest = world.client(R"(["operator.read"])", 4);
    EXPECT_EQ(newest->error("chat.send"), "FORBIDDEN: missing scope: operator.write");
    auto admin = world.client();
    EXPECT_EQ(admin->error("nobody.knows"), "INVALID_REQUEST: unknown method: nobody.knows");
    EXPECT_EQ(admin->error("connect"), "INVALID_REQUEST: connect is only valid as the first request");
}

TEST(Requests, AnswerBadFramesAndStayOpen) {
    GatewayWorld world;
    auto client = world.client();
    client->send("not json");
    EXPECT_THAT(json::serialize(client->response("invalid")), HasSubstr("INVALID_REQUEST"));
    client->send(R"({"type":"req","id":"9"})");
    EXPECT_THAT(json::serialize(client->response("9")), HasSubstr("must have required property 'method'"));
    EXPECT_EQ(bool_at(client->call("health"), "ok"), true);
    client->send(R"({"type":"req","id":"x","method":"health","pad":")" + std::string(600000, 'x') + "\"}");
    EXPECT_THAT(client->closed(), HasSubstr("1009"));
}

TEST(Chat, StreamsAReplyAsEventsWithTheKeyAsTyped) {
    GatewayWorld world;
    world.provider.script("anthropic:work", {{.deltas = {"Hel", "lo"}, .failure = {}}});
    auto client = world.client();
    auto other = world.client();
    const auto started =
        client->payload("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"run-1"})");
    EXPECT_EQ(string_at(started, "runId"), "run-1");
    EXPECT_EQ(string_at(started, "status"), "started");
    const auto first = client->event("agent");
    EXPECT_EQ(integer_at(*object_at(first, "payload"), "seq"), 1);
    EXPECT_EQ(string_at(*object_at(*object_at(first, "payload"), "data"), "phase"), "start");
    const auto end = end_of(*client);
    EXPECT_EQ(state_of(end), "final") << json::serialize(end);
    EXPECT_EQ(text_of(end), "Hello");
    EXPECT_EQ(string_at(*object_at(end, "payload"), "sessionKey"), "main");
    EXPECT_EQ(string_at(*object_at(end_of(*other), "payload"), "sessionKey"), "agent:main:main");

    const auto history = client->payload("chat.history", R"({"sessionKey":"main"})");
    EXPECT_EQ(array_at(history, "messages")->size(), 2u);
    EXPECT_EQ(
        array_at(client->payload("chat.history", R"({"sessionKey":"agent:main:main"})"), "messages")->size(),
        2u)
        << "both spellings are one session";
    const auto again =
        client->payload("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"run-1"})");
    EXPECT_EQ(string_at(again, "status"), "ok") << "a repeated request starts nothing";
    EXPECT_EQ(world.provider.seen().size(), 1u);
}

TEST(Chat, LetsTheModelsSideWaitForAClientThatReadsSlowly) {
    GatewayWorld world;
    auto client = world.client();
    client->payload("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"run-1"})");
    end_of(*client);
    client->payload("agent", R"({"message":"hi","sessionKey":"main","idempotencyKey":"run-2"})");
    end_of(*client);
    ASSERT_EQ(world.provider.seen().size(), 2u);
    for (const auto& seen : world.provider.seen()) {
        ASSERT_TRUE(seen.request.room);
        world.loop.run_until(seen.request.room({}));  // at once, where all is read
    }
    client.reset();
    world.loop.run_until(world.provider.seen().back().request.room({}));  // and where nobody reads any more
}

TEST(Chat, PartsWithNobodyOverAnAnswerThatComesFasterThanItLeaves) {
    GatewayWorld world;
    auto flood = test::fails(FailureReason::no_answer, 0, "it never ends");
    flood.deltas = {"so ", std::string(1 << 20, 'x')};
    world.provider.script("anthropic:work", {flood});
    auto client = world.client();
    client->payload("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"run-1"})");
    const auto end = end_of(*client);
    EXPECT_EQ(state_of(end), "error");
    EXPECT_THAT(std::string(string_at(*object_at(end, "payload"), "errorMessage").value_or("")),
                HasSubstr("it never ends"));
}

TEST(Chat, NumbersEventsPerConnectionWithoutGaps) {
    GatewayWorld world;
    auto early = world.client();
    early->payload("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"a"})");
    end_of(*early);
    auto late = world.client();
    late->payload("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"b"})");
    EXPECT_EQ(integer_at(late->event("agent"), "seq"), 1);
}

TEST(Chat, TellsAFailureAsAnError) {
    GatewayWorld world;
    world.provider.script("anthropic:work", {test::fails(FailureReason::rate_limit, 429, "slow down")});
    auto client = world.client();
    client->payload("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"run-1"})");
    const auto end = end_of(*client);
    EXPECT_EQ(state_of(end), "error");
    EXPECT_FALSE(string_at(*object_at(end, "payload"), "errorMessage").value_or("").empty());
    EXPECT_THAT(json::serialize(client->payload("agent.wait", R"({"runId":"run-1","timeoutMs":1000})")),
                HasSubstr(R"("status":"error")"));
}

TEST(Chat, AbortsARunAndNamesIt) {
    GatewayWorld world;
    world.provider.script("anthropic:work", {{.deltas = {"never"}, .failure = {}, .waits = true}});
    auto client = world.client();
    client->payload("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"run-1"})");
    client->event("agent");
    EXPECT_EQ(client->error("chat.abort", R"({"sessionKey":"other","runId":"run-1"})"),
              "INVALID_REQUEST: runId does not match sessionKey");
    const auto aborted = client->payload("chat.abort", R"({"sessionKey":"agent:main:main","runId":"run-1"})");
    EXPECT_EQ(bool_at(aborted, "aborted"), true);
    const auto end = end_of(*client);
    EXPECT_EQ(state_of(end), "aborted");
    EXPECT_EQ(string_at(*object_at(end, "payload"), "stopReason"), "rpc");
    EXPECT_EQ(bool_at(client->payload("chat.abort", R"({"sessionKey":"main","runId":"nobody"})"), "aborted"),
              false);
}

TEST(Chat, RefusesAnEmptyMessageAndWrongParams) {
    GatewayWorld world;
    auto client = world.client();
    EXPECT_EQ(client->error("chat.send", R"({"sessionKey":"main","message":"  ","idempotencyKey":"x"})"),
              "INVALID_REQUEST: message or attachment required");
    EXPECT_EQ(
        client->error("chat.send", R"({"message":"hi"})"),
        "INVALID_REQUEST: invalid chat.send params: must have required property 'sessionKey'; must have "
        "required property 'idempotencyKey'");
    EXPECT_EQ(client->error("chat.history", R"({"sessionKey":"main","limit":0})"),
              "INVALID_REQUEST: invalid chat.history params: at /limit: must be >= 1");
}

TEST(Agent, AnswersTwiceUnderOneId) {
    GatewayWorld world;
    world.provider.script("anthropic:work", {says("done")});
    auto client = world.client();
    const auto id =
        client->send_request("agent", R"({"message":"hi","idempotencyKey":"ag-1","agentId":"main"})");
    EXPECT_EQ(string_at(*object_at(client->response(id), "payload"), "status"), "accepted");
    const auto second = client->response(id);
    const auto* payload = object_at(second, "payload");
    ASSERT_TRUE(payload) << json::serialize(second);
    EXPECT_EQ(string_at(*payload, "status"), "ok");
    EXPECT_EQ(string_at(array_at(*object_at(*payload, "result"), "payloads")->at(0).as_object(), "text"),
              "done");
    const auto repeated =
        client->payload("agent", R"({"message":"hi","idempotencyKey":"ag-1","agentId":"main"})");
    EXPECT_EQ(string_at(repeated, "status"), "ok") << "a repeated key gets the end";
    // The reference's command line names a channel where nothing goes to one.
    EXPECT_EQ(string_at(client->payload("agent",
                                        R"({"message":"hi","idempotencyKey":"ag-4","channel":"whatsapp"})"),
                        "status"),
              "accepted");
    EXPECT_THAT(
        client->error("agent",
                      R"({"message":"hi","idempotencyKey":"ag-5","channel":"whatsapp","deliver":true})"),
        HasSubstr("this gateway has no chat channels"));
    EXPECT_THAT(
        client->error("agent", R"({"message":"hi","idempotencyKey":"ag-6","channel":"carrier-pigeon"})"),
        HasSubstr("unknown channel: carrier-pigeon"));
    EXPECT_EQ(client->error("agent", R"({"message":"hi","idempotencyKey":"ag-2","agentId":"nobody"})"),
              "INVALID_REQUEST: invalid agent params: unknown agent id \"nobody\"");
    EXPECT_EQ(client->error("agent", R"({"message":"hi","idempotencyKey":"ag-3","agentId":"mian"})"),
              "INVALID_REQUEST: invalid agent params: unknown agent id \"mian\" (did you mean main?)");
}

TEST(Agent, SaysWhenItMakesSenseToAskAgain) {
    GatewayWorld world;
    auto later = test::fails(FailureReason::rate_limit, 429, "slow down");
    later.failure->retry_after = std::chrono::seconds(90);
    world.provider.script("anthropic:work", {later});
    auto client = world.client();
    const auto id = client->send_request("agent", R"({"message":"hi","idempotencyKey":"later"})");
    client->response(id);
    const auto second = client->response(id);
    const auto* error = object_at(second, "error");
    ASSERT_TRUE(error) << json::serialize(second);
    EXPECT_EQ(integer_at(*error, "retryAfterMs"), 90'000);
    EXPECT_EQ(bool_at(*error, "retryable"), true);
    client->payload("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"too"})");
    const auto ended = end_of(*client);
    EXPECT_EQ(integer_at(*object_at(ended, "payload"), "retryAfterMs"), 90'000) << json::serialize(ended);
}

TEST(Agent, TellsAVeryLongAnswerWhole) {
    GatewayWorld world;
    const std::string answer((std::size_t{3} << 19) + 5, 'a');  // more than may wait to be read
    world.provider.script("anthropic:work", {says(answer)});
    auto client = world.client();
    const auto id = client->send_request("agent", R"({"message":"hi","idempotencyKey":"long"})");
    client->response(id);
    const auto ended = end_of(*client);
    EXPECT_EQ(text_of(ended).size(), answer.size());
    const auto second = client->response(id);
    const auto* result = object_at(*object_at(second, "payload"), "result");
    ASSERT_TRUE(result) << json::serialize(second).substr(0, 500);
    EXPECT_EQ(string_at(array_at(*result, "payloads")->at(0).as_object(), "text")->size(), answer.size());
    EXPECT_EQ(bool_at(client->call("health"), "ok"), true) << "the client is still there";
}

TEST(Agent, WaitTimesOutForAnUnknownRun) {
    GatewayWorld world;
    auto client = world.client();
    EXPECT_EQ(string_at(client->payload("agent.wait", R"({"runId":"nobody","timeoutMs":0})"), "status"),
              "timeout");
}

TEST(Sessions, AreListedPatchedResetAndDeleted) {
    GatewayWorld world;
    auto client = world.client();
    client->payload("chat.send", R"({"sessionKey":"work","message":"hi","idempotencyKey":"a"})");
    end_of(*client);
    const auto list = client->payload("sessions.list");
    ASSERT_EQ(array_at(list, "sessions")->size(), 1u) << json::serialize(list);
    const auto before = *string_at(array_at(list, "sessions")->at(0).as_object(), "sessionId");
    EXPECT_EQ(string_at(client->payload("sessions.resolve", R"({"key":"work"})"), "key"), "agent:main:work");
    EXPECT_EQ(client->error("sessions.patch", R"({"key":"work","thinkingLevel":"much"})"),
              "INVALID_REQUEST: invalid thinkingLevel (use off|minimal|low|medium|high|xhigh)");
    const auto patched =
        client->payload("sessions.patch", R"({"key":"work","thinkingLevel":"low","label":"desk"})");
    EXPECT_EQ(string_at(*object_at(patched, "entry"), "thinkingLevel"), "low");
    const auto reset = client->payload("sessions.reset", R"({"key":"work"})");
    EXPECT_NE(string_at(*object_at(reset, "entry"), "sessionId"), before);
    EXPECT_EQ(string_at(*object_at(reset, "entry"), "label"), "desk");
    EXPECT_EQ(client->error("sessions.delete", R"({"key":"main"})"),
              "INVALID_REQUEST: Cannot delete the main session (agent:main:main).");
    EXPECT_EQ(bool_at(client->payload("sessions.delete", R"({"key":"work"})"), "deleted"), true);
    EXPECT_EQ(bool_at(client->payload("sessions.delete", R"({"key":"work"})"), "deleted"), false);
    EXPECT_EQ(array_at(client->payload("sessions.list"), "sessions")->size(), 0u);
}

TEST(Config, IsShownWithoutSecrets) {
    GatewayWorld world;
    auto client = world.client();
    const auto answer = client->call("config.get");
    EXPECT_THAT(json::serialize(answer), Not(HasSubstr(std::string(test_token))));
    EXPECT_THAT(json::serialize(answer), HasSubstr("claude-opus-4-5"));
    EXPECT_THAT(json::serialize(client->call("env.list")), Not(HasSubstr(std::string(test_token))));
}

TEST(Config, KeepsReferencesInItsFilesText) {
    GatewayWorld world;
    world.variables["LAB_HOST"] = Secret("10.1.2.3");
    world.write(
        "openclaw.json",
        R"({"gateway":{"auth":{"token":"test-token-0123456789abcdef"},"customBindHost":"${LAB_HOST}"}})");
    auto client = world.client();
    const auto payload = client->payload("config.get");
    EXPECT_EQ(string_at(payload, "raw"),
              R"({"gateway":{"auth":{"token":"__OPENCLAW_REDACTED__"},"customBindHost":"${LAB_HOST}"}})");
    EXPECT_EQ(string_at(*object_at(*object_at(payload, "parsed"), "gateway"), "customBindHost"),
              "${LAB_HOST}");
    EXPECT_EQ(string_at(*object_at(*object_at(payload, "config"), "gateway"), "customBindHost"), "10.1.2.3");
}

TEST(Reload, UsesAChangedTokenForTheNextRequestAndClosesWhoUsedTheOld) {
    GatewayWorld world;
    auto client = world.client();
    auto owner = world.dial_socket();
    owner->connect("");
    world.write("openclaw.json", R"({"gateway":{"auth":{"token":"another-token-987654321"}}})");
    EXPECT_EQ(world.http("POST", "/v1/chat/completions", world.bearer(), "{}").status, 401);
    EXPECT_THAT(client->closed(), HasSubstr("1008 gateway secret changed"));
    EXPECT_EQ(bool_at(owner->call("health"), "ok"), true);
    EXPECT_EQ(bool_at(world.dial()->connect("another-token-987654321"), "ok"), true);
}

TEST(Reload, KeepsTheLastGoodConfigWhenTheNewOneIsBroken) {
    GatewayWorld world;
    world.write("openclaw.json", "{ this is broken");
    EXPECT_EQ(bool_at(world.client()->call("health"), "ok"), true);
    EXPECT_TRUE(world.logged("config reload skipped"));
}

TEST(Stop, TellsClientsAndClosesThemWith1012) {
    GatewayWorld world;
    auto client = world.client();
    world.gateway->stop(Milliseconds(0));
    EXPECT_EQ(string_at(*object_at(client->event("shutdown"), "payload"), "reason"), "gateway stopping");
    EXPECT_EQ(client->closed(), "1012 service restart");
}

TEST(Stop, LetsARunningTurnEndAndTakesNothingNew) {
    GatewayWorld world;
    world.provider.script("anthropic:work", {{.deltas = {"late but whole"}, .failure = {}, .waits = true}});
    auto client = world.client();
    client->payload("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"run-1"})");
    world.until([&] { return world.provider.waiting() == 1; });
    world.gateway->stop(std::chrono::seconds(20));
    EXPECT_THAT(
        client->error("chat.send", R"({"sessionKey":"main","message":"more","idempotencyKey":"run-2"})"),
        HasSubstr("the gateway is stopping"));
    EXPECT_EQ(world.http("GET", "/readyz").status, 503);
    world.provider.release();
    EXPECT_EQ(text_of(end_of(*client)), "late but whole");
    EXPECT_EQ(client->closed(), "1012 service restart");
}

TEST(Instance, IsOneForAStateDirectoryAndNamesTheOther) {
    GatewayWorld world;
    const auto second = Gateway::open(world.means(), {.port = "0", .bind = {}, .secret = {}});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::busy);
    EXPECT_THAT(second.error().message, HasSubstr(fmt::format("(pid {})", getpid())));
}

TEST(Instance, TellsATakenPortFromATakenStateDirectory) {
    GatewayWorld world;
    GatewayWorld other;
    other.stop();
    const auto second = Gateway::open(
        other.means(), {.port = fmt::to_string(world.gateway->port()), .bind = {}, .secret = {}});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::busy);
    EXPECT_THAT(second.error().message,
                HasSubstr(fmt::format("already in use: {} (pid {})", "test_gateway", ::getpid())));
}

TEST(Presence, ShowsWhoIsConnectedExceptOneShotCalls) {
    GatewayWorld world;
    auto cli = world.client("[]", 3, "cli");
    const auto list = cli->call("system-presence");
    EXPECT_EQ(array_at(list, "payload")->size(), 1u);
    auto page = world.client("[]", 3, "webchat");
    EXPECT_EQ(array_at(cli->call("system-presence"), "payload")->size(), 2u);
}

}  // namespace
}  // namespace openclaw::gateway
