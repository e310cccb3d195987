#include "net/http/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openclaw::net {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

ProxySettings settings_of(const Variables& variables) {
    return ProxySettings::from([&](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

std::string_view scheme_of(ProxyKind kind) {
    if (kind == ProxyKind::http) return "";
    return kind == ProxyKind::socks5 ? "socks5://" : "socks5h://";
}

// "host:port" of the proxy that a target goes through, its kind before it unless it is HTTP; or "direct".
std::string way_to(std::string_view target, const Variables& variables) {
    const auto proxy = find_proxy(settings_of(variables), *parse_url(target));
    if (!proxy) return "error: " + proxy.error().message;
    if (!*proxy) return "direct";
    return fmt::format("{}{}:{}", scheme_of((*proxy)->kind), (*proxy)->url.host, (*proxy)->url.port);
}

TEST(Proxy, IsChosenBySchemeAndSpelling) {
    const std::string_view http = "http://api.test/v1", https = "https://api.test/v1";
    EXPECT_EQ(way_to(https, {}), "direct");
    EXPECT_EQ(way_to(https, {{"HTTPS_PROXY", "http://p:3128"}}), "p:3128");
    EXPECT_EQ(way_to(http, {{"HTTPS_PROXY", "http://p:3128"}}), "direct");
    EXPECT_EQ(way_to(http, {{"HTTP_PROXY", "p:3128"}}), "p:3128");
    EXPECT_EQ(way_to(https, {{"HTTP_PROXY", "p:3128"}}), "direct");
    EXPECT_EQ(way_to(https, {{"https_proxy", "http://low"}, {"HTTPS_PROXY", "http://up"}}), "low:80");
    EXPECT_EQ(way_to(https, {{"https_proxy", ""}, {"HTTPS_PROXY", "http://up"}}), "direct");
    EXPECT_EQ(way_to(https, {{"ALL_PROXY", "http://all:1/"}}), "all:1");
    EXPECT_EQ(way_to(http, {{"all_proxy", "http://all:1"}, {"HTTP_PROXY", "http://one:2"}}), "one:2");
    EXPECT_EQ(way_to(https, {{"https_proxy", ""}, {"ALL_PROXY", "http://all:1"}}), "direct");
}

TEST(Proxy, IgnoresAVariableThatAWebRequestCouldSet) {
    EXPECT_EQ(way_to("http://a.test/", {{"REQUEST_METHOD", "GET"}, {"HTTP_PROXY", "http://p"}}), "direct");
    EXPECT_EQ(way_to("http://a.test/", {{"REQUEST_METHOD", "GET"}, {"http_proxy", "http://p"}}), "p:80");
}

// What goes over the wire to prove us to the proxy of this address.
std::string proof_for(const std::string& address) {
    const auto settings = settings_of({{"HTTPS_PROXY", address}});
    std::string message;
    if (settings.for_https && *settings.for_https) add_credentials(message, **settings.for_https);
    return message;
}

TEST(Proxy, TakesCredentialsOutOfTheAddress) {
    const auto settings = settings_of({{"HTTPS_PROXY", "http://user:p%40ss:word@proxy.test:3128"}});
    ASSERT_TRUE(settings.for_https && *settings.for_https);
    EXPECT_EQ((*settings.for_https)->url.text(), "http://proxy.test:3128/");
    EXPECT_EQ(proof_for("http://user:p%40ss:word@proxy.test:3128"),
              "Proxy-Authorization: Basic dXNlcjpwQHNzOndvcmQ=\r\n");
    EXPECT_EQ(proof_for("tok@proxy.test"), "Proxy-Authorization: Basic dG9rOg==\r\n");
    EXPECT_EQ(proof_for("http://proxy.test"), "");
    EXPECT_FALSE(settings.for_http);
}

TEST(Proxy, SpeaksSocksWithNamesLookedUpHereOrThere) {
    const std::string_view http = "http://api.test/v1", https = "https://api.test/v1";
    EXPECT_EQ(way_to(https, {{"ALL_PROXY", "socks5://p:1081"}}), "socks5://p:1081");
    EXPECT_EQ(way_to(http, {{"all_proxy", "SOCKS5H://p"}}), "socks5h://p:1080");
    EXPECT_EQ(way_to(https, {{"HTTPS_PROXY", "socks5h://[2001:db8::1]"}}), "socks5h://2001:db8::1:1080");
    EXPECT_EQ(way_to(https, {{"HTTPS_PROXY", "socks5h://p:80"}}), "socks5h://p:80");
    EXPECT_EQ(way_to(https, {{"ALL_PROXY", "socks5://p"}, {"HTTPS_PROXY", "http://q"}}), "q:80");
    EXPECT_EQ(way_to(http, {{"ALL_PROXY", "socks5://p"}, {"NO_PROXY", ".test"}}), "direct");
}

TEST(Proxy, GivesSocksUserAndPasswordApart) {
    EXPECT_EQ(proof_for("socks5://us%3Aer:p%40ss:w@p"), "\x01\x05us:er\x06p@ss:w");
    EXPECT_EQ(proof_for("socks5h://user@p"), std::string("\x01\x04user\x00", 7));
    EXPECT_EQ(proof_for("socks5h://p"), "");
}

TEST(Proxy, SaysWhatItCannotUseWithoutShowingTheValue) {
    for (const std::string& value : std::vector<std::string>{
             "socks4://user:hunter2@p:1080", "socks://user:hunter2@p:1080", "https://user:hunter2@p",
             "http://user:hunter2@", "http://user:hunter2@p:notaport",
             "socks5://hunter2:" + std::string(256, 'x') + "@p"}) {
        const auto problems = settings_of({{"ALL_PROXY", value}}).problems();
        ASSERT_EQ(problems.size(), 1U) << value;
        EXPECT_EQ(problems.front().code, Code::invalid_input);
        EXPECT_THAT(problems.front().message, testing::HasSubstr("ALL_PROXY"));
        EXPECT_THAT(problems.front().message + problems.front().hint,
                    testing::Not(testing::HasSubstr("hunter2")));
    }
    EXPECT_TRUE(settings_of({{"ALL_PROXY", "socks5://user:hunter2@p:1080"}}).problems().empty());
}

TEST(Proxy, ThatCannotBeUsedStopsOnlyWhatNeedsIt) {
    const Variables broken{{"HTTPS_PROXY", "socks4://p"}, {"NO_PROXY", "near.test"}};
    EXPECT_THAT(way_to("https://api.test/", broken), testing::HasSubstr("HTTPS_PROXY"));
    EXPECT_EQ(way_to("http://api.test/", broken), "direct");
    EXPECT_EQ(way_to("https://near.test/", broken), "direct");
    EXPECT_EQ(way_to("https://127.0.0.1:8443/", broken), "direct");
    EXPECT_EQ(find_proxy(settings_of(broken), *parse_url("https://api.test/")).error().code,
              Code::unavailable);
}

TEST(Proxy, StaysOutOfTheWayToThisMachine) {
    for (const std::string_view target :
         {"http://localhost:11434/", "http://x.localhost/", "http://127.0.0.1/", "http://127.9.9.9:1/",
          "http://[::1]:8080/", "http://[::ffff:127.0.0.1]/"}) {
        EXPECT_EQ(way_to(target, {{"HTTP_PROXY", "http://p"}}), "direct") << target;
    }
    EXPECT_EQ(way_to("http://notlocalhost/", {{"HTTP_PROXY", "http://p"}}), "p:80");
}

TEST(NoProxy, ExcludesByNameAddressAndBlock) {
    struct Case {
        std::string_view entry;
        std::string_view target;
        bool excluded;
    };
    const std::vector<Case> cases{
        {"*", "https://a.test/", true},
        {"a.test", "https://a.test/", true},
        {"A.Test", "https://a.test/", true},
        {"a.test", "https://sub.a.test/", true},
        {"a.test", "https://nota.test/", false},
        {".a.test", "https://a.test/", true},
        {".a.test", "https://x.y.a.test/", true},
        {"*.a.test", "https://x.a.test/", true},
        {"a.test.", "https://a.test/", true},
        {"a.test:443", "https://a.test/", true},
        {"a.test:8443", "https://a.test/", false},
        {"a.test:8443", "https://a.test:8443/", true},
        {".", "https://a.test/", false},
        {"10.1.2.3", "http://10.1.2.3/", true},
        {"10.1.2.3", "http://10.1.2.30/", false},
        {"2.3", "http://10.1.2.3/", false},
        {"10.1.2.3:80", "http://10.1.2.3/", true},
        {"10.1.2.3:81", "http://10.1.2.3/", false},
        {"10.0.0.0/8", "http://10.200.0.1/", true},
        {"10.0.0.0/8", "http://11.0.0.1/", false},
        {"192.168.4.0/22", "http://192.168.7.255/", true},
        {"192.168.4.0/22", "http://192.168.8.0/", false},
        {"0.0.0.0/0", "http://10.0.0.1/", true},
        {"0.0.0.0/0", "http://a.test/", false},
        {"10.0.0.0/33", "http://10.0.0.0/", false},
        {"10.0.0.0/", "http://10.0.0.0/", false},
        {"2001:db8::1", "http://[2001:db8:0::1]/", true},
        {"[2001:db8::1]:80", "http://[2001:db8::1]/", true},
        {"[2001:db8::1]:81", "http://[2001:db8::1]/", false},
        {"2001:db8::/32", "http://[2001:db8:ffff::1]/", true},
        {"2001:db8::/32", "http://[2001:db9::1]/", false},
        {"10.0.0.0/8", "http://[::ffff:10.1.1.1]/", true},
    };
    for (const Case& each : cases) {
        EXPECT_EQ(excludes(each.entry, *parse_url(each.target)), each.excluded)
            << each.entry << " " << each.target;
    }
    EXPECT_EQ(way_to("https://b.test/", {{"HTTPS_PROXY", "p"}, {"NO_PROXY", "a.test, b.test"}}), "direct");
    EXPECT_EQ(way_to("https://b.test/", {{"HTTPS_PROXY", "p"}, {"no_proxy", "a.test b.test"}}), "direct");
}

}  // namespace
}  // namespace openclaw::net
