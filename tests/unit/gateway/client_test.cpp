// How a client finds a gateway, what it makes of its frames, and what a real one answers it.
#include <unistd.h>

#include "gateway/client/ask.h"
#include "gateway/protocol/frames.h"
#include "gateway_world.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"
#include "support/memory_file_system.h"

namespace openclaw::gateway {
namespace {

using Variables = std::map<std::string, std::string>;

// Where a client runs: with the text of openclaw.json, variables, and a socket that stands there or not.
struct Host {
    test::MemoryFileSystem files;
    test::FakeClock clock;
    std::shared_ptr<const config::Config> config;

    explicit Host(const std::string& text, const Variables& variables = {}, bool socket = false)
        : config(test::config_of(text, variables)) {
        if (socket) files.put_other(config->paths().admin_socket(), platform::FileKind::socket);
    }
    ClientHost parts() {
        return {.files = files,
                .clock = clock,
                .paths = config->paths(),
                .config = config,
                .fingerprint_key = "key"};
    }
    Result<GatewayTarget> target(const ClientOptions& options = {}) {
        return resolve_target(parts(), options);
    }
};

std::string revealed(const std::optional<Secret>& secret) {
    return secret ? std::string(secret->reveal()) : "-";
}
ClientOptions with_url(const std::string& url) {
    ClientOptions options;
    options.url = url;
    return options;
}

const std::string remote =
    R"({"gateway":{"mode":"remote","auth":{"token":"own-token"},"remote":{"url":"wss://far:7443","token":" far-token "}}})";

TEST(ClientTarget, IsTheAdminSocketUnlessSomethingElseIsAskedFor) {
    Host here(R"({"gateway":{"auth":{"token":"own-token"}}})", {}, true);
    const auto socket = here.target();
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->socket, "/home/u/.openclaw/gateway.sock");
    EXPECT_EQ(socket->described, "~/.openclaw/gateway.sock");
    EXPECT_FALSE(socket->token) << "the kernel says who we are";
    ClientOptions by_token;
    by_token.token = Secret("typed");
    EXPECT_EQ(here.target(by_token)->socket, "");
    EXPECT_EQ(revealed(here.target(by_token)->token), "typed");
    EXPECT_EQ(here.target(with_url("ws://other:1"))->socket, "");
    EXPECT_EQ(Host(remote, {}, true).target()->socket, "");
}

TEST(ClientTarget, IsElsewhereByItsAddressOrTheMode) {
    Host here("{}");
    EXPECT_FALSE(here.target()->elsewhere);
    EXPECT_FALSE(here.target(with_url("ws://127.0.0.1:1"))->elsewhere);
    EXPECT_TRUE(here.target(with_url("ws://other:1"))->elsewhere);
    EXPECT_TRUE(Host(remote).target()->elsewhere);
    EXPECT_TRUE(
        Host(R"({"gateway":{"mode":"remote","remote":{"url":"ws://127.0.0.1:1"}}})").target()->elsewhere)
        << "a tunnel ends on this machine";
}

const std::string some_pin(64, 'a');

TEST(ClientTarget, KnowsTheRemoteGatewayByItsFingerprintAndNoOther) {
    Host here(R"({"gateway":{"mode":"remote","remote":{"url":"wss://far:7443","tlsFingerprint":"sha256:)" +
              some_pin + R"("}}})");
    ASSERT_TRUE(here.target());
    EXPECT_EQ(here.target()->tls.pins.size(), 1);
    EXPECT_EQ(here.target()->tls.pins.front().digits(), some_pin);
    EXPECT_EQ(here.target(with_url("wss://far:7443"))->tls.pins.size(), 1);
    EXPECT_TRUE(here.target(with_url("wss://other:7443"))->tls.pins.empty());
}

TEST(ClientTarget, WithAFingerprintThatProtectsNothingOrIsNoneIsAnError) {
    const auto at = [](const std::string& url, const std::string& pin) {
        return Host(R"({"gateway":{"mode":"remote","remote":{"url":")" + url + R"(","tlsFingerprint":")" +
                    pin + R"("}}})")
            .target();
    };
    const auto plain = at("ws://far:7443", some_pin), wrong = at("wss://far:7443", "ab:cd");
    ASSERT_FALSE(plain);
    EXPECT_EQ(plain.error().message, "gateway tls fingerprint requires wss:// gateway url");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, Code::invalid_input);
}

TEST(ClientTarget, TrustsTheAuthoritiesThatTheEnvironmentNames) {
    Host here(remote, {{"NODE_EXTRA_CA_CERTS", "/etc/corp.pem"}});
    EXPECT_EQ(here.target()->tls.extra_ca_file, "/etc/corp.pem");
}

TEST(ClientTarget, NeedsNoConfigForTheSocketAndForAUrl) {
    Host here("{", {}, true);
    auto parts = here.parts();
    parts.config = fail(Code::corrupt, "broken");
    EXPECT_TRUE(resolve_target(parts, {}));
    EXPECT_TRUE(resolve_target(parts, with_url("ws://other:1")));
    ASSERT_TRUE(here.files.remove(here.config->paths().admin_socket()));
    EXPECT_EQ(resolve_target(parts, {}).error().message, "broken");
}

TEST(ClientTarget, IsThisHostsPortWithTheSecretOfTheDaemon) {
    const auto target = Host(R"({"gateway":{"port":4321,"auth":{"token":"own-token"}}})").target();
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(target->described, "ws://127.0.0.1:4321");
    EXPECT_EQ(revealed(target->token), "own-token");
    EXPECT_TRUE(target->secrets.starts_with("gateway.auth.token #")) << target->secrets;
    const auto password =
        Host(R"({"gateway":{"auth":{"mode":"password","password":"pw-0123456789"}}})").target();
    ASSERT_TRUE(password);
    EXPECT_EQ(revealed(password->password), "pw-0123456789");
    EXPECT_FALSE(password->token);
}

TEST(ClientTarget, NeverSendsThisHostsSecretElsewhere) {
    const Variables variable{{"OPENCLAW_GATEWAY_TOKEN", "from-the-variable"}};
    struct Row {
        std::string config;
        Variables variables;
        ClientOptions options;
        std::string described, token;
    };
    const Row rows[] = {
        {remote, {}, {}, "wss://far:7443", "far-token"},
        {remote, variable, {}, "wss://far:7443", "far-token"},
        {remote, {}, with_url("ws://other:1"), "ws://other:1", "-"},
        {R"({"gateway":{"auth":{"token":"own-token"}}})", {}, with_url("ws://other:1"), "ws://other:1", "-"},
        // The variable is meant for whatever the address names.
        {"{}", variable, with_url("ws://other:1"), "ws://other:1", "from-the-variable"},
        {R"({"gateway":{"mode":"remote","auth":{"token":"own-token"},"remote":{"url":"wss://far:7443"}}})",
         {},
         {},
         "wss://far:7443",
         "-"},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.config + " " + row.described);
        const auto target = Host(row.config, row.variables).target(row.options);
        ASSERT_TRUE(target) << target.error().message;
        EXPECT_EQ(target->described, row.described);
        EXPECT_EQ(revealed(target->token), row.token);
    }
}

TEST(ClientTarget, ShowsNothingThatPeopleHideInAnAddress) {
    const auto target = Host("{}").target(with_url("ws://other:1/?token=secret"));
    ASSERT_TRUE(target);
    EXPECT_EQ(target->described, "ws://other:1");
}

TEST(ClientTarget, RefusesAnAddressThatIsNone) {
    EXPECT_EQ(Host("{}").target(with_url("http://other:1")).error().message,
              "http://other:1 is no websocket address");
    EXPECT_FALSE(Host("{}").target(with_url("nonsense")));
    EXPECT_EQ(Host(R"({"gateway":{"mode":"remote"}})").target().error().code, Code::invalid_input);
}

TEST(AnswerFrame, IsAResponseOrAnEvent) {
    const auto good = parse_answer(R"({"type":"res","id":"7","ok":true,"payload":[1]})");
    ASSERT_TRUE(good);
    EXPECT_EQ(std::get<GatewayResponse>(*good).id, "7");
    EXPECT_EQ(std::get<GatewayResponse>(*good).payload, *parse_json("[1]"));
    const auto event = parse_answer(R"({"type":"event","event":"tick","payload":{"a":1}})");
    ASSERT_TRUE(event);
    EXPECT_EQ(std::get<GatewayEvent>(*event).name, "tick");
    // One without ok is none that worked.
    EXPECT_FALSE(std::get<GatewayResponse>(*parse_answer(R"({"type":"res","id":"7"})")).ok);
    for (const auto* text : {"", "[]", "5", "{}", R"({"type":"req","id":"1","method":"x"})"})
        EXPECT_FALSE(parse_answer(text)) << text;
}

TEST(AnswerFrame, TakesAnErrorForWhatTheGatewayMeant) {
    for (const auto code : {Code::invalid_input, Code::unavailable, Code::corrupt, Code::no_space}) {
        const Error meant{code, "why", "what next"};
        const auto answer = parse_answer(error_frame("1", wire_error(meant)));
        ASSERT_TRUE(answer);
        EXPECT_EQ(std::get<GatewayResponse>(*answer).error, meant) << name_of(code);
    }
    const auto coded = [](const char* code, const char* message) {
        return error_of_frame({{"code", code}, {"message", message}}).code;
    };
    EXPECT_EQ(coded("NOT_FOUND", "x"), Code::not_found);
    EXPECT_EQ(coded("AGENT_TIMEOUT", "x"), Code::timed_out);
    EXPECT_EQ(coded("NOT_PAIRED", "x"), Code::denied);
    EXPECT_EQ(coded("INVALID_REQUEST", "missing scope: operator.admin"), Code::denied);
    EXPECT_EQ(coded("UNKNOWN_TO_US", "x"), Code::unavailable);
    EXPECT_EQ(error_of_frame({}).message, "no reason given");
    EXPECT_FALSE(error_of_frame({{"message", "a\x1b[31mb"}}).message.contains('\x1b'));
}

TEST(GatewayNewsOf, IsGoodOnlyWhenEveryFileIsUsed) {
    const auto news = [](const char* text) { return news_of(parse_json(text)->as_object()); };
    EXPECT_EQ(news(R"({"files":[{"used":true}]})"),
              (GatewayNews{.uses_them = true, .why_not = {}, .needs_restart = {}}));
    EXPECT_EQ(news(R"({"files":[{"used":true},{"used":false,"reason":"broken"}]})").why_not, "broken");
    EXPECT_EQ(news(R"({"files":[{}]})").why_not, "it gives no reason");
    EXPECT_EQ(news(R"({"needsRestart":["gateway.port",5]})").needs_restart,
              std::vector<std::string>{"gateway.port"});
    EXPECT_EQ(news(R"({"tlsProblems":["/x: no such file",5]})").tls_problems,
              std::vector<std::string>{"/x: no such file"});
}

TEST(AskingTheLocalGateway, SaysWhenNoneIsHere) {
    Host nobody("{}");
    EXPECT_EQ(ask_local_gateway(nobody.parts(), "health", {}, std::chrono::seconds(1)).error().code,
              Code::not_found);
    Host elsewhere(remote, {}, true);
    EXPECT_EQ(ask_local_gateway(elsewhere.parts(), "health", {}, std::chrono::seconds(1)).error().code,
              Code::not_found);
}

TEST(TellingTheGateway, AsksNobodyWhereThereIsNoSocketOrNothingChanged) {
    Host nobody("{}");
    const auto& paths = nobody.config->paths();
    EXPECT_FALSE(tell_gateway(nobody.files, paths, {paths.config_file}));
    nobody.files.put(paths.admin_socket(), "a file, not a socket");
    EXPECT_FALSE(tell_gateway(nobody.files, paths, {paths.config_file}));
    Host socket("{}", {}, true);
    EXPECT_FALSE(tell_gateway(socket.files, paths, {}));
}

// A client on the loop of a gateway that runs.
class ClientOfAGateway : public testing::Test {
protected:
    using Client = std::unique_ptr<GatewayClient>;
    Result<Client> connect(GatewayTarget target) {
        return world.loop.run_until(GatewayClient::connect(world.loop, std::move(target), patience));
    }
    Result<json::value> call(GatewayClient& client, std::string method, json::object params = {}) {
        return world.loop.run_until(client.call(std::move(method), std::move(params), patience));
    }
    GatewayTarget by_port(std::string token) const {
        GatewayTarget target{
            .socket = {},
            .url = {.scheme = "ws", .host = "127.0.0.1", .port = world.gateway->port(), .target = "/"},
            .token = {},
            .password = {},
            .described = "ws://here",
            .secrets = "--token #1",
            .trusted = trusted_users(*world.files, paths())};
        if (!token.empty()) target.token = Secret(std::move(token));
        return target;
    }
    config::Paths paths() const { return (*world.load())->paths(); }

    static constexpr Milliseconds patience = std::chrono::seconds(10);
    GatewayWorld world;
};

TEST_F(ClientOfAGateway, IsGreetedOverTheSocketAndByToken) {
    for (const auto& target : {local_target(*world.files, paths()), by_port(std::string(test_token))}) {
        const auto client = connect(target);
        ASSERT_TRUE(client) << client.error().message;
        EXPECT_NE(object_at((*client)->hello(), "server"), nullptr);
        EXPECT_TRUE(call(**client, "health"));
    }
}

// A program on this host that takes connections and keeps what it is told.
class Listening {
public:
    Listening(net::Loop& loop, std::string address) : tasks_(loop), address_(std::move(address)) {
        auto listener = net::listen_tcp(loop, address_, 0);
        EXPECT_TRUE(listener) << listener.error().message;
        listener_ = std::move(*listener);
        tasks_.spawn(take_all());
    }
    ~Listening() { listener_->close(); }
    net::Task<void> end() {
        listener_->close();
        co_await tasks_.join();
    }
    net::Url url(std::string host) const {
        return {.scheme = "ws", .host = std::move(host), .port = listener_->port(), .target = "/"};
    }
    std::string heard;

private:
    net::Task<void> take_all() {
        for (;;) {
            auto stream = co_await listener_->accept();
            if (!stream) co_return;
            std::array<char, 4096> buffer{};
            for (;;) {
                const auto got = co_await (*stream)->read(buffer, std::chrono::seconds(10));
                if (!got || *got == 0) break;
                heard.append(buffer.data(), *got);
            }
        }
    }
    net::TaskGroup tasks_;
    std::string address_;
    std::unique_ptr<net::Listener> listener_;
};

GatewayTarget towards(net::Url url, TrustedUsers trusted) {
    return {.socket = {},
            .url = std::move(url),
            .token = Secret("secret-token-0123456789"),
            .password = {},
            .described = "ws://here",
            .secrets = "--token #1",
            .trusted = std::move(trusted)};
}

const TrustedUsers somebody_else{.ids = {4'000'000'000u}, .state = "~/.openclaw"};

TEST(TrustedUsers, AreOurselvesRootAndTheOwnerOfTheStateDirectory) {
    Host here("{}");
    const auto trusted = trusted_users(here.files, here.config->paths());
    EXPECT_TRUE(trusted.contains(::geteuid()));
    EXPECT_TRUE(trusted.contains(0));
    EXPECT_FALSE(trusted.contains(4'000'000'000u));
    test::MemoryFileSystem owned;
    owned.may_give_away = true;
    const auto& paths = here.config->paths();
    ASSERT_TRUE(platform::make_folders(owned, paths.state, 0700));
    ASSERT_TRUE(owned.set_owner(paths.state, 4'000'000'000u, 1));
    EXPECT_TRUE(trusted_users(owned, paths).contains(4'000'000'000u));
}

// Whoever listens there while the gateway is down must learn nothing: not the token, not a header.
TEST(AnsweringUserOfAPort, HearsNothingWhenItIsAStranger) {
    net::Loop loop;
    for (const auto& [listens_at, asked] : {std::pair{"127.0.0.1", "127.0.0.1"},
                                            {"0.0.0.0", "127.0.0.1"},
                                            {"::1", "::1"},
                                            {"127.0.0.1", "localhost"},
                                            {"0.0.0.0", "127.0.0.5"}}) {
        SCOPED_TRACE(fmt::format("{} {}", listens_at, asked));
        Listening stranger(loop, listens_at);
        const auto client = loop.run_until(GatewayClient::connect(
            loop, towards(stranger.url(asked), somebody_else), std::chrono::seconds(10)));
        loop.run_until(stranger.end());
        ASSERT_FALSE(client);
        EXPECT_EQ(client.error().code, Code::denied) << client.error().message;
        EXPECT_TRUE(client.error().message.contains("neither you nor root nor the owner of ~/.openclaw"))
            << client.error().message;
        EXPECT_EQ(stranger.heard, "");
    }
}

net::Task<void> judge_both_ends(net::Loop& loop) {
    auto listener = net::listen_tcp(loop, "127.0.0.1", 0);
    EXPECT_TRUE(listener);
    auto client =
        co_await net::connect_tcp(loop, {"127.0.0.1", (*listener)->port()}, std::chrono::seconds(10));
    EXPECT_TRUE(client);
    const TrustedUsers us{.ids = {::geteuid()}, .state = "~/.openclaw"};
    const AnsweringUser ours(**client, false, us), foreign(**client, false, somebody_else);
    EXPECT_TRUE(ours.first());
    EXPECT_FALSE(ours.held()) << "nobody holds it yet";
    auto server = co_await (*listener)->accept();
    EXPECT_TRUE(server);
    EXPECT_TRUE(ours.held()) << ours.held().error().message;
    // Who listens there by now doesn't count: the connection is what we speak to.
    (*listener)->close();
    EXPECT_FALSE(ours.first());
    EXPECT_TRUE(ours.held());
    EXPECT_EQ(foreign.held().error().code, Code::denied);
    EXPECT_TRUE(AnsweringUser(**client, true, somebody_else).first()) << "TLS has proven it";
}

TEST(AnsweringUserOfAPort, IsWhoHoldsTheConnection) {
    net::Loop loop;
    loop.run_until(judge_both_ends(loop));
}

TEST_F(ClientOfAGateway, TellsNothingToASocketThatAStrangerHasOpened) {
    auto target = local_target(*world.files, paths());
    target.trusted = somebody_else;
    const auto client = connect(target);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().code, Code::denied);
    EXPECT_TRUE(client.error().message.starts_with("the gateway's socket is held by a program of"));
}

TEST_F(ClientOfAGateway, LearnsWhyItIsRefused) {
    const auto wrong = connect(by_port("not-the-token"));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, Code::denied);
    EXPECT_TRUE(wrong.error().hint.contains("tried: --token #1")) << wrong.error().hint;
    const auto nothing = connect(by_port(""));
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, Code::denied);
    EXPECT_TRUE(nothing.error().message.starts_with("the gateway at ws://here wants a token"));
}

TEST_F(ClientOfAGateway, LearnsWhatWasWrongWithItsQuestion) {
    const auto client = connect(local_target(*world.files, paths()));
    ASSERT_TRUE(client);
    const auto answer = call(**client, "no.such.method");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::invalid_input);
    EXPECT_TRUE(call(**client, "health")) << "the connection goes on";
}

TEST_F(ClientOfAGateway, FindsNobodyOnceItHasStopped) {
    const auto target = by_port(std::string(test_token));
    world.stop();
    const auto client = connect(target);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().code, Code::unavailable);
    EXPECT_EQ(client.error().message, "no gateway answers at ws://here");
}

}  // namespace
}  // namespace openclaw::gateway
