// What a principal gets to know and to do through routes, methods and events, beyond whether he may call
// them.
#include "base/text.h"
#include "unit/gateway/restricted_world.h"

namespace openclaw::gateway {
namespace {

using access::Limits;
using access::Scope;
using access::Scopes;
using Names = std::vector<std::string>;

const access::Identity owner = {
    .id = "token", .shown = "token", .proof = access::Proof::token, .scopes = Scopes::all(), .limits = {}};
const auto phone = test::client_named("phone", {Scope::chat});
const auto tablet = test::client_named("tablet", {Scope::chat});
const auto kid = test::client_named("kid", {Scope::chat, Scope::read}, {.agents = Names{"kid"}});
const auto manager = test::client_named("manager", {Scope::chat, Scope::models});

// Says something in a session and waits until it was answered.
json::object say(test::WsClient& client, const std::string& key, const std::string& text,
                 const std::string& id = "") {
    static int runs = 0;
    const auto run = id.empty() ? fmt::format("run-{}", ++runs) : id;
    const auto params =
        fmt::format(R"({{"sessionKey":"{}","message":"{}","idempotencyKey":"{}"}})", key, text, run);
    const auto answer = client.call("chat.send", params);
    if (!bool_at(answer, "ok").value_or(false)) return answer;
    while (true) {
        const auto event = client.event("chat");
        const auto* payload = object_at(event, "payload");
        if (!payload) return {};
        const auto state = string_at(*payload, "state").value_or("");
        if (string_at(*payload, "runId") == run && state != "delta") return *payload;
    }
}

std::string state_of(const json::object& payload) {
    return std::string(string_at(payload, "state").value_or("refused"));
}

TEST(Rights, KeepClientsInSessionsOfTheirOwn) {
    RestrictedWorld world;
    auto at_phone = world.client(phone), at_tablet = world.client(tablet), at_desk = world.client(owner);
    {
        const auto unwritten = world.hold_sessions_of("main");
        EXPECT_EQ(state_of(say(*at_phone, "desk", "hi")), "final");
        EXPECT_EQ(state_of(say(*at_tablet, "desk", "hi")), "error") << "where only memory says whose it is";
    }
    world.loop.run_until(world.chat.flush());
    EXPECT_EQ(state_of(say(*at_tablet, "desk", "hi")), "refused");
    EXPECT_EQ(state_of(say(*at_phone, "agent:main:main", "hi")), "refused");
    EXPECT_EQ(state_of(say(*at_phone, "main", "hi")), "final") << "a main session of its own";
    EXPECT_EQ(state_of(say(*at_desk, "main", "hi")), "final");
    EXPECT_EQ(state_of(say(*at_desk, "desk", "hi")), "final");
    EXPECT_NE(at_tablet->error("agent", R"({"sessionKey":"desk","message":"hi","idempotencyKey":"a1"})")
                  .find("the session agent:main:desk was not begun by tablet"),
              std::string::npos);
    const auto id = std::string(
        string_at(*object_at(at_desk->payload("sessions.describe", R"({"key":"main"})"), "session"),
                  "sessionId")
            .value_or(""));
    EXPECT_NE(
        at_tablet
            ->error("agent", fmt::format(R"({{"sessionId":"{}","message":"hi","idempotencyKey":"a2"}})", id))
            .find("no session with the id"),
        std::string::npos);
}

TEST(Rights, KeepCallsOverHttpInSessionsOfTheirOwn) {
    RestrictedWorld world;
    EXPECT_EQ(world.complete(phone, R"(,"user":"alice")").status, 200);
    EXPECT_EQ(world.complete(phone, R"(,"user":"alice")").status, 200);
    const auto refused = world.complete(tablet, R"(,"user":"alice")");
    EXPECT_EQ(refused.status, 403) << refused.body;
    EXPECT_NE(refused.body.find("was not begun by tablet"), std::string::npos) << refused.body;
    const net::Headers header{{"X-OpenClaw-Session-Key", "agent:main:openai-user:alice"}};
    EXPECT_EQ(world.complete(tablet, "", header).status, 403);
    EXPECT_EQ(world.complete(tablet, "", {{"X-OpenClaw-Session-Key", "agent:main:main"}}).status, 403);
    EXPECT_EQ(world.complete(phone, "", header).status, 200);
    EXPECT_EQ(world.complete(manager, "", header).status, 200);
    EXPECT_EQ(world.complete(owner, "", header).status, 200);
    EXPECT_EQ(world.complete(tablet, "").status, 200) << "outside every session";
}

TEST(Rights, RefuseOverHttpWhatLimitsLeaveOut) {
    RestrictedWorld world;
    EXPECT_EQ(world.complete(phone, R"(,"model":"anthropic/claude-haiku-4-5@anthropic:work")").status, 403);
    EXPECT_EQ(world.complete(manager, R"(,"model":"anthropic/claude-haiku-4-5@anthropic:work")").status, 200);
    const auto thrifty =
        test::client_named("thrifty", {Scope::chat}, {.models = Names{"anthropic/claude-haiku-*"}});
    EXPECT_EQ(world.complete(thrifty, R"(,"model":"anthropic/claude-opus-4-5")").status, 403);
    EXPECT_EQ(world.complete(thrifty, "").status, 200);
    EXPECT_EQ(world.provider.seen().back().request.model.key(), "anthropic/claude-haiku-4-5");
    EXPECT_EQ(world.complete(thrifty, R"(,"user":"me")").status, 200);
    EXPECT_EQ(world.provider.seen().back().request.model.key(), "anthropic/claude-haiku-4-5");
    // Within a session the named model is asked, or the session's own: never one beyond the limits, and never
    // with a credential of the caller's choice.
    const auto pinned =
        world.complete(phone, R"(,"user":"p","model":"anthropic/claude-haiku-4-5@anthropic:work")");
    EXPECT_TRUE(pinned.status == 403 ||
                world.provider.seen().back().request.model.key() == "anthropic/claude-opus-4-5")
        << pinned.body;
    const auto asked_before = world.provider.seen().size();
    world.complete(thrifty, R"(,"user":"me","model":"anthropic/claude-opus-4-5")");
    for (auto at = asked_before; at < world.provider.seen().size(); ++at)
        EXPECT_EQ(world.provider.seen()[at].request.model.key(), "anthropic/claude-haiku-4-5");
    const auto stranger = test::client_named("stranger", {Scope::chat}, {.models = Names{}});
    EXPECT_EQ(world.complete(stranger, "").status, 403);
    EXPECT_EQ(world.complete(stranger, R"(,"user":"me2")").status, 403);

    for (const auto* other : {R"(,"model":"agent:work")", R"(,"model":"openclaw:main")"})
        EXPECT_EQ(world.complete(kid, other).status, 403) << other;
    EXPECT_EQ(world.complete(kid, "", {{"X-OpenClaw-Agent-Id", "work"}}).status, 403);
    EXPECT_EQ(world.complete(kid, "", {{"X-OpenClaw-Agent-Id", "nobody"}}).status, 403);
    EXPECT_EQ(world.complete(kid, "", {{"X-OpenClaw-Session-Key", "agent:work:main"}}).status, 403);
    EXPECT_EQ(world.complete(kid, "").status, 200);
    EXPECT_EQ(world.complete(kid, R"(,"user":"bob")").status, 200);
    auto at_desk = world.client(owner);
    EXPECT_NE(json::serialize(at_desk->payload("sessions.list")).find("agent:kid:openai-user:bob"),
              std::string::npos)
        << "who may use one agent only means it where he names none";
}

TEST(Rights, TellEachClientOfTheRunsThatItMayFollow) {
    RestrictedWorld world;
    auto at_phone = world.client(phone), at_tablet = world.client(tablet), at_kid = world.client(kid),
         reader = world.client(test::client_named("reader", {Scope::read})), at_desk = world.client(owner);
    EXPECT_EQ(state_of(say(*at_phone, "desk", "hi", "of-phone")), "final");
    EXPECT_EQ(state_of(say(*at_desk, "main", "hi", "of-owner")), "final");
    EXPECT_EQ(state_of(say(*at_kid, "main", "hi", "of-kid")), "final");
    EXPECT_EQ(state_of(say(*at_desk, "desk", "hi", "in-desk")), "final");
    // What each has been told until now; its own answer to a last question says that there is no more.
    const auto told = [](test::WsClient& client) {
        Names runs;
        const auto id = client.send_request("agents.list");
        while (true) {
            const auto frame = client.next();
            if (frame.empty() || string_at(frame, "id") == id) break;
            const auto name = string_at(frame, "event").value_or("");
            if (name != "chat" && name != "agent") continue;
            const auto run = std::string(string_at(*object_at(frame, "payload"), "runId").value_or(""));
            if (std::ranges::find(runs, run) == runs.end()) runs.push_back(run);
        }
        return runs;
    };
    EXPECT_EQ(told(*at_tablet), Names{});
    EXPECT_EQ(told(*reader), (Names{"of-phone", "of-owner", "of-kid", "in-desk"}));
    const auto kids = told(*at_kid);
    EXPECT_TRUE(std::ranges::count(kids, "of-phone") + std::ranges::count(kids, "of-owner") == 0);
    const auto phones = told(*at_phone);
    EXPECT_TRUE(std::ranges::count(phones, "of-owner") + std::ranges::count(phones, "of-kid") == 0);
    EXPECT_EQ(std::ranges::count(phones, "in-desk"), 1) << "in a session of its own";
}

TEST(Rights, HideTheRunsOfOthers) {
    RestrictedWorld world;
    world.provider.script("anthropic:work", {{.deltas = {"done"}, .failure = {}, .waits = true}});
    auto at_desk = world.client(owner), at_tablet = world.client(tablet);
    const auto sent =
        at_desk->call("chat.send", R"({"sessionKey":"desk","message":"hi","idempotencyKey":"the-run"})");
    ASSERT_TRUE(bool_at(sent, "ok").value_or(false));
    world.until([&] { return world.provider.waiting() == 1; });
    const auto unknown = at_tablet->payload("agent.wait", R"({"runId":"no-such-run","timeoutMs":0})");
    auto waited = at_tablet->payload("agent.wait", R"({"runId":"the-run","timeoutMs":60000})");
    waited["runId"] = "no-such-run";
    EXPECT_EQ(waited, unknown) << "and it isn't waited for";
    for (const auto* params : {R"({"sessionKey":"desk","runId":"the-run"})", R"({"sessionKey":"desk"})",
                               R"({"sessionKey":"other","runId":"the-run"})"})
        EXPECT_EQ(bool_at(at_tablet->payload("chat.abort", params), "aborted"), false) << params;
    for (const auto* word : {"/stop", "stop", "abort"})
        EXPECT_EQ(
            bool_at(at_tablet->payload("chat.send", fmt::format(R"({{"sessionKey":"desk","message":"{}",)"
                                                                R"("idempotencyKey":"x"}})",
                                                                word)),
                    "aborted"),
            false)
            << word;
    for (const auto* method : {"agent", "chat.send"})
        EXPECT_NE(
            at_tablet->error(method, R"({"sessionKey":"mine","message":"hi","idempotencyKey":"the-run"})")
                .find("the run id is in use by somebody else"),
            std::string::npos);
    world.provider.release();
    while (true) {
        const auto payload = *object_at(at_desk->event("chat"), "payload");
        if (string_at(payload, "state") == "delta") continue;
        EXPECT_EQ(string_at(payload, "state"), "final");
        EXPECT_EQ(string_at(payload, "sessionKey"), "desk") << "the requester's own spelling is still known";
        break;
    }
}

TEST(Rights, ShowARestrictedClientNothingBeyondItsLimits) {
    RestrictedWorld world;
    auto at_desk = world.client(owner);
    for (const auto* key : {"main", "agent:work:plans", "agent:kid:homework"}) say(*at_desk, key, "hello");
    const auto limited =
        test::client_named("limited", {Scope::read, Scope::chat},
                           {.agents = Names{"kid"}, .models = Names{"anthropic/claude-haiku-4-5"}});
    auto client = world.client(limited);
    const auto hidden = [](const json::value& value) {
        const auto text = json::serialize(value);
        for (const auto* word :
             {"agent:main", "agent:work", "agents/main", "agents/work", "\"main\"}", "\"work\""})
            EXPECT_EQ(text.find(word), std::string::npos) << word << " in " << text;
        return text;
    };
    hidden(world.greeting());
    const auto& snapshot = *object_at(world.greeting(), "snapshot");
    EXPECT_EQ(string_at(*object_at(snapshot, "sessionDefaults"), "mainSessionKey"),
              "agent:kid:client:crt_limited");
    for (const auto* method : {"health", "status", "agents.list", "sessions.list"})
        EXPECT_NE(hidden(client->payload(method)).find("kid"), std::string::npos) << method;
    EXPECT_EQ(integer_at(client->payload("sessions.list"), "count"), 1);
    EXPECT_EQ(json::serialize(client->payload("models.list")).find("opus"), std::string::npos);
    EXPECT_EQ(string_at(client->payload("agent.identity.get"), "agentId"), "kid");
    EXPECT_EQ(client->error("agent.identity.get", R"({"agentId":"work"})"),
              "INVALID_REQUEST: limited may not use the agent work");
    EXPECT_EQ(client->error("agent.identity.get", R"({"agentId":"nope"})"),
              "INVALID_REQUEST: limited may not use the agent nope");
    const auto previews =
        client->payload("sessions.preview", R"({"keys":["agent:work:plans","agent:kid:homework"]})");
    EXPECT_EQ(string_at(array_at(previews, "previews")->at(0).get_object(), "status"), "missing");
    EXPECT_EQ(string_at(array_at(previews, "previews")->at(1).get_object(), "status"), "ok");
    EXPECT_NE(client->error("chat.history", R"({"sessionKey":"agent:work:plans"})").find("may not use"),
              std::string::npos);

    world.room.announce_health();
    hidden(*object_at(client->event("health"), "payload"));
    EXPECT_NE(json::serialize(*object_at(at_desk->event("health"), "payload")).find("agents/work"),
              std::string::npos);
    EXPECT_EQ(array_at(snapshot, "presence")->size(), 2U) << "the gateway and itself";
}

TEST(Rights, ShowWhoMayOnlyTalkWhatIsHisOwn) {
    RestrictedWorld world;
    auto at_desk = world.client(owner), at_phone = world.client(phone);
    say(*at_desk, "main", "secret");
    say(*at_phone, "desk", "hi");
    const auto& snapshot = *object_at(world.greeting(), "snapshot");
    EXPECT_TRUE(array_at(snapshot, "presence")->empty());
    EXPECT_TRUE(object_at(snapshot, "health")->empty());
    EXPECT_FALSE(snapshot.contains("stateDir"));
    EXPECT_TRUE(snapshot.contains("sessionDefaults")) << "where it would talk";
    EXPECT_EQ(integer_at(at_phone->payload("sessions.list"), "count"), 1);
    EXPECT_TRUE(
        at_phone->payload("sessions.describe", R"({"key":"agent:main:main"})").at("session").is_null());
    EXPECT_FALSE(at_phone->payload("sessions.describe", R"({"key":"desk"})").at("session").is_null());
    EXPECT_NE(
        at_phone->error("chat.history", R"({"sessionKey":"agent:main:main"})").find("not begun by phone"),
        std::string::npos);
    EXPECT_NE(at_phone->error("sessions.resolve", R"({"key":"agent:main:main"})").find("No session found"),
              std::string::npos);
    EXPECT_EQ(string_at(at_phone->payload("agents.list"), "mainKey"), "client:crt_phone");
    EXPECT_EQ(at_phone->error("health"), "INVALID_REQUEST: missing scope: operator.read");
}

// Every method that is served to clients with limits, also one that comes later, is asked for what lies
// beyond them, in each way in which methods are told what is meant.
TEST(Rights, HoldInEveryMethodThatIsServedWithLimits) {
    RestrictedWorld world;
    auto at_desk = world.client(owner);
    const auto describe = [&](const char* key) {
        const auto found = at_desk->payload("sessions.describe", fmt::format(R"({{"key":"{}"}})", key));
        return *object_at(found, "session");
    };
    for (const auto* key : {"agent:work:named", "agent:work:other", "main"}) {
        say(*at_desk, key, "xyzzy-secret", fmt::format("run-in-{}", key));
        at_desk->payload("sessions.patch", fmt::format(R"({{"key":"{0}","label":"label of {0}"}})", key));
    }
    const auto named = describe("agent:work:named"), other = describe("agent:work:other");
    const auto id = [](const json::object& session) { return std::string(*string_at(session, "sessionId")); };
    auto deputy = owner;
    deputy.id = "crt_deputy";
    deputy.limits = {.agents = Names{"kid"}};
    auto client = world.client(deputy);
    int calls = 0;
    for (const auto& method : all_that_is_offered().methods) {
        if (method.restricted != access::Restricted::served) continue;
        for (const auto& meant :
             {std::string(R"("key":"agent:work:named")"), std::string(R"("keys":["agent:work:named"])"),
              std::string(R"("sessionKey":"agent:work:named")"), std::string(R"("agentId":"work")"),
              std::string(R"("runId":"run-in-agent:work:named","sessionKey":"kid")"),
              std::string(R"("label":"label of agent:work:named")"),
              std::string(R"("search":"agent:work","includeGlobal":true)"),
              fmt::format(R"("sessionId":"{}")", id(named)),
              std::string(R"("key":"agent:kid:x","label":"label of agent:work:named")"),
              std::string(R"("limit":100)")}) {
            const auto params = fmt::format(
                R"({{{},"message":"hi","idempotencyKey":"call-{}","timeoutMs":0}})", meant, ++calls);
            const auto answer = json::serialize(client->call(method.name, params));
            for (const auto& hidden :
                 {std::string("xyzzy-secret"), std::string("agents/work"), std::string("agents/main"),
                  id(other), std::string("of agent:work:other")})
                EXPECT_EQ(answer.find(hidden), std::string::npos) << method.name << " " << params << answer;
        }
    }
    EXPECT_EQ(describe("agent:work:named"), named) << "and nothing of it has changed";
    EXPECT_EQ(describe("agent:work:other"), other);
    const auto with_secret = std::ranges::count_if(world.provider.seen(), [](const auto& seen) {
        return std::ranges::any_of(seen.request.messages,
                                   [](const auto& message) { return message.text == "xyzzy-secret"; });
    });
    EXPECT_EQ(with_secret, 3) << "those of the owner himself";
    EXPECT_FALSE(world.chat.find_run(test::principal_of(deputy), "run-in-agent:work:named"));

    say(*at_desk, "agent:work:named", "once more", "another-run");
    const auto last = client->send_request("agents.list");
    for (auto frame = client->next(); !frame.empty() && string_at(frame, "id") != last;
         frame = client->next())
        EXPECT_EQ(json::serialize(frame).find("another-run"), std::string::npos);
}

TEST(Rights, HoldForAdministratorsWithLimits) {
    RestrictedWorld world;
    auto at_desk = world.client(owner);
    say(*at_desk, "agent:work:plans", "hello");
    const auto deputy = test::client_named(
        "deputy", {Scope::admin}, {.agents = Names{"kid"}, .models = Names{"anthropic/claude-haiku-4-5"}});
    auto client = world.client(deputy);
    for (const auto* method : {"sessions.patch", "sessions.reset", "sessions.delete"})
        EXPECT_NE(client->error(method, R"({"key":"agent:work:plans"})").find("may not use"),
                  std::string::npos)
            << method;
    EXPECT_NE(client->error("sessions.patch", R"({"key":"agent:kid:x","model":"anthropic/claude-opus-4-5"})")
                  .find("model not allowed"),
              std::string::npos);
    EXPECT_TRUE(
        client->payload("sessions.patch", R"({"key":"agent:kid:x","model":"anthropic/claude-haiku-4-5"})")
            .contains("entry"));
}

// The lessons of published advisories on gateways of this kind.
TEST(Advisory, ScopesThatAClientDeclaresForItselfGrantNothing) {
    RestrictedWorld world;
    for (const auto* asked :
         {R"(["operator.admin"])", R"(["operator.admin","operator.write","operator.pairing"])",
          R"(["admin","*","operator.*"])"}) {
        auto client = world.client(phone, asked);
        for (const auto& scope : *array_at(*object_at(world.greeting(), "auth"), "scopes"))
            EXPECT_EQ(scope.get_string(), "operator.chat") << asked;
        EXPECT_NE(client->error("sessions.reset", R"({"key":"main"})").find("missing scope"),
                  std::string::npos);
        EXPECT_NE(client->error("health").find("missing scope"), std::string::npos);
    }
    EXPECT_EQ(world
                  .complete(test::client_named("reader", {Scope::read}), "",
                            {{"X-OpenClaw-Scopes", "operator.admin,operator.write"}})
                  .status,
              403);
}

TEST(Advisory, ARoleOrAClientsNameGrantsNothing) {
    RestrictedWorld world;
    for (const auto* role : {"operator", "node", "admin", "owner", "system"})
        for (const auto* name :
             {"cli", "gateway-client", "openclaw-control-ui", "openclaw-macos", "crt_other"})
            for (const auto* mode : {"cli", "backend", "ui", "probe", "node"}) {
                world.let_in(phone);
                test::WsClient client(world.loop, "127.0.0.1", world.port);
                const auto answer = client.call(
                    "connect",
                    fmt::format(R"({{"minProtocol":3,"maxProtocol":4,"client":{{"id":"{}","mode":"{}",)"
                                R"("version":"1","platform":"linux","instanceId":"crt_other"}},"role":"{}",)"
                                R"("scopes":["operator.admin"],"auth":{{"token":"{}"}}}})",
                                name, mode, role, test::door_secret));
                const auto* payload = object_at(answer, "payload");
                if (!payload) {
                    EXPECT_FALSE(std::string_view(role) == "operator" || std::string_view(role) == "node");
                    continue;
                }
                for (const auto& scope : *array_at(*object_at(*payload, "auth"), "scopes"))
                    EXPECT_EQ(scope.get_string(), "operator.chat") << role << name << mode;
                EXPECT_NE(client.error("sessions.list").find("no error") == std::string::npos,
                          std::string_view(role) == "operator");
            }
}

TEST(Advisory, AskingForLessIsKeptForTheWholeConnection) {
    RestrictedWorld world;
    auto client = world.client(owner, R"(["operator.chat"])");
    EXPECT_NE(client->error("health").find("missing scope: operator.read"), std::string::npos);
    EXPECT_EQ(client->error("connect", R"({"scopes":["operator.admin"]})"),
              "INVALID_REQUEST: missing scope: operator.admin");
    EXPECT_EQ(state_of(say(*client, "main", "hi")), "final");
    EXPECT_EQ(state_of(say(*client, "main", "/model anthropic/claude-haiku-4-5@anthropic:work")), "final");
    auto admin = world.client(owner);
    const auto session = *object_at(admin->payload("sessions.describe", R"({"key":"main"})"), "session");
    EXPECT_EQ(string_at(session, "authProfileOverrideSource"), "auto")
        << "narrowed, it may not choose the credential";
}

}  // namespace
}  // namespace openclaw::gateway
