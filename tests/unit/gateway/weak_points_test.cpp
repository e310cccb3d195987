#include "gateway/serving/weak_points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/files/load.h"
#include "support/config_builder.h"
#include "support/memory_file_system.h"

namespace openclaw::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view good_token = "f3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c";

// A home with this config and these variables, and what is weak in it.
struct Home {
    explicit Home(std::string config, std::map<std::string, std::string> given = {}) {
        files.put("/home/u/.openclaw/openclaw.json", std::move(config));
        files.put("/home/u/.openclaw/credentials/gateway-token", std::string(good_token));
        for (const auto& [name, value] : given) variables[name] = Secret(value);
    }
    // "path: message; hint" a line.
    std::string weak(const Options& options = {}) {
        auto paths = *config::resolve_paths(files, variables, "/");
        const auto config = config::load_config({.files = files, .variables = variables, .paths = paths});
        EXPECT_TRUE(config->valid()) << config->problems().front().message;
        std::string lines;
        const auto secret = access::resolve_gateway_secret(*config, files, options.secret);
        for (const auto& point : weak_points(*config, secret ? &*secret : nullptr, options))
            lines += in_a_line(point) + "\n";
        return lines;
    }
    test::MemoryFileSystem files;
    platform::Variables variables{{"HOME", Secret("/home/u")}};
};

std::string with_base_url(std::string_view url) {
    return fmt::format("{{models: {{providers: {{corp: {{baseUrl: '{}', models: []}}}}}}}}", url);
}

TEST(WeakPoints, AKeyToAPlainAddressFarAwayCanBeRead) {
    for (const std::string_view url :
         {"http://api.corp.example/v1", "http://8.8.8.8:8000", "HTTP://LLM.example.org"})
        EXPECT_THAT(Home(with_base_url(url)).weak(),
                    HasSubstr("models.providers.corp.baseUrl: keys and messages to http://"))
            << url;
    for (const std::string_view url :
         {"https://api.corp.example/v1", "http://127.0.0.1:11434", "http://ollama:11434",
          "http://192.168.1.9/v1", "http://gpu.local", "http://[fd00::1]:8080"})
        EXPECT_EQ(Home(with_base_url(url)).weak(), "") << url;
}

TEST(WeakPoints, AKeyThroughAPlainProxyFarAwayCanBeRead) {
    const auto near = with_base_url("http://ollama:11434");
    EXPECT_THAT(Home(near, {{"HTTP_PROXY", "http://proxy.example:3128"}}).weak(),
                HasSubstr("http://ollama:11434 through the proxy proxy.example:3128 (HTTP_PROXY)"));
    EXPECT_THAT(Home(near, {{"ALL_PROXY", "socks5h://proxy.example"}}).weak(),
                HasSubstr("add ollama to NO_PROXY"));
    EXPECT_EQ(Home(near, {{"HTTP_PROXY", "http://proxy.example:3128"}, {"NO_PROXY", "ollama"}}).weak(), "");
    EXPECT_EQ(Home(near, {{"HTTP_PROXY", "http://127.0.0.1:3128"}}).weak(), "");
    EXPECT_EQ(Home(with_base_url("https://x.example"), {{"HTTPS_PROXY", "http://proxy.example"}}).weak(), "")
        << "TLS goes through the tunnel";
}

TEST(WeakPoints, AProxysPasswordCanBeReadOnTheWayToIt) {
    const auto said = Home("{}", {{"ALL_PROXY", "http://me:hunter2@proxy.example:3128"}}).weak();
    EXPECT_EQ(said,
              "the password of the proxy proxy.example:3128 (ALL_PROXY) can be read on the way to it; use a "
              "proxy on "
              "this host or in this network, or one without a password\n");
    EXPECT_EQ(Home("{}", {{"ALL_PROXY", "socks5://me:hunter2@10.0.0.1"}}).weak(), "");
}

TEST(WeakPoints, AProxyThatCannotBeUsedIsNamed) {
    const auto said = Home("{}", {{"all_proxy", "socks4://me:hunter2@p"}}).weak();
    EXPECT_THAT(said, HasSubstr("all_proxy names a proxy of a kind that is not spoken: socks4"));
    EXPECT_THAT(said, Not(HasSubstr("hunter2")));
}

TEST(WeakPoints, ATokenToARemoteGatewayCanBeRead) {
    const auto remote = [](std::string_view url, std::string_view secret) {
        return Home(fmt::format("{{gateway: {{mode: 'remote', remote: {{url: '{}', {}}}}}}}", url, secret))
            .weak();
    };
    EXPECT_THAT(remote("ws://gw.example:18789", "token: 'abc'"),
                HasSubstr("gateway.remote.url: the token goes to ws://gw.example:18789 in the clear"));
    EXPECT_THAT(remote("ws://192.168.1.5:18789", "password: 'abc'"), HasSubstr("the password goes to"));
    EXPECT_THAT(remote("ws://127.evil.example", "token: 'abc'"), HasSubstr("in the clear"));
    EXPECT_EQ(remote("wss://gw.example", "token: 'abc'"), "");
    EXPECT_EQ(remote("ws://127.0.0.1:18790", "token: 'abc'"), "");
    EXPECT_EQ(remote("ws://host.tail1234.ts.net:18789", "token: 'abc'"), "");
    EXPECT_EQ(remote("ws://gw.example:18789", "token: ' '"), "");
}

TEST(WeakPoints, ANetworkWithoutTlsReadsTheToken) {
    EXPECT_THAT(Home("{gateway: {bind: 'lan'}}").weak(), HasSubstr("gateway.bind: is lan without TLS"));
    EXPECT_THAT(Home("{gateway: {bind: 'custom', customBindHost: '10.0.0.1'}}").weak(),
                HasSubstr("without TLS"));
    EXPECT_THAT(Home("{}").weak({.port = {}, .bind = "lan", .secret = {}}),
                HasSubstr("--bind: is lan without TLS"));
    EXPECT_EQ(Home("{gateway: {bind: 'lan', tls: {enabled: true, certPath: '/c', keyPath: '/k'}}}").weak(),
              "");
    EXPECT_EQ(Home("{gateway: {bind: 'custom', customBindHost: '127.0.0.9'}}").weak(), "");
    EXPECT_EQ(Home("{}").weak(), "");
}

TEST(WeakPoints, ASecretThatCanBeGuessedIsNamedByItsPlace) {
    const auto said = Home("{gateway: {auth: {token: 'hunter2'}}}").weak();
    EXPECT_THAT(said,
                HasSubstr("gateway.auth.token: the gateway's token can be guessed: it has fewer than 12"));
    EXPECT_THAT(said, Not(HasSubstr("hunter2")));
    EXPECT_THAT(Home("{gateway: {auth: {mode: 'password', password: 'Password123456'}}}").weak(),
                HasSubstr("gateway.auth.password: the gateway's password can be guessed"));
    EXPECT_THAT(Home("{}", {{"OPENCLAW_GATEWAY_TOKEN", "abcdefghijklmnop"}}).weak(),
                HasSubstr("OPENCLAW_GATEWAY_TOKEN: the gateway's token can be guessed: it is a run"));
    EXPECT_EQ(Home("{}", {{"OPENCLAW_GATEWAY_TOKEN", std::string(good_token)}}).weak(), "");
}

TEST(WeakPoints, ASecretThatCanBeGuessedIsNoLockForANetwork) {
    const auto secret = [](std::string value) {
        return access::GatewaySecret{access::AccessMode::token,
                                     {{"gateway.auth.token", Secret(std::move(value))}}};
    };
    const auto config = test::config_of("{}");
    EXPECT_TRUE(check_lock(*config, secret("hunter2"), true));
    EXPECT_TRUE(check_lock(*config, secret(std::string(good_token)), false));
    const auto refused = check_lock(*config, secret("hunter2"), false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::denied);
    EXPECT_THAT(refused.error().message, HasSubstr("gateway.auth.token"));
    EXPECT_FALSE(refused.error().hint.empty());
}

TEST(WeakPoints, NoLockAtAllIsRefusedBesideWhateverLetsOthersIn) {
    const access::GatewaySecret none{access::AccessMode::none, {}};
    EXPECT_TRUE(check_lock(*test::config_of("{}"), none, true));
    EXPECT_TRUE(check_lock(*test::config_of("{gateway: {trustedProxies: []}}"), none, true));
    for (const char* text :
         {"{gateway: {trustedProxies: ['10.0.0.2']}}", "{gateway: {tailscale: {mode: 'serve'}}}",
          "{gateway: {tailscale: {mode: 'funnel'}}}"}) {
        const auto refused = check_lock(*test::config_of(text), none, true);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, Code::denied);
        EXPECT_THAT(refused.error().hint, HasSubstr("openclaw gateway lock token"));
    }
    EXPECT_FALSE(check_lock(*test::config_of("{}"), none, false)) << "where others connect";
    EXPECT_THAT(Home("{gateway: {auth: {mode: 'none'}}}").weak(),
                HasSubstr("whoever runs a program on this host may do everything"));
}

TEST(WeakPoints, ProxiesThatSayWhoIsCallingHaveToBeNamedWhole) {
    const access::GatewaySecret by_proxy{access::AccessMode::trusted_proxy, {}};
    const auto told = [&](std::string gateway, bool loopback_only = false) {
        const auto checked = check_lock(*test::config_of(fmt::format("{{gateway: {{{}}}}}", gateway)),
                                        by_proxy, loopback_only);
        return checked ? std::string() : checked.error().message;
    };
    const std::string header = "auth: {trustedProxy: {userHeader: 'X-User'}}";
    EXPECT_THAT(told("trustedProxies: ['10.0.0.2']"), HasSubstr("userHeader isn't set"));
    EXPECT_THAT(told(header), HasSubstr("gateway.trustedProxies is empty"));
    EXPECT_THAT(told(header + ", trustedProxies: ['10.0.0.2', 'proxy.local']"),
                HasSubstr("holds what is no address"));
    EXPECT_EQ(told(header + ", trustedProxies: ['10.0.0.2', '10.1.0.0/16']"), "");
    EXPECT_THAT(told(header + ", trustedProxies: ['127.0.0.1']", true),
                HasSubstr("only this host can connect"));
    EXPECT_EQ(told("auth: {trustedProxy: {userHeader: 'X-User', allowLoopback: true}}, trustedProxies: "
                   "['127.0.0.1']",
                   true),
              "");
}

}  // namespace
}  // namespace openclaw::gateway
