// Who is let in by the word of Tailscale's daemon, over HTTP and over the websocket.
#include <gmock/gmock.h>

#include "support/tailscale_daemon.h"
#include "unit/gateway/gateway_world.h"

namespace openclaw::gateway {
namespace {

using test::TailscaleDaemon;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* hello = R"({"model":"openclaw","messages":[{"role":"user","content":"hi"}]})";
constexpr const char* completions = "/v1/chat/completions";

// A gateway that asks a daemon in a folder of the test's.
class TailnetGateway : public testing::Test {
protected:
    std::string section(bool allowed = true) const {
        return fmt::format(
            R"("auth":{{"token":"{}","allowTailscale":{},"identityScopes":{{"alice@example.com":["operator.admin"]}}}},"tailscale":{{"socket":"{}"}})",
            test_token, allowed, socket);
    }
    // The daemon knows the one end of a connection that is asked for next, and no other.
    static auto knows(std::string login) {
        return [login = std::move(login), known = std::string()](std::string_view question) mutable {
            const auto about = question.substr(0, question.find(" HTTP/1.1"));
            if (known.empty()) known = about;
            return about == known ? TailscaleDaemon::person(login) : TailscaleDaemon::nobody();
        };
    }
    int ask(net::Headers headers = {}) {
        headers.add("Content-Type", "application/json");
        return world.http("POST", completions, std::move(headers), hello).status;
    }
    // "ok", or why the connection was refused.
    std::string connect(net::Headers headers = {}, const std::string& token = {},
                        const std::string& scopes = "[]") {
        auto client = world.dial(std::move(headers));
        if (!client->connected()) return client->problem().message;
        const auto answer = client->connect(token, scopes);
        if (bool_at(answer, "ok").value_or(false)) return "ok";
        return std::string(string_at(*object_at(answer, "error"), "message").value_or(""));
    }

    test::TemporaryFolder folder;
    const std::string socket = (folder.path() / "tailscaled.sock").string();
    GatewayWorld world{section()};
};

TEST_F(TailnetGateway, LetsAPersonInWhomTheDaemonNamesAndRefusesTheNextPort) {
    TailscaleDaemon daemon(world.loop, socket, knows("alice@example.com"));
    EXPECT_EQ(ask(), 200);
    ASSERT_THAT(daemon.asked, SizeIs(1));
    EXPECT_THAT(daemon.asked[0], HasSubstr("addr=127.0.0.1:"));
    EXPECT_THAT(world.provider.seen(), SizeIs(1));
    EXPECT_THAT(connect(), HasSubstr("unauthorized")) << "it comes from another port";
    EXPECT_THAT(daemon.asked, SizeIs(2));
    EXPECT_THAT(connect({}, std::string(test_token)), "ok") << "the token opens it as before";
    EXPECT_THAT(daemon.asked, SizeIs(2)) << "who brings a secret is judged by that";
}

TEST_F(TailnetGateway, GivesAWebsocketThePersonsScopesAndNoMore) {
    std::string login = "alice@example.com";
    const TailscaleDaemon daemon(world.loop, socket,
                                 [&](std::string_view) { return TailscaleDaemon::person(login); });
    auto alice = world.dial();
    ASSERT_TRUE(bool_at(alice->connect("", R"(["operator.admin"])"), "ok").value_or(false));
    EXPECT_TRUE(bool_at(alice->call("gateway.lock"), "ok").value_or(false));
    login = "bob@example.com";
    auto bob = world.dial();
    ASSERT_TRUE(bool_at(bob->connect("", R"(["operator.admin"])"), "ok").value_or(false));
    EXPECT_THAT(bob->error("gateway.lock"), HasSubstr("missing scope"));
    EXPECT_TRUE(bool_at(alice->call("gateway.lock"), "ok").value_or(false)) << "she is who she was";
}

TEST_F(TailnetGateway, LetsNobodyInByADaemonThatNamesNobody) {
    const auto tagged = TailscaleDaemon::answer(
        R"({"Node":{"Tags":["tag:ci"]},"UserProfile":{"LoginName":"alice@example.com"}})");
    EXPECT_EQ(ask(), 401) << "there is none";
    EXPECT_THAT(connect(), HasSubstr("unauthorized"));
    for (const auto& says :
         {TailscaleDaemon::nobody(), TailscaleDaemon::answer("denied", "403 Forbidden"),
          TailscaleDaemon::answer("", "500 Internal Server Error"), TailscaleDaemon::answer("{\"Node\":"),
          TailscaleDaemon::answer("[]"), tagged, TailscaleDaemon::person(""), std::string("junk\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"Node\":{},\"UserProfile\":")}) {
        const TailscaleDaemon daemon(world.loop, socket, says);
        EXPECT_EQ(ask(), 401) << says;
        EXPECT_THAT(connect(), HasSubstr("unauthorized")) << says;
        EXPECT_THAT(daemon.asked, SizeIs(2)) << says;
    }
    EXPECT_THAT(world.provider.seen(), IsEmpty());
    EXPECT_EQ(ask(world.bearer()), 200) << "others come in as before";
}

// Both at once, so that the second of patience passes once.
TEST_F(TailnetGateway, GivesUpOnADaemonThatSaysNothingAndServesOthersMeanwhile) {
    const TailscaleDaemon daemon(world.loop, socket, "");
    const auto waiting = world.ask_later("POST", completions, {{"Content-Type", "application/json"}}, hello);
    auto client = world.dial();
    const auto id = client->send_request(
        "connect", R"({"minProtocol":3,"maxProtocol":3,"client":{"id":"test","mode":"test",)"
                   R"("version":"1.0.0","platform":"linux"},"role":"operator","scopes":[]})");
    world.until([&] { return daemon.asked.size() == 2; });
    EXPECT_EQ(ask(world.bearer()), 200);
    EXPECT_THAT(json::serialize(client->response(id)), HasSubstr("unauthorized"));
    world.until([&] { return waiting->over; });
    EXPECT_EQ(waiting->status, 401);
}

TEST_F(TailnetGateway, DoesNotAskForWhatSomebodyPassedOnOrAPageOfOthersSent) {
    const TailscaleDaemon daemon(world.loop, socket, TailscaleDaemon::person("alice@example.com"));
    for (const auto& headers : {net::Headers{{"X-Forwarded-For", "100.64.0.7"}},
                                {{"Tailscale-User-Login", "alice@example.com"}},
                                {{"Forwarded", "for=100.64.0.7"}},
                                {{"Via", "1.1 elsewhere"}}}) {
        EXPECT_EQ(ask(headers), 401) << headers.fields().front().first;
        EXPECT_THAT(connect(headers), HasSubstr("unauthorized")) << headers.fields().front().first;
    }
    EXPECT_EQ(ask({{"Origin", "https://evil.example"}}), 403);
    EXPECT_EQ(ask({{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}}), 401);
    EXPECT_THAT(connect({{"Origin", "https://evil.example"}}), HasSubstr("403"));
    EXPECT_THAT(daemon.asked, IsEmpty());
    const auto form = world.http("POST", completions, {{"Content-Type", "text/plain"}}, hello);
    EXPECT_EQ(form.status, 415) << "a form of any page could have sent it";
    EXPECT_THAT(world.provider.seen(), IsEmpty());
}

TEST_F(TailnetGateway, EndsWhatThePersonHasOpenedOnceTailscaleIsNoProof) {
    const TailscaleDaemon daemon(world.loop, socket, TailscaleDaemon::person("alice@example.com"));
    auto client = world.dial();
    ASSERT_TRUE(bool_at(client->connect(""), "ok").value_or(false));
    world.write("openclaw.json",
                R"({"gateway":{)" + section(false) +
                    R"(},"agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-4-5"}}}})");
    EXPECT_EQ(ask(), 401);
    EXPECT_THAT(client->closed(), HasSubstr("1008"));
    EXPECT_THAT(daemon.asked, SizeIs(1)) << "nobody is asked about any more";
}

}  // namespace
}  // namespace openclaw::gateway
