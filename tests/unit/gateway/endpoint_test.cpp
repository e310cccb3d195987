#include <gtest/gtest.h>

#include "gateway/serving/options.h"
#include "support/config_builder.h"

namespace openclaw::gateway {
namespace {

using test::config_of;

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
