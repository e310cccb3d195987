#include <gtest/gtest.h>

#include "access/gateway_secret.h"
#include "gateway/serving/options.h"
#include "support/config_builder.h"
#include "support/memory_file_system.h"

namespace openclaw::gateway {
namespace {

using test::config_of;

std::string chosen(const Result<access::GatewaySecret>& secret) {
    if (!secret) return "error: " + secret.error().message;
    if (!secret->chosen()) return "none";
    return secret->chosen()->place + " " + std::string(secret->chosen()->value.reveal());
}

TEST(GatewaySecret, TakesFlagBeforeEnvironmentBeforeConfig) {
    test::MemoryFileSystem files;
    const std::string text = R"({gateway:{auth:{token:"from-config"}}})";
    const std::map<std::string, std::string> environment = {{"OPENCLAW_GATEWAY_TOKEN", "from-env"},
                                                            {"CLAWDBOT_GATEWAY_TOKEN", "from-old-env"}};
    const auto config = config_of(text, environment);
    EXPECT_EQ(chosen(access::resolve_gateway_secret(
                  *config, files, {.mode = {}, .token = Secret("from-flag"), .password = {}})),
              "--token from-flag");
    EXPECT_EQ(chosen(access::resolve_gateway_secret(*config, files, {})), "OPENCLAW_GATEWAY_TOKEN from-env");
    EXPECT_EQ(chosen(access::resolve_gateway_secret(*config_of(text), files, {})),
              "gateway.auth.token from-config");
}

TEST(GatewaySecret, CountsBlankValuesAsUnset) {
    test::MemoryFileSystem files;
    const auto config = config_of(R"({gateway:{auth:{token:"  "}}})", {{"OPENCLAW_GATEWAY_TOKEN", " "}});
    EXPECT_EQ(chosen(access::resolve_gateway_secret(*config, files, {})), "none");
}

TEST(GatewaySecret, IsMadeOnceAndFoundByEverybodyAfterwards) {
    test::MemoryFileSystem files;
    const auto config = config_of("");
    const auto made = access::ensure_gateway_secret(*config, files, {});
    ASSERT_TRUE(made && made->chosen());
    EXPECT_EQ(made->chosen()->value.size(), 48u);
    EXPECT_EQ(chosen(access::resolve_gateway_secret(*config, files, {})), chosen(made));
    EXPECT_EQ(chosen(access::ensure_gateway_secret(*config, files, {})), chosen(made));
    EXPECT_EQ(files.info(config->paths().gateway_token_file())->mode, 0600u);
}

TEST(GatewaySecret, RefusesATokenFileThatOthersMayRead) {
    test::MemoryFileSystem files;
    const auto config = config_of("");
    ASSERT_TRUE(access::ensure_gateway_secret(*config, files, {}));
    ASSERT_TRUE(files.set_mode(config->paths().gateway_token_file(), 0644));
    const auto secret = access::resolve_gateway_secret(*config, files, {});
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().code, Code::denied);
    EXPECT_NE(secret.error().hint.find("chmod 600"), std::string::npos);
}

TEST(GatewaySecret, NeverMakesUpAPassword) {
    test::MemoryFileSystem files;
    const auto config = config_of(R"({gateway:{auth:{mode:"password"}}})");
    EXPECT_FALSE(access::ensure_gateway_secret(*config, files, {}));
    const auto with = config_of(R"({gateway:{auth:{password:"open sesame"}}})");
    const auto secret = access::ensure_gateway_secret(*with, files, {});
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->mode, access::AccessMode::password);
}

TEST(GatewaySecret, ExplainsItselfWithoutShowingAnything) {
    test::MemoryFileSystem files;
    const auto config = config_of(R"({gateway:{auth:{token:"secret-in-config"}}})",
                                  {{"OPENCLAW_GATEWAY_TOKEN", "secret-in-env"}});
    const auto text = access::resolve_gateway_secret(*config, files, {})->described("key");
    EXPECT_NE(text.find("OPENCLAW_GATEWAY_TOKEN #"), std::string::npos) << text;
    EXPECT_NE(text.find("gateway.auth.token #"), std::string::npos) << text;
    EXPECT_EQ(text.find("secret-in"), std::string::npos) << text;
}

TEST(Endpoint, TakesThePortFromFlagEnvironmentConfigAndDefault) {
    const std::map<std::string, std::string> environment = {{"OPENCLAW_GATEWAY_PORT", "2000"}};
    const auto port = [](const auto& config, const Options& options) {
        const auto endpoint = resolve_endpoint(*config, options);
        return endpoint ? fmt::format("{} {}", endpoint->port, endpoint->port_source)
                        : endpoint.error().message;
    };
    const std::string text = "{gateway:{port:3000}}";
    EXPECT_EQ(port(config_of(text, environment), {.port = "1000", .bind = {}, .secret = {}}), "1000 --port");
    EXPECT_EQ(port(config_of(text, environment), {}), "2000 OPENCLAW_GATEWAY_PORT");
    EXPECT_EQ(port(config_of(text), {}), "3000 gateway.port");
    EXPECT_EQ(port(config_of(""), {}), "18789 default");
    for (const char* bad : {"", "x", "70000", "-1", "80 80"})
        EXPECT_NE(port(config_of(""), {.port = bad, .bind = {}, .secret = {}}).find("invalid port"),
                  std::string::npos)
            << bad;
}

TEST(Endpoint, NeverWidensABind) {
    const auto custom = config_of(R"({gateway:{bind:"custom"}})");
    EXPECT_FALSE(resolve_endpoint(*custom, {}));
    const auto loopback = resolve_endpoint(*config_of(""), {});
    ASSERT_TRUE(loopback);
    EXPECT_TRUE(loopback->loopback_only);
    EXPECT_EQ(loopback->addresses, (std::vector<std::string>{"127.0.0.1", "::1"}));
    const auto named =
        resolve_endpoint(*config_of(R"({gateway:{bind:"custom",customBindHost:"192.0.2.1"}})"), {});
    ASSERT_TRUE(named);
    EXPECT_FALSE(named->loopback_only);
    EXPECT_EQ(named->addresses, std::vector<std::string>{"192.0.2.1"});
}

}  // namespace
}  // namespace openclaw::gateway
