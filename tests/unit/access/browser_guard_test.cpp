#include "access/browser_guard.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "access/arrival.h"
#include "support/config_builder.h"

namespace openclaw::access {
namespace {

net::Headers headers(std::initializer_list<std::pair<std::string, std::string>> fields) {
    return net::Headers(fields);
}

TEST(BrowserGuard, RefusesForeignPagesAndReboundNames) {
    const net::Peer local{.address = "127.0.0.1", .port = 5, .loopback = true, .owner = {}};
    const auto policy = BrowserPolicy::from(
        *test::config_of(R"({gateway:{controlUi:{allowedOrigins:["https://claw.example"]}}})"));
    const auto refused = [&](std::initializer_list<std::pair<std::string, std::string>> fields) {
        return refused_as_cross_site(headers(fields), local, policy).has_value();
    };
    EXPECT_FALSE(refused({{"Host", "127.0.0.1:18789"}}));
    EXPECT_FALSE(refused({{"Host", "[::1]:18789"}}));
    EXPECT_FALSE(refused({{"Host", "LOCALHOST:18789"}}));
    EXPECT_FALSE(refused({{"Host", "box.tail1234.ts.net"}}));
    EXPECT_FALSE(refused({{"Host", "localhost:18789"}, {"Origin", "http://localhost:18789"}}));
    EXPECT_FALSE(refused({{"Host", "localhost:18789"}, {"Origin", "https://claw.example"}}));
    EXPECT_FALSE(refused({{"Host", "claw.example"}}));
    EXPECT_TRUE(refused({{"Host", "rebound.example:18789"}}));
    EXPECT_TRUE(refused({{"Host", "localhost.rebound.example"}}));
    EXPECT_TRUE(refused({{"Host", "localhost:18789"}, {"Origin", "http://evil.example"}}));
    EXPECT_TRUE(refused({{"Host", "localhost:18789"}, {"Origin", "http://localhost:3000"}}));
    EXPECT_TRUE(refused({{"Host", "localhost:18789"}, {"Origin", "null"}}));
}

BrowserPolicy allowing(std::string_view entries) {
    return BrowserPolicy::from(
        *test::config_of(fmt::format("{{gateway:{{controlUi:{{allowedOrigins:[{}]}}}}}}", entries)));
}

TEST(BrowserGuard, TakesTheNamesOfTheGatewaysOwnCertificateForHostsAndForNoPages) {
    const auto policy = BrowserPolicy::from(*test::config_of("{}"), {"nas", "nas.local", "*.example.com"});
    net::Peer local;
    local.address = "127.0.0.1";
    local.loopback = true;
    for (const auto* host : {"nas:18789", "NAS.local", "nas.local:18789", "localhost"})
        EXPECT_FALSE(refused_as_cross_site(headers({{"Host", host}}), local, policy)) << host;
    for (const auto* host : {"nas.local.evil.example", "evil.nas.local", "evil.example.com", "na"})
        EXPECT_TRUE(refused_as_cross_site(headers({{"Host", host}}), local, policy)) << host;
    EXPECT_TRUE(refused_as_cross_site(headers({{"Host", "nas:18789"}, {"Origin", "https://nas.local"}}),
                                      local, policy));
}

TEST(BrowserGuard, TakesABareNameForAHostAndForNoPage) {
    const net::Peer local{.address = "127.0.0.1", .port = 5, .loopback = true, .owner = {}};
    for (const char* entry : {"'claw.example'", "'CLAW.example '", "'claw.example:8443'"}) {
        const auto policy = allowing(entry);
        EXPECT_FALSE(refused_as_cross_site(headers({{"Host", "claw.example:18789"}}), local, policy))
            << entry;
        EXPECT_FALSE(policy.allows_page("https://claw.example")) << entry;
    }
    for (const char* entry :
         {"'*'", "'*.claw.example'", "'https://claw.example/app'", "'https://u@claw.example'"})
        EXPECT_TRUE(refused_as_cross_site(headers({{"Host", "claw.example"}}), local, allowing(entry)))
            << entry;
}

TEST(BrowserGuard, AllowsExactlyTheOriginsThatAreWritten) {
    const auto policy =
        allowing("'https://claw.example:443/', 'HTTP://Localhost:3000', 'tauri://localhost', '*'");
    for (const char* page : {"https://claw.example", "http://localhost:3000", "tauri://localhost"})
        EXPECT_TRUE(policy.allows_page(page)) << page;
    for (const char* page :
         {"http://claw.example", "https://claw.example:8443", "https://x.claw.example",
          "https://claw.example.evil", "null", "*", "http://localhost", "https://evil.example"})
        EXPECT_FALSE(policy.allows_page(page)) << page;
}

TEST(BrowserGuard, ShowsWhatWouldHaveToBeWritten) {
    const net::Peer local{.address = "127.0.0.1", .port = 5, .loopback = true, .owner = {}};
    const auto said = [&](std::string host, std::string origin) {
        return refused_as_cross_site(headers({{"Host", std::move(host)}, {"Origin", std::move(origin)}}),
                                     local, {})
            .value_or("");
    };
    EXPECT_TRUE(said("localhost", "https://app.example.com").contains(R"(add "https://app.example.com" to)"));
    EXPECT_TRUE(said("gateway.lan:18789", "").contains(R"(add "gateway.lan:18789" to)"));
    // A stranger's text never gets into it.
    EXPECT_TRUE(said("localhost", "https://a b\"c").contains(R"(add "https://app.example.com" to)"));
    EXPECT_TRUE(said("localhost", "https://" + std::string(500, 'a')).contains("https://app.example.com"));
}

BrowserPolicy trusting(std::string_view proxies) {
    return BrowserPolicy::from(*test::config_of(fmt::format("{{gateway:{{trustedProxies:[{}]}}}}", proxies)));
}

struct Seen {
    std::string address;
    bool through_this_host;
};
Seen seen(std::string peer, bool loopback, const BrowserPolicy& policy, net::Headers fields) {
    auto guesser = guesser_of(
        fields, {.address = std::move(peer), .port = 1, .loopback = loopback, .owner = {}}, policy);
    return {guesser.address, guesser.through_this_host};
}

TEST(Guesser, IsWhomATrustedProxyNamesAndElseThePeer) {
    const auto policy = trusting(R"("10.0.0.1","10.0.0.2/31","fd00::/8","nonsense")");
    const auto from = [&](std::string peer) {
        return seen(std::move(peer), false, policy,
                    headers({{"X-Forwarded-For", "198.51.100.1, 203.0.113.9, 10.0.0.2"}}))
            .address;
    };
    EXPECT_EQ(from("192.0.2.1"), "192.0.2.1") << "anybody can write that header";
    EXPECT_EQ(from("10.0.0.4"), "10.0.0.4");
    EXPECT_EQ(from("fd12::7"), "203.0.113.9");
    EXPECT_EQ(from("10.0.0.1"), "203.0.113.9") << "the last one that no trusted proxy added";
}

TEST(Guesser, ComesThroughThisHostOnlyWhenAProxyHereHasNamedHim) {
    const auto policy = trusting(R"("127.0.0.0/8","10.0.0.1")");
    const net::Headers named{{"X-Forwarded-For", "203.0.113.9"}};
    EXPECT_TRUE(seen("127.0.0.1", true, policy, named).through_this_host);
    EXPECT_EQ(seen("127.0.0.1", true, policy, named).address, "203.0.113.9");
    EXPECT_FALSE(seen("127.0.0.1", true, policy, {}).through_this_host) << "named nobody";
    EXPECT_FALSE(seen("10.0.0.1", false, policy, named).through_this_host);
    EXPECT_FALSE(seen("::1", true, policy, named).through_this_host) << "no proxy of ours";
    EXPECT_EQ(seen("::1", true, policy, named).address, "::1");
}

TEST(Guesser, IsReadFromSeveralFieldsAndWithAPort) {
    const auto policy = trusting(R"("10.0.0.1")");
    EXPECT_EQ(seen("10.0.0.1", false, policy,
                   {{"X-Forwarded-For", "198.51.100.1"}, {"X-Forwarded-For", "203.0.113.9:4711"}})
                  .address,
              "203.0.113.9");
    EXPECT_EQ(seen("10.0.0.1", false, policy, {{"X-Forwarded-For", "[2001:db8::7]:4711"}}).address,
              "2001:db8::7");
    EXPECT_EQ(seen("10.0.0.1", false, policy, {{"X-Forwarded-For", "unknown, ,"}}).address, "10.0.0.1");
}

}  // namespace
}  // namespace openclaw::access
