#include "access/tailnet.h"

#include <gmock/gmock.h>

#include "access/doorman.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"
#include "support/fake_log.h"
#include "support/tailscale_daemon.h"
#include "support/temporary_folder.h"

namespace openclaw::access {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Daemon = test::TailscaleDaemon;

const std::string alice = Daemon::person("Alice@example.com");

class Tailnet : public testing::Test {
protected:
    TailnetWord ask(TailnetQuestion question = {.address = "100.64.0.7", .port = 41234}) {
        return loop.run_until(whois.ask(rules, std::move(question)));
    }
    test::TemporaryFolder folder;
    net::Loop loop;
    TailnetWhois whois{loop};
    std::string socket = (folder.path() / "tailscaled.sock").string();
    std::shared_ptr<const TailnetRules> rules = std::make_shared<const TailnetRules>(
        TailnetRules{.socket = socket, .scopes = {{"alice@example.com", Scopes{Scope::admin}}}});
};

TEST_F(Tailnet, IsAskedAboutTheOtherEndOfTheConnectionAndNothingThatItSays) {
    Daemon daemon(loop, socket, alice);
    EXPECT_EQ(ask().user, "Alice@example.com");
    ASSERT_THAT(daemon.asked, SizeIs(1));
    EXPECT_THAT(daemon.asked[0], HasSubstr("GET /localapi/v0/whois?addr=100.64.0.7:41234 HTTP/1.1\r\n"));
    EXPECT_EQ(ask({.address = "fd7a:115c:a1e0::7", .port = 5}).user, "Alice@example.com");
    EXPECT_THAT(daemon.asked[1], HasSubstr("addr=%5Bfd7a:115c:a1e0::7%5D:5 "));
}

TEST_F(Tailnet, IsAskedOnceAboutAnAddressAndEachTimeAboutAPortOfThisHost) {
    Daemon daemon(loop, socket, alice);
    ask();
    ask({.address = "100.64.0.7", .port = 41235});
    EXPECT_THAT(daemon.asked, SizeIs(1));
    ask({.address = "127.0.0.1", .port = 41234, .loopback = true});
    ask({.address = "127.0.0.1", .port = 41234, .loopback = true});
    EXPECT_THAT(daemon.asked, SizeIs(3)) << "another program may have the port by now";
}

TEST_F(Tailnet, NamesNobodyWhereTheDaemonDoesNot) {
    {
        const Daemon daemon(loop, socket, Daemon::nobody());
        EXPECT_THAT(ask().user, IsEmpty());
        EXPECT_THAT(ask().problem, IsEmpty());
    }
    for (const auto* body :
         {"", "{}", "[]", R"({"UserProfile":{"LoginName":"alice@example.com"}})", R"({"Node":{}})",
          R"({"Node":{},"UserProfile":{"LoginName":""}})", R"({"Node":{},"UserProfile":{"LoginName":7}})",
          R"({"Node":{},"UserProfile":{"LoginName":"tagged-devices"}})",
          R"({"Node":{"Tags":["tag:server"]},"UserProfile":{"LoginName":"alice@example.com"}})",
          R"({"Node":{"Tags":"tag:server"},"UserProfile":{"LoginName":"alice@example.com"}})"})
        EXPECT_THAT(user_in_whois(body), IsEmpty()) << body;
    EXPECT_THAT(user_in_whois(fmt::format(R"({{"Node":{{}},"UserProfile":{{"LoginName":"{}"}}}})",
                                          std::string(300, 'a'))),
                IsEmpty());
}

TEST_F(Tailnet, SaysWhyTheDaemonCouldNotBeAskedAndKeepsThatForNobody) {
    EXPECT_THAT(ask().problem, Not(IsEmpty())) << "there is none";
    for (const auto& says :
         {Daemon::answer("", "500 Internal Server Error"), std::string("hello\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
          "HTTP/1.1 200 OK\r\nX: " + std::string(20 << 10, 'x'), Daemon::answer(std::string(2 << 20, ' '))}) {
        const Daemon daemon(loop, socket, says);
        const auto word = ask();
        EXPECT_THAT(word.problem, Not(IsEmpty())) << says.substr(0, 40);
        EXPECT_THAT(word.user, IsEmpty());
    }
    const Daemon daemon(loop, socket, alice);
    EXPECT_EQ(ask().user, "Alice@example.com");
}

TEST_F(Tailnet, KeepsNobodyWaitingWhileTheDaemonSaysNothing) {
    const Daemon daemon(loop, socket, "");
    TailnetWhois impatient(loop, Milliseconds(1));
    const auto many = [&]() -> net::Task<int> {
        net::TaskGroup group(loop);
        int told_at_once = 0;
        const auto one = [](TailnetWhois& whois, std::shared_ptr<const TailnetRules> rules,
                            int& count) -> net::Task<void> {
            const auto word = co_await whois.ask(std::move(rules), {.address = "100.64.0.7", .port = 1});
            if (word.problem.contains("too many")) ++count;
            EXPECT_THAT(word.problem, Not(IsEmpty()));
        };
        for (int i = 0; i < 20; ++i) group.spawn(one(impatient, rules, told_at_once));
        co_await group.join();
        co_return told_at_once;
    };
    EXPECT_EQ(loop.run_until(many()), 12);
}

TEST(TailnetQuestions, AreAboutPeersOfTheTailnetAndOfThisHostThatNobodyPassedOn) {
    const BrowserPolicy browser;
    const auto asked = [&](std::string address, net::Headers headers) {
        net::Peer peer;
        peer.loopback = AddressBytes::parse(address)->is_loopback();
        peer.address = std::move(address);
        return tailnet_question(headers, peer, browser).has_value();
    };
    const net::Headers plain{{"Host", "nas.example.ts.net:18789"}};
    for (const auto* address : {"100.64.0.7", "100.127.255.255", "fd7a:115c:a1e0::7", "127.0.0.1", "::1"})
        EXPECT_TRUE(asked(address, plain)) << address;
    for (const auto* address :
         {"100.63.255.255", "100.128.0.1", "192.168.1.2", "fd7a:115c:a1e1::7", "8.8.8.8"})
        EXPECT_FALSE(asked(address, plain)) << address;
    for (const auto* header : {"X-Forwarded-For", "Forwarded", "Tailscale-User-Login", "Via"})
        EXPECT_FALSE(asked("127.0.0.1", {{"Host", "localhost"}, {header, "100.64.0.7"}})) << header;
    EXPECT_FALSE(asked("100.64.0.7", {{"Host", "evil.example:18789"}})) << "a name that points here";
    EXPECT_FALSE(asked("100.64.0.7", {}));
    EXPECT_FALSE(asked("100.64.0.7", {{"Host", "100.64.0.1"}, {"Sec-Fetch-Site", "cross-site"}}));
    EXPECT_TRUE(asked("100.64.0.7", {{"Host", "100.64.0.1"}, {"Sec-Fetch-Site", "same-origin"}}));
}

TEST(TailnetRules, HoldWhereTheyAreSwitchedOnBesideATokenOrAPassword) {
    const auto on = test::config_of("{gateway: {auth: {allowTailscale: true}}}");
    ASSERT_TRUE(TailnetRules::from(*on, AccessMode::token));
    EXPECT_EQ(TailnetRules::from(*on, AccessMode::password)->socket, "/var/run/tailscale/tailscaled.sock");
    for (const auto mode : {AccessMode::mtls, AccessMode::trusted_proxy, AccessMode::none})
        EXPECT_FALSE(TailnetRules::from(*on, mode));
    EXPECT_FALSE(TailnetRules::from(*test::config_of("{}"), AccessMode::token));
}

TEST_F(Tailnet, LetsAPersonInAsHimselfUntilTheRulesAreOthers) {
    test::FakeClock clock;
    test::FakeLog log;
    Doorman doorman({.clock = clock, .log = log}, Policy{}, GuessRules{});
    Policy policy{.mode = AccessMode::token, .tailnet = rules, .owner = nullptr};
    doorman.use(policy, GuessRules{});
    const Arrival arrival{
        .surface = "http", .verb = "GET", .object = "/", .guesser = {.address = "100.64.0.7"}};
    const auto judged = doorman.judge({.tailnet = TailnetWord{.user = "Alice@Example.com"}}, arrival);
    ASSERT_TRUE(judged);
    EXPECT_EQ(judged->id(), "user:alice@example.com");
    EXPECT_EQ(judged->proof(), Proof::tailscale);
    EXPECT_TRUE(judged->may(Scope::admin));
    const auto bob = doorman.judge({.tailnet = TailnetWord{.user = "bob@example.com"}}, arrival);
    ASSERT_TRUE(bob);
    EXPECT_TRUE(bob->may(Scope::write) && !bob->may(Scope::admin));
    EXPECT_EQ(doorman.judge({.tailnet = TailnetWord{}}, arrival).error().denial,
              Denial::tailscale_names_nobody);
    EXPECT_EQ(doorman.judge({.tailnet = TailnetWord{.problem = "gone"}}, arrival).error().denial,
              Denial::tailscale_silent);
    EXPECT_TRUE(doorman.tailnet_for({}));
    EXPECT_FALSE(doorman.tailnet_for({.secret = Secret("wrong")})) << "who offers a secret is judged by it";
    EXPECT_FALSE(doorman.tailnet_for({.key = read_key("ocg_damaged")}));
    EXPECT_FALSE(doorman.tailnet_for({.several_secrets = true}));
    EXPECT_TRUE(doorman.stands(*judged));
    policy.tailnet = nullptr;
    EXPECT_TRUE(doorman.use(policy, GuessRules{}));
    EXPECT_FALSE(doorman.stands(*judged));
    EXPECT_FALSE(doorman.judge({.tailnet = TailnetWord{.user = "alice@example.com"}}, arrival));
}

}  // namespace
}  // namespace openclaw::access
