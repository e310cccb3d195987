#include <gmock/gmock.h>

#include "access/authority/authorities.h"
#include "access/authority/own.h"
#include "access/authority/server_names.h"
#include "base/text.h"
#include "gateway_world.h"
#include "support/certificates.h"
#include "support/tls_visitor.h"

namespace openclaw::gateway {
namespace {

using namespace std::chrono_literals;
using access::CertificateRecord;
using access::Scope;
using test::noon;
using test::Signer;
using test::TlsVisitor;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto health = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

// A gateway that serves TLS, has an authority of its own, and a client with a certificate of it.
class LockedGateway : public testing::Test {
protected:
    static void SetUpTestSuite() {
        server = std::make_unique<test::Certificates>();
        server->issue("server", "DNS:gateway.test");
        server->issue("other", "DNS:gateway.test");
    }
    static void TearDownTestSuite() { server.reset(); }

    explicit LockedGateway(std::string auth = R"({"mode":"mtls"})", std::string more = "")
        : world(fmt::format(R"("auth":{},"tls":{{"enabled":true,"certPath":"{}","keyPath":"{}"{}}})", auth,
                            server->path("server.pem"), server->path("server.key"), more),
                {}, [this](const config::Config&) { return read(); }) {}

    Result<std::optional<access::OwnAuthority>> read() const {
        if (damage) return std::unexpected(*damage);
        return access::OwnAuthority{{root.der()}, records};
    }
    CertificateRecord record_of(const Signer& leaf, access::Scopes scopes) const {
        return {.id = "crt_phone",
                .name = "phone",
                .scopes = scopes,
                .limits = {},
                .made = noon,
                .revoked = {},
                .leaves = {{fmt::format("{:x}", leaf.serial()), root.key_digest(), leaf.key_digest(),
                            noon - 24h, noon + 24h}}};
    }
    std::string say(TlsVisitor& visitor, std::string text = health) {
        return world.loop.run_until(visitor.say(world.loop, world.gateway->port(), std::move(text)));
    }
    std::string ask(const Signer& own, std::string text = health) {
        TlsVisitor visitor(own);
        return say(visitor, std::move(text));
    }
    std::string ask_without(std::string text = health) {
        TlsVisitor visitor;
        return say(visitor, std::move(text));
    }
    static std::string request(std::string_view method, std::string_view path, std::string_view headers,
                               std::string_view body = {}) {
        return fmt::format(
            "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n{}",
            method, path, body.size(), headers, body);
    }
    static net::Task<Result<std::unique_ptr<net::Stream>>> connected(TlsVisitor& visitor, net::Loop& loop,
                                                                     std::uint16_t port) {
        auto stream = co_await visitor.connect(loop, port);
        if (!stream) co_return std::unexpected(stream.error());
        co_return std::move(*stream);
    }
    std::unique_ptr<test::WsClient> dial(const Signer& own, net::Headers headers = {}) {
        TlsVisitor visitor(own);
        auto stream = world.loop.run_until(connected(visitor, world.loop, world.gateway->port()));
        return std::make_unique<test::WsClient>(world.loop, std::move(stream), world.gateway->port(),
                                                std::move(headers));
    }
    void reload() {
        bool done = false;
        world.gateway->reload([&] { done = true; });
        world.until([&] { return done; });
    }

    static inline std::unique_ptr<test::Certificates> server;
    const Signer root = Signer::root("clients");
    const Signer phone = root.issue({.names = {"phone"}});
    std::vector<CertificateRecord> records = {record_of(phone, {Scope::write})};
    std::optional<Error> damage;
    GatewayWorld world;
};

TEST_F(LockedGateway, AnswersTheHolderOfACertificateEverywhere) {
    EXPECT_THAT(ask(phone), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(
        ask(phone, request("POST", "/v1/chat/completions", "Content-Type: application/json\r\n", "{}")),
        StartsWith("HTTP/1.1 400"))
        << "heard, and not understood";
    EXPECT_THAT(ask(phone, request("GET", "/nothing", "")), StartsWith("HTTP/1.1 404"));
    auto client = dial(phone);
    const auto hello = client->connect("");
    EXPECT_TRUE(bool_at(hello, "ok").value_or(false)) << json::serialize(hello);
    EXPECT_TRUE(world.logged("as certificate \"phone\""));
    EXPECT_THAT(client->error("sessions.patch"), HasSubstr("missing scope")) << "of the record, and no more";
}

TEST_F(LockedGateway, IsAskedByTheNameOfItsCertificateOnThisHostToo) {
    const auto asked = [&](std::string_view host) {
        return ask(phone, replaced(request("GET", "/nothing", ""), "Host: localhost",
                                   fmt::format("Host: {}", host)));
    };
    EXPECT_THAT(asked("Gateway.test:18789"), StartsWith("HTTP/1.1 404"));
    EXPECT_THAT(asked("rebound.test"), StartsWith("HTTP/1.1 403"));
    auto client = dial(phone, {{"Host", "gateway.test"}, {"Origin", "https://evil.test"}});
    EXPECT_FALSE(client->connected());
}

TEST_F(LockedGateway, TellsWhoHasNoneNothing) {
    EXPECT_THAT(ask_without(), HasSubstr("alert"));
    world.until([&] {
        return world.logged("refused handshake remote=127.0.0.1 reason=no client certificate was shown");
    });
    EXPECT_THAT(
        ask_without(request("GET", "/healthz", fmt::format("Authorization: Bearer {}\r\n", test_token))),
        HasSubstr("alert"));
}

TEST_F(LockedGateway, TellsStrangersNothingAndTheLogWhy) {
    const auto stranger = Signer::root("clients").issue();
    const auto unknown = root.issue();
    const auto server_only = root.issue({.purpose = "serverAuth"});
    for (const auto* each : {&stranger, &unknown, &server_only})
        EXPECT_THAT(ask(*each), HasSubstr("alert bad certificate"));
    world.until([&] { return world.logged("doesn't name clientAuth"); });
    EXPECT_TRUE(world.logged("no record knows it"));
}

TEST_F(LockedGateway, TellsTheHolderOfAnEndedOneWhen) {
    world.clock.advance(25h);
    for (const auto* text :
         {health, "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"}) {
        const auto answer = ask(phone, text);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 403"));
        EXPECT_THAT(answer, HasSubstr(R"(the certificate \"phone\" ended on 2026-01-31)"));
    }
    auto client = dial(phone);
    EXPECT_THAT(json::serialize(client->connect("")), HasSubstr("ended on 2026-01-31"));
    EXPECT_THAT(client->closed(), StartsWith("1008"));
    EXPECT_TRUE(world.logged("refused GET /healthz remote=127.0.0.1 reason=the certificate \"phone\" ended"));
}

TEST_F(LockedGateway, TellsTheHolderOfARevokedOneAndOfOneThatIsntValidYet) {
    records[0].revoked = noon - 1h;
    reload();
    EXPECT_THAT(ask(phone), HasSubstr("was revoked on 2026-01-30"));
    records[0].revoked.reset();
    records[0].leaves[0].begins = noon + 1h;
    reload();
    EXPECT_THAT(ask(phone), HasSubstr("is valid from 2026-01-30T13:00:00"));
}

class ResumedSession : public LockedGateway, public testing::WithParamInterface<int> {};

TEST_P(ResumedSession, LetsNobodyInWhoWasRevokedOrHasEnded) {
    TlsVisitor visitor(phone, GetParam());
    ASSERT_THAT(say(visitor), StartsWith("HTTP/1.1 200"));
    ASSERT_THAT(say(visitor), StartsWith("HTTP/1.1 200"));
    EXPECT_TRUE(visitor.resumed());
    world.clock.advance(25h);
    EXPECT_THAT(say(visitor), StartsWith("HTTP/1.1 403"));
    world.clock.jump_to(noon);
    EXPECT_THAT(say(visitor), StartsWith("HTTP/1.1 200"));
    records[0].revoked = noon;
    reload();
    EXPECT_THAT(say(visitor), StartsWith("HTTP/1.1 403"));
    EXPECT_FALSE(visitor.resumed());
    records.clear();
    reload();
    EXPECT_THAT(say(visitor), HasSubstr("alert"));
}
INSTANTIATE_TEST_SUITE_P(Versions, ResumedSession, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_F(LockedGateway, EndsWhatACertificateHasOpenedWhenItEnds) {
    auto client = dial(phone);
    ASSERT_TRUE(bool_at(client->connect(""), "ok").value_or(false));
    TlsVisitor visitor(phone);
    auto kept = world.loop.run_until(visitor.connect(world.loop, world.gateway->port()));
    ASSERT_TRUE(kept);
    world.clock.advance(25h);
    EXPECT_THAT(client->closed(), StartsWith("1008"));
    std::array<char, 8> buffer{};
    const auto end = world.loop.run_until((*kept)->read(buffer, 10s));
    EXPECT_TRUE(!end || *end == 0) << "a kept connection, too";
}

TEST_F(LockedGateway, EndsWhatACertificateHasOpenedWhenItIsRevokedOrMayDoLess) {
    auto client = dial(phone);
    ASSERT_TRUE(bool_at(client->connect(""), "ok").value_or(false));
    records[0].scopes = {Scope::read};
    reload();
    EXPECT_THAT(client->closed(), StartsWith("1008"));
    client = dial(phone);
    ASSERT_TRUE(bool_at(client->connect(""), "ok").value_or(false));
    records[0].revoked = noon;
    reload();
    EXPECT_THAT(client->closed(), StartsWith("1008"));
}

TEST_F(LockedGateway, StaysOpenForTheOwnerWhenItsAuthorityIsDamaged) {
    damage = Error{Code::corrupt, "ledger.json is damaged", "run `openclaw gateway cert restore`"};
    reload();
    EXPECT_THAT(ask(phone), HasSubstr("alert"));
    EXPECT_TRUE(world.logged("ledger.json is damaged"));
    auto owner = world.dial_socket();
    ASSERT_TRUE(bool_at(owner->connect(""), "ok").value_or(false));
    EXPECT_THAT(json::serialize(owner->payload("status")), HasSubstr("ledger.json is damaged"));
    damage.reset();
    reload();
    EXPECT_THAT(ask(phone), StartsWith("HTTP/1.1 200"));
}

TEST_F(LockedGateway, GoesOnWithWhatItHasReadWhenItsAuthorityCannotBeReadJustNow) {
    damage = Error{Code::unavailable, "too many open files", ""};
    reload();
    EXPECT_THAT(ask(phone), StartsWith("HTTP/1.1 200"));
}

// A certificate is sent along by a browser whoever asked it to.
TEST_F(LockedGateway, HearsNoPageOfAnotherOrigin) {
    for (const std::string_view headers :
         {"Origin: https://evil.test\r\n", "Origin: null\r\n", "Origin: http://localhost\r\n",
          "Origin: https://localhost:8443\r\n", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",
          "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\n"}) {
        EXPECT_THAT(ask(phone, request("GET", "/healthz", headers)), StartsWith("HTTP/1.1 403")) << headers;
        EXPECT_THAT(ask(phone, request("POST", "/v1/chat/completions",
                                       std::string(headers) + "Content-Type: application/json\r\n", "{}")),
                    StartsWith("HTTP/1.1 403"))
            << headers;
        EXPECT_THAT(
            ask(phone, request("GET", "/",
                               std::string(headers) + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")),
            StartsWith("HTTP/1.1 403"))
            << headers;
    }
    for (const std::string_view headers :
         {"Origin: https://localhost\r\n", "Sec-Fetch-Site: same-origin\r\n", "Sec-Fetch-Site: none\r\n",
          "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"})
        EXPECT_THAT(ask(phone, request("GET", "/healthz", headers)), StartsWith("HTTP/1.1 200")) << headers;
}

TEST_F(LockedGateway, TakesNoFormForACall) {
    for (const std::string_view type :
         {"text/plain", "application/x-www-form-urlencoded", "application/json-x", ""})
        EXPECT_THAT(ask(phone, request("POST", "/v1/chat/completions",
                                       fmt::format("Content-Type: {}\r\n", type), R"({"messages":[]})")),
                    StartsWith("HTTP/1.1 415"))
            << type;
    EXPECT_THAT(ask(phone, request("POST", "/v1/chat/completions",
                                   "Content-Type: Application/JSON; charset=utf-8\r\n", "{}")),
                StartsWith("HTTP/1.1 400"));
}

class GatewayWithToken : public LockedGateway {
protected:
    GatewayWithToken() : LockedGateway(fmt::format(R"({{"token":"{}"}})", test_token)) {}
    std::string call(std::string_view token) {
        return request("POST", "/v1/chat/completions",
                       fmt::format("Content-Type: application/json\r\nAuthorization: Bearer {}\r\n", token),
                       "{}");
    }
    static constexpr auto bare =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
};

TEST_F(GatewayWithToken, TakesACertificateBesides) {
    EXPECT_THAT(ask(phone, bare), StartsWith("HTTP/1.1 400")) << "let in";
    EXPECT_THAT(ask_without(bare), StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(ask_without(call(test_token)), StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(ask_without(), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(ask(phone, call("wrong-wrong-wrong")), StartsWith("HTTP/1.1 401"))
        << "who offers one is judged by it";
    EXPECT_THAT(ask(Signer::root("x").issue()), HasSubstr("alert"));
}

TEST_F(GatewayWithToken, LetsTheTokenDecideOnceACertificateHasEnded) {
    world.clock.advance(25h);
    EXPECT_THAT(ask(phone, call(test_token)), StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(ask(phone, bare), HasSubstr("ended on"));
}

TEST_F(GatewayWithToken, RefusesARevokedCertificateBesideARightToken) {
    records[0].revoked = noon;
    reload();
    EXPECT_THAT(ask(phone, call(test_token)), StartsWith("HTTP/1.1 403"));
    EXPECT_THAT(ask_without(call(test_token)), StartsWith("HTTP/1.1 400"));
}

TEST_F(GatewayWithToken, AsksNobodyForCertificatesThatCouldNotCount) {
    damage = Error{Code::corrupt, "ledger.json is damaged", ""};
    reload();
    EXPECT_THAT(ask(phone, call(test_token)), StartsWith("HTTP/1.1 400"));
}

TEST_F(LockedGateway, TakesOverANewServerCertificateAndKeepsTheOldOneUntilItIsWhole) {
    const auto copy = [&](const std::string& name, const std::string& as) {
        std::filesystem::copy_file(server->path(name), world.state() / as,
                                   std::filesystem::copy_options::overwrite_existing);
        std::filesystem::permissions(world.state() / as, std::filesystem::perms(0600));
    };
    const auto write = [&](const std::string& mode) {
        world.write(
            "openclaw.json",
            fmt::format(R"({{"gateway":{{"auth":{{"mode":"{}"}},"tls":{{"enabled":true,"certPath":"{}",
                        "keyPath":"{}"}}}}}})",
                        mode, (world.state() / "tls.pem").string(), (world.state() / "tls.key").string()));
    };
    copy("server.pem", "tls.pem");
    copy("server.key", "tls.key");
    write("mtls");
    reload();
    TlsVisitor visitor(phone);
    ASSERT_THAT(say(visitor), StartsWith("HTTP/1.1 200"));
    copy("other.pem", "tls.pem");  // and not its key yet
    reload();
    EXPECT_THAT(say(visitor), StartsWith("HTTP/1.1 200"));
    EXPECT_TRUE(world.logged("not in use as it is written: reading the gateway's certificate"));
    auto owner = world.dial_socket();
    ASSERT_TRUE(bool_at(owner->connect(""), "ok").value_or(false));
    EXPECT_THAT(json::serialize(owner->payload("status")), HasSubstr("tlsProblems"));
    copy("other.key", "tls.key");
    reload();
    EXPECT_THAT(say(visitor), StartsWith("HTTP/1.1 200"));
    EXPECT_FALSE(visitor.resumed());
    EXPECT_THAT(json::serialize(owner->payload("status")), testing::Not(HasSubstr("tlsProblems")));
}

// With the authority's files as its commands write them.
class GatewayWithAuthority : public testing::Test {
protected:
    GatewayWithAuthority()
        : world(fmt::format(R"("auth":{{"token":"{}"}})", test_token), {},
                [this](const config::Config& config) {
                    return access::read_own_authority(
                        access::Authorities::means_of(*world.files, world.clock, config));
                }) {
        server.issue("server", "DNS:localhost");
    }
    void configure(const std::string& auth, bool tls = true) {
        world.write(
            "openclaw.json",
            fmt::format(
                R"({{"gateway":{{"auth":{},"tls":{{"enabled":{},"certPath":"{}","keyPath":"{}"}}}}}})", auth,
                tls, server.path("server.pem"), server.path("server.key")));
        bool done = false;
        world.gateway->reload([&] { done = true; });
        world.until([&] { return done; });
    }
    std::string say(TlsVisitor& visitor) {
        return world.loop.run_until(visitor.say(world.loop, world.gateway->port(), health));
    }
    test::Certificates server;
    GatewayWorld world;
};

TEST_F(GatewayWithAuthority, IsLockedAndUnlockedWithoutARestartAndFollowsTheLedger) {
    access::Authorities authorities(access::Authorities::means_of(*world.files, world.clock, **world.load()));
    ASSERT_TRUE(authorities.make(access::server_names_here({})));
    const auto key = net::PrivateKey::generate(net::KeyKind::p256);
    const auto issued = authorities.issue(
        {.name = "phone", .scopes = {Scope::read}, .limits = {}, .lifetime = 240h}, key->public_key());
    ASSERT_TRUE(issued) << issued.error().message;

    configure(R"({"mode":"mtls"})");
    TlsVisitor phone;
    phone.take(issued->certificate, key->get());
    EXPECT_THAT(say(phone), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(phone.wanted(), testing::ElementsAre(HasSubstr("clients")));
    TlsVisitor stranger;
    EXPECT_THAT(say(stranger), HasSubstr("alert"));
    ASSERT_TRUE(authorities.ledger().revoke(issued->record.id, world.clock.now()));
    world.until([&] { return say(phone).contains("was revoked on"); });

    world.write("gateway/authority/ledger.json", "{");
    world.until([&] { return say(phone).contains("alert"); });
    auto owner = world.dial_socket();
    EXPECT_TRUE(bool_at(owner->connect(""), "ok").value_or(false));
    EXPECT_THAT(json::serialize(owner->payload("status")), HasSubstr("ledger.json"));
    world.write("gateway/authority/ledger.json", "{}");

    configure(fmt::format(R"({{"token":"{}"}})", test_token), false);
    EXPECT_EQ(world.http("GET", "/healthz").status, 200);
}

TEST(MutualTls, IsNoLockWithoutTlsOrWhereNobodysCertificateCounts) {
    GatewayWorld world;
    world.stop();
    const auto refusal = [&](const std::string& gateway) {
        world.write("openclaw.json", R"({"gateway":{)" + gateway + "}}");
        auto opened = Gateway::open(world.means(), {.port = "0", .bind = {}, .secret = {}});
        return opened ? std::string("open") : opened.error().message + "; " + opened.error().hint;
    };
    EXPECT_THAT(refusal(R"("auth":{"mode":"mtls"})"), HasSubstr("but TLS is off; set gateway.tls.enabled"));
    test::Certificates certificates;
    certificates.issue("server", "DNS:gateway.test");
    const auto tls = fmt::format(R"("tls":{{"enabled":true,"certPath":"{}","keyPath":"{}")",
                                 certificates.path("server.pem"), certificates.path("server.key"));
    EXPECT_THAT(refusal(R"("auth":{"mode":"mtls"},)" + tls + "}"), HasSubstr("nobody's certificate counts"));
    EXPECT_THAT(refusal(tls + R"(,"clientCa":"/nowhere/ca.pem"})"),
                HasSubstr("gateway.tls.clientCa: reading"));
    EXPECT_THAT(refusal(tls + fmt::format(R"(,"clientCa":"{}"}})", certificates.path("server.pem"))),
                HasSubstr("is no authority; to let in a single certificate"));
    EXPECT_THAT(refusal(tls + R"(,"clientPins":["abc"]})"), HasSubstr("is no SHA-256 of a public key"));
    EXPECT_THAT(refusal(tls + R"(,"clientScopes":["everything"]})"), HasSubstr("no scope \"everything\""));
}

}  // namespace
}  // namespace openclaw::gateway
