#include <gmock/gmock.h>
#include <sys/resource.h>

#include "gateway_world.h"

namespace openclaw::gateway {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string store_with(std::string_view key) {
    return fmt::format(
        R"({{"version":1,"profiles":{{"anthropic:work":{{"type":"api_key","provider":"anthropic","key":"{}"}}}}}})",
        key);
}

std::string config_with(std::string_view model) {
    return fmt::format(
        R"({{"gateway":{{"auth":{{"token":"{}"}}}},"agents":{{"defaults":{{"model":{{"primary":"{}"}}}}}}}})",
        test_token, model);
}

constexpr std::string_view store = "agents/main/agent/auth-profiles.json";

json::object currency(test::WsClient& client) {
    const auto status = client.payload("status");
    return *object_at(*object_at(status, "gateway"), "config");
}

std::int64_t health_version(const json::object& event) {
    const auto* version = object_at(event, "stateVersion");
    return version ? integer_at(*version, "health").value_or(-1) : -1;
}

void say(test::WsClient& client, std::string_view run) {
    client.payload("chat.send",
                   fmt::format(R"({{"sessionKey":"main","message":"hi","idempotencyKey":"{}"}})", run));
}

std::string state_of_end(test::WsClient& client) {
    for (;;) {
        const auto frame = client.event("chat");
        const auto* payload = object_at(frame, "payload");
        if (!payload) return "closed";
        const auto state = string_at(*payload, "state").value_or("");
        if (state != "delta") return std::string(state);
    }
}

TEST(FollowedFiles, TellClientsOfANewConfigWithoutARequest) {
    GatewayWorld world;
    auto client = world.client();
    world.write("openclaw.json", config_with("openai/gpt-5.2"));
    const auto first = client->event("health");
    world.write("openclaw.json", config_with("openai/gpt-5.1"));
    EXPECT_GT(health_version(client->event("health")), health_version(first));
    EXPECT_TRUE(world.logged("config change applied (agents)"));
}

TEST(FollowedFiles, TellClientsOfAReplacedKeyButNotOfItsUse) {
    GatewayWorld world;
    auto client = world.client();
    world.write(std::string(store), store_with("sk-ant-new-0123456789"));
    const auto version = health_version(client->event("health"));
    say(*client, "run-1");  // writes usageStats and lastGood into the store
    EXPECT_EQ(state_of_end(*client), "final");
    EXPECT_EQ(world.provider.seen().back().secret, "sk-ant-new-0123456789");
    world.write(std::string(store), store_with("sk-ant-newer-0123456789"));
    EXPECT_EQ(health_version(client->event("health")), version + 1);
}

TEST(FollowedFiles, AreReadAgainWhenAnEnvironmentFileAppears) {
    GatewayWorld world;
    auto client = world.client();
    world.write(".env", "OPENAI_API_KEY=sk-from-the-file-0123456789\n");
    EXPECT_FALSE(client->event("health").empty());
    EXPECT_THAT(json::serialize(client->payload("env.list")), HasSubstr("OPENAI_API_KEY"));
}

TEST(FollowedFiles, DisturbNoRunningTurn) {
    GatewayWorld world;
    world.provider.script("anthropic:work",
                          {{.deltas = {"old ", "answer"}, .failure = {}, .waits = true}, test::says("new")});
    auto client = world.client();
    say(*client, "run-1");
    world.until([&] { return world.provider.waiting() == 1; });
    world.write(std::string(store), store_with("sk-ant-new-0123456789"));
    world.write("openclaw.json", config_with("anthropic/claude-sonnet-4-5"));
    world.write(".env", "OPENAI_API_KEY=sk-from-the-file-0123456789\n");
    client->event("health");
    world.provider.release();
    EXPECT_EQ(state_of_end(*client), "final");
    EXPECT_EQ(world.provider.seen().back().secret, "sk-ant-work-0123456789");
    say(*client, "run-2");
    EXPECT_EQ(state_of_end(*client), "final");
    EXPECT_EQ(world.provider.seen().back().secret, "sk-ant-new-0123456789");
    EXPECT_EQ(world.provider.seen().back().request.model.model, "claude-sonnet-4-5");
}

TEST(FollowedFiles, ThatCantBeUsedAreSaidInTheStatusUntilTheyAreRepaired) {
    GatewayWorld world;
    auto client = world.client();
    EXPECT_FALSE(currency(*client).contains("problem"));
    world.write("openclaw.json", "{ this is broken");
    client->event("health");
    EXPECT_FALSE(string_at(currency(*client), "problem").value_or("").empty());
    world.write("openclaw.json", config_with("openai/gpt-5.2"));
    client->event("health");
    EXPECT_FALSE(currency(*client).contains("problem"));

    world.write(std::string(store), "{ broken too");
    client->event("health");
    EXPECT_THAT(json::serialize(currency(*client)), HasSubstr("auth-profiles.json"));
    world.write(std::string(store), store_with("sk-ant-new-0123456789"));
    client->event("health");
    EXPECT_FALSE(currency(*client).contains("damagedStores"));
}

TEST(FollowedFiles, LeadToTheSettingsThatWantARestart) {
    GatewayWorld world;
    auto client = world.client();
    world.write("openclaw.json",
                fmt::format(R"({{"gateway":{{"port":1234,"auth":{{"token":"{}"}}}}}})", test_token));
    client->event("health");
    EXPECT_THAT(json::serialize(currency(*client)), HasSubstr(R"("needsRestart":["gateway.port"])"));
    world.write("openclaw.json", config_with("openai/gpt-5.2"));
    client->event("health");
    EXPECT_THAT(*array_at(currency(*client), "needsRestart"), IsEmpty()) << "it is as it was at the start";
}

TEST(Refresh, SaysWhichFilesAreInUseNow) {
    GatewayWorld world;
    auto owner = world.dial_socket();
    owner->connect("");
    const auto asked = [&](const platform::Path& file) {
        return json::serialize(
            owner->call("gateway.refresh", fmt::format(R"({{"files":["{}"]}})", file.string())));
    };
    EXPECT_THAT(asked(world.state() / "openclaw.json"), HasSubstr(R"("used":true)"));
    EXPECT_THAT(asked(world.state() / store), HasSubstr(R"("used":true)"));
    EXPECT_THAT(asked(world.state() / ".env"), HasSubstr(R"("used":true)"));
    EXPECT_THAT(asked("/etc/passwd"), HasSubstr("it doesn't read that file"));
    world.write("openclaw.json", "{ broken");
    EXPECT_THAT(asked(world.state() / "openclaw.json"), HasSubstr(R"("used":false)"));
    EXPECT_THAT(asked(world.state() / store), HasSubstr(R"("used":true)"));
    world.write(std::string(store), "{ broken");
    EXPECT_THAT(asked(world.state() / store), HasSubstr("is damaged"));
}

TEST(Refresh, TakesOverNothingOfTheConfigWhereReloadIsOff) {
    GatewayWorld world(R"("auth":{"token":"test-token-0123456789abcdef"},"reload":{"mode":"off"})");
    auto owner = world.dial_socket();
    owner->connect("");
    world.write("openclaw.json", config_with("openai/gpt-5.2"));
    const auto answer = json::serialize(owner->call(
        "gateway.refresh", fmt::format(R"({{"files":["{}"]}})", (world.state() / "openclaw.json").string())));
    EXPECT_THAT(answer, HasSubstr("gateway.reload.mode is off"));
    EXPECT_FALSE(world.logged("config change applied"));
}

TEST(Refresh, IsForTheOwnerAndBounded) {
    GatewayWorld world;
    auto reader = world.client(R"(["operator.read"])");
    EXPECT_THAT(reader->error("gateway.refresh"), HasSubstr("missing scope"));
    auto owner = world.dial_socket();
    owner->connect("");
    std::string many;
    for (int i = 0; i < 17; ++i) many += (many.empty() ? "" : ",") + std::string("\"/x\"");
    EXPECT_THAT(owner->error("gateway.refresh", R"({"files":[)" + many + "]}"), HasSubstr("INVALID_REQUEST"));
}

constexpr const char* streamed = R"({"stream":true,"messages":[{"role":"user","content":"hi"}]})";
constexpr const char* whole = R"({"messages":[{"role":"user","content":"hi"}]})";
constexpr const char* in_session = R"({"user":"ann","messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view new_token = "another-token-987654321";

void rotate(GatewayWorld& world) {
    world.write("openclaw.json", fmt::format(R"({{"gateway":{{"auth":{{"token":"{}"}}}}}})", new_token));
}

TEST(Rotation, EndsAStreamThatTheOldTokenHasOpened) {
    GatewayWorld world;
    world.provider.script("anthropic:work", {{.deltas = {"one"}, .failure = {}, .then_waits = true}});
    auto answer = world.ask_later("POST", "/v1/chat/completions", world.bearer(), streamed);
    world.until([&] { return world.provider.waiting() == 1; });
    rotate(world);
    world.until([&] { return answer->over; });
    EXPECT_EQ(answer->status, 200);
    EXPECT_THAT(answer->body, HasSubstr("one"));
    EXPECT_THAT(answer->body, HasSubstr("secret was replaced"));
    EXPECT_FALSE(answer->whole) << "it can't pass for a complete answer";
    EXPECT_EQ(world.provider.waiting(), 0u) << "the provider was told to stop";
}

net::Task<std::string> read_to_end(net::Stream& stream) {
    std::string all, buffer(64 * 1024, ' ');
    for (;;) {
        const auto count = co_await stream.read(buffer, std::chrono::seconds(60));
        if (!count || *count == 0) co_return all;
        all.append(buffer, 0, *count);
    }
}

TEST(Rotation, EndsAStreamAtOnceWhoseReaderHasStalled) {
    GatewayWorld world;
    const std::string much(8u << 20, 'x');  // more than the system keeps on the way
    world.provider.script("anthropic:work", {{.deltas = {much}, .failure = {}, .then_waits = true}});
    auto client = world.loop.run_until(
        net::connect_tcp(world.loop, {"127.0.0.1", world.gateway->port()}, std::chrono::seconds(60)));
    ASSERT_TRUE(client);
    const auto request = fmt::format(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: "
        "application/json\r\nContent-Length: {}\r\n\r\n{}",
        test_token, std::string_view(streamed).size(), streamed);
    ASSERT_TRUE(world.loop.run_until((*client)->write(request, std::chrono::seconds(60))));
    world.until([&] { return world.provider.waiting() == 1; });
    rotate(world);
    world.until([&] { return world.provider.waiting() == 0; });
    const auto got = world.loop.run_until(read_to_end(**client));
    EXPECT_THAT(got, HasSubstr("200 OK"));
    EXPECT_LT(got.size(), much.size()) << "what had not left by then never does";
}

TEST(Rotation, EndsAnAnswerThatIsWaitedForInAndOutsideOfASession) {
    for (const char* body : {whole, in_session}) {
        GatewayWorld world;
        world.provider.script("anthropic:work", {{.deltas = {"late"}, .failure = {}, .waits = true}});
        auto answer = world.ask_later("POST", "/v1/chat/completions", world.bearer(), body);
        world.until([&] { return world.provider.waiting() == 1; });
        rotate(world);
        world.until([&] { return answer->over; });
        EXPECT_EQ(answer->status, 401) << answer->body;
        EXPECT_THAT(answer->body, testing::Not(HasSubstr("late")));
        world.until([&] { return world.provider.waiting() == 0; });
    }
}

TEST(Rotation, LeavesTheOwnersAnswersAlone) {
    GatewayWorld world;
    world.provider.script("anthropic:work", {{.deltas = {"late but whole"}, .failure = {}, .waits = true}});
    auto owner = world.dial_socket();
    owner->connect("");
    say(*owner, "run-1");
    world.until([&] { return world.provider.waiting() == 1; });
    rotate(world);
    EXPECT_EQ(world.http("POST", "/v1/chat/completions", world.bearer(new_token), "{}").status, 400);
    world.provider.release();
    EXPECT_EQ(state_of_end(*owner), "final");
}

// While it exists, this process can open nothing: EMFILE.
class NoDescriptors {
public:
    NoDescriptors() {
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none = before_;
        none.rlim_cur = 0;
        setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

// Where the token stands, and what is written there to replace it.
struct TokenPlace {
    const char *name, *gateway_section;
    std::map<std::string, std::string> files;
    const char* file;
    std::string text;
};
void PrintTo(const TokenPlace& place, std::ostream* out) {
    *out << place.name;
}
class UnreadChange : public testing::TestWithParam<TokenPlace> {};

TEST_P(UnreadChange, IsSaidAndTriedAgainUntilItCouldBeRead) {
    const auto& place = GetParam();
    GatewayWorld world(place.gateway_section, place.files);
    auto owner = world.dial_socket();
    owner->connect("");
    auto client = world.client();
    {
        world.write(place.file, place.text);
        const NoDescriptors full;
        const auto stale = currency(*owner);
        EXPECT_THAT(std::string(string_at(stale, "problem").value_or("")), HasSubstr("oo many open files"));
        EXPECT_EQ(bool_at(stale, "upToDate"), false);
        EXPECT_EQ(bool_at(client->call("health"), "ok"), true) << "the last good one serves";
    }
    world.until([&] { return !currency(*owner).contains("problem"); });
    EXPECT_EQ(bool_at(currency(*owner), "upToDate"), true);
    EXPECT_THAT(client->closed(), HasSubstr("1008 gateway secret changed"));
    EXPECT_EQ(bool_at(world.dial()->connect(std::string(new_token)), "ok"), true);
    EXPECT_EQ(bool_at(world.dial()->connect(std::string(test_token)), "ok"), false);
}

INSTANTIATE_TEST_SUITE_P(
    Everywhere, UnreadChange,
    testing::Values(TokenPlace{"config",
                               R"("auth":{"token":"test-token-0123456789abcdef"})",
                               {},
                               "openclaw.json",
                               fmt::format(R"({{"gateway":{{"auth":{{"token":"{}"}}}}}})", new_token)},
                    TokenPlace{"environment",
                               R"("mode":"local")",
                               {{".env", fmt::format("OPENCLAW_GATEWAY_TOKEN={}\n", test_token)}},
                               ".env",
                               fmt::format("OPENCLAW_GATEWAY_TOKEN={}\n", new_token)}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(UnreadChange, OfAHalfWrittenConfigIsTakenOverWhenItIsWhole) {
    GatewayWorld world;
    auto client = world.client();
    const auto text = config_with("openai/gpt-5.2");
    std::ofstream half(world.state() / "openclaw.json");
    half << text.substr(0, text.size() / 2) << std::flush;
    world.loop.run_until([](Gateway& gateway, net::Loop& loop) -> net::Task<void> {
        net::Event done(loop);
        gateway.reload([&] { done.notify(); });
        co_await done.wait();
    }(*world.gateway, world.loop));
    EXPECT_TRUE(currency(*client).contains("problem"));
    half << text.substr(text.size() / 2) << std::flush;  // nobody is told before the file is closed
    world.until([&] { return !currency(*client).contains("problem"); });
    EXPECT_THAT(json::serialize(client->payload("config.get")), HasSubstr("gpt-5.2"));
}

TEST(Serving, IsOneStateForEachRequestWhileItIsReplacedAgainAndAgain) {
    GatewayWorld world;
    auto client = world.client();
    for (int round = 0; round < 40; ++round) {
        const auto model = round % 2 == 0 ? "openai/gpt-5.2" : "anthropic/claude-sonnet-4-5";
        world.write("openclaw.json", config_with(model));
        const auto first = client->send_request("config.get"), second = client->send_request("config.get");
        EXPECT_THAT(json::serialize(client->response(first)), HasSubstr(model)) << round;
        EXPECT_THAT(json::serialize(client->response(second)), HasSubstr(model)) << round;
        EXPECT_EQ(world.http("POST", "/v1/chat/completions", world.bearer(), "{}").status, 400);
    }
}

}  // namespace
}  // namespace openclaw::gateway
