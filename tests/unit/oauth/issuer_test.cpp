#include "auth/oauth/issuer.h"

#include <gtest/gtest.h>

#include "support/config_builder.h"

namespace openclaw::auth::oauth {
namespace {

using namespace std::chrono_literals;
using test::config_of;

std::string entry(std::string_view members) {
    return R"({auth: {oauth: {providers: {lab: {)" + std::string(members) + "}}}}}";
}
Result<Issuer> lab_with(std::string_view members) {
    return issuer_of("lab", *config_of(entry(members)));
}
json::object document(std::string_view text) {
    return parse_json(text)->as_object();
}

TEST(AnIssuer, IsWhatTheConfigDescribes) {
    const auto issuer = lab_with(R"(tokenEndpoint: "https://auth.example.com/token", clientId: "c",
        authorizationEndpoint: "https://auth.example.com/authorize", scopes: ["a", "b"],
        redirectUris: ["http://localhost:1455/callback"], authorizationParams: {audience: "api"}, lifetimeSeconds: 60)");
    ASSERT_TRUE(issuer) << issuer.error().message;
    EXPECT_EQ(issuer->scopes, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(issuer->redirects, std::vector<std::string>{"http://localhost:1455/callback"});
    EXPECT_EQ(issuer->parameters.at("audience"), "api");
    EXPECT_EQ(issuer->lifetime, 60s);
    EXPECT_EQ(issuer->proof, ClientProof::none);
    EXPECT_FALSE(needs_discovery(*issuer));
}

TEST(AnIssuer, IsAskedAsTheClientThatTheUserRegistered) {
    EXPECT_FALSE(issuer_of("chutes", *config_of("")));
    const auto issuer =
        issuer_of("chutes", *config_of("", {{"CHUTES_CLIENT_ID", " mine "}, {"CHUTES_CLIENT_SECRET", "s"}}));
    ASSERT_TRUE(issuer) << issuer.error().message;
    EXPECT_EQ(issuer->client_id, "mine");
    EXPECT_EQ(issuer->client_secret, Secret("s"));
    EXPECT_EQ(issuer->proof, ClientProof::post);
}

TEST(AnIssuer, NeedsAClientAndAPlaceToAsk) {
    for (
        const auto* members :
        {"", R"(clientId: "c")", R"(tokenEndpoint: "https://e.com/t")",
         R"(clientId: "c", tokenEndpoint: "https://e.com/t", tokenEndpointAuthMethod: "client_secret_basic")"}) {
        const auto issuer = lab_with(members);
        ASSERT_FALSE(issuer) << members;
        EXPECT_EQ(issuer.error().code, Code::invalid_input);
        EXPECT_FALSE(issuer.error().hint.empty()) << members;
    }
    EXPECT_EQ(issuer_of("nobody", *config_of("")).error().code, Code::not_found);
}

TEST(AnIssuer, GetsSecretsOverTlsOrAtHome) {
    EXPECT_FALSE(lab_with(R"(clientId: "c", tokenEndpoint: "http://auth.example.com/token")"));
    EXPECT_TRUE(lab_with(R"(clientId: "c", tokenEndpoint: "http://127.0.0.1:9000/token")"));
    EXPECT_FALSE(lab_with(
        R"(clientId: "c", tokenEndpoint: "https://e.com/t", deviceAuthorizationEndpoint: "http://e.com/d")"));
    EXPECT_FALSE(lab_with(R"(clientId: "c", issuer: "ftp://e.com")"));
}

TEST(AnIssuer, DescribesItself) {
    const auto issuer = lab_with(R"(clientId: "c", issuer: "https://auth.example.com/home/")");
    ASSERT_TRUE(issuer) << issuer.error().message;
    EXPECT_TRUE(needs_discovery(*issuer));
    EXPECT_EQ(
        metadata_urls(*issuer),
        (std::vector<std::string>{"https://auth.example.com/home/.well-known/openid-configuration",
                                  "https://auth.example.com/.well-known/oauth-authorization-server/home"}));
    const auto found = with_metadata(
        *issuer,
        document(R"({"issuer":"https://auth.example.com/home","token_endpoint":"https://auth.example.com/t",
                              "authorization_endpoint":"https://auth.example.com/a",
                              "authorization_response_iss_parameter_supported":true})"));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->token, "https://auth.example.com/t");
    EXPECT_TRUE(found->tells_issuer);
}

TEST(AnIssuer, IsNotAnotherOne) {
    const auto issuer = lab_with(R"(clientId: "c", issuer: "https://auth.example.com")");
    ASSERT_TRUE(issuer);
    for (const auto* text :
         {R"({"issuer":"https://evil.example.com","token_endpoint":"https://evil.example.com/t"})",
          R"({"token_endpoint":"https://auth.example.com/t"})"})
        EXPECT_EQ(with_metadata(*issuer, document(text)).error().code, Code::denied);
    EXPECT_FALSE(with_metadata(*issuer, document(R"({"issuer":"https://auth.example.com"})")));
    EXPECT_FALSE(with_metadata(
        *issuer, document(R"({"issuer":"https://auth.example.com","token_endpoint":"http://e.com/t"})")));
}

TEST(AnIssuer, IsListedWithTheOthers) {
    EXPECT_EQ(providers_with_issuer(*config_of(entry(R"(clientId: "c")"))),
              (std::vector<std::string>{"chutes", "google", "lab"}));
}

}  // namespace
}  // namespace openclaw::auth::oauth
