#include "providers/wire/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/config_builder.h"

namespace openclaw::providers {
namespace {

std::optional<std::string_view> no_variable(std::string_view) {
    return std::nullopt;
}

json::object config_of(std::string_view providers) {
    return parse_json(fmt::format(R"({{"models":{{"providers":{}}}}})", providers))->as_object();
}

Result<Endpoint> endpoint(const std::string& provider, std::string_view providers = "{}",
                          const std::string& model = "m") {
    return endpoint_from({provider, model}, config_of(providers), no_variable);
}

TEST(Endpoint, KnowsTheBuiltInProviders) {
    EXPECT_EQ(endpoint("anthropic")->base.text(), "https://api.anthropic.com/");
    EXPECT_EQ(endpoint("anthropic")->api, "anthropic-messages");
    EXPECT_EQ(endpoint("openrouter")->base.text(), "https://openrouter.ai/api/v1");
    EXPECT_EQ(endpoint("openai")->api, "openai-completions");  // until the Responses API is spoken
    EXPECT_EQ(endpoint("demo")->api, "demo");
    EXPECT_EQ(endpoint("ollama")->base.text(), "http://127.0.0.1:11434/v1");
}

TEST(Endpoint, NamesTheNearestProviderForAnUnknownOne) {
    const auto unknown = endpoint("antropic");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Code::not_found);
    EXPECT_EQ(unknown.error().message, "unknown provider antropic");
    EXPECT_EQ(unknown.error().hint, "did you mean anthropic?");
    EXPECT_THAT(endpoint("zzzzzzzzzz").error().hint, testing::HasSubstr("models.providers.zzzzzzzzzz"));
    EXPECT_EQ(endpoint("corpp", R"({"corp":{"baseUrl":"http://corp.local"}})").error().hint,
              "did you mean corp?");
}

TEST(Endpoint, KeepsTheProvidersNameInAnIdWhereItsServerHasItSo) {
    const std::string nvidia = R"({"NVIDIA":{"baseUrl":"https://n.example/v1","models":[
        {"id":"nvidia/nemotron-x","headers":{"x-of":"x"}},{"id":"plain"},{"id":"nvidia/plain"}]}})";
    EXPECT_EQ(endpoint("nvidia", nvidia, "nemotron-x")->model, "nvidia/nemotron-x");
    EXPECT_EQ(endpoint("nvidia", nvidia, "nemotron-x")->headers.find("x-of"), "x");
    EXPECT_EQ(endpoint("nvidia", nvidia, "nvidia/nemotron-x")->model, "nvidia/nemotron-x");
    EXPECT_EQ(endpoint("nvidia", nvidia, "plain")->model, "plain");
    EXPECT_EQ(endpoint("nvidia", nvidia, "unlisted")->model, "unlisted");
    EXPECT_EQ(endpoint("openrouter", "{}", "aurora-alpha")->model, "openrouter/aurora-alpha");
    EXPECT_EQ(endpoint("openrouter", "{}", "auto")->model, "openrouter/auto");
    EXPECT_EQ(endpoint("openrouter", "{}", "openrouter/auto")->model, "openrouter/auto");
    EXPECT_EQ(endpoint("openrouter", "{}", "qwen/qwen3")->model, "qwen/qwen3");
    EXPECT_EQ(endpoint("openrouter",
                       R"({"openrouter":{"baseUrl":"https://o.example/v1","models":[{"id":"own"}]}})", "own")
                  ->model,
              "own");
}

TEST(Endpoint, LetsTheConfigMoveAProvider) {
    const auto moved =
        endpoint("anthropic", R"({"Anthropic":{"baseUrl":"https://proxy.example/anthropic/","models":[],
        "headers":{"x-team":"blue"},"authHeader":false}})");
    ASSERT_TRUE(moved) << moved.error().message;
    EXPECT_EQ(moved->api, "anthropic-messages");
    EXPECT_EQ(joined_url(moved->base, "/v1/messages").text(), "https://proxy.example/anthropic/v1/messages");
    EXPECT_EQ(moved->headers.find("X-Team"), "blue");
    EXPECT_EQ(moved->auth_header, AuthHeader::none);
}

TEST(Endpoint, RefusesWhatCantBeAnAddress) {
    for (const auto* bad :
         {"", "  ", "not a url", "ftp://host/x", "http://", "https://user:hunter2@host/v1", "ws://host/"}) {
        const auto refused = endpoint("corp", fmt::format(R"({{"corp":{{"baseUrl":"{}"}}}})", bad));
        ASSERT_FALSE(refused) << bad;
        EXPECT_EQ(refused.error().code, Code::invalid_input) << bad;
        EXPECT_THAT(refused.error().message + refused.error().hint,
                    testing::HasSubstr("models.providers.corp.baseUrl"));
        EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr("hunter2")));
    }
}

TEST(Endpoint, SaysWhichApiItDoesNotSpeak) {
    const auto refused = endpoint("google");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::invalid_input);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("google-generative-ai"));
}

TEST(Endpoint, AddsTheUsualPathToLocalServersOnly) {
    const auto base = [](std::string_view url) {
        return endpoint("corp", fmt::format(R"({{"corp":{{"baseUrl":"{}"}}}})", url))->base.text();
    };
    EXPECT_EQ(base("http://127.0.0.1:8000"), "http://127.0.0.1:8000/v1");
    EXPECT_EQ(base("http://localhost:11434/"), "http://localhost:11434/v1");
    EXPECT_EQ(base("http://192.168.1.5:1234/v1/"), "http://192.168.1.5:1234/v1/");
    EXPECT_EQ(base("https://models.example.com"), "https://models.example.com/");
}

TEST(Endpoint, MarksPlainHttpToTheOutside) {
    const auto readable = [](std::string_view url) {
        return endpoint("corp", fmt::format(R"({{"corp":{{"baseUrl":"{}"}}}})", url))->readable_on_the_way;
    };
    EXPECT_TRUE(readable("http://models.example.com/v1"));
    EXPECT_TRUE(readable("http://8.8.8.8/v1"));
    EXPECT_FALSE(readable("https://models.example.com/v1"));
    EXPECT_FALSE(readable("http://10.1.2.3/v1"));
    EXPECT_FALSE(readable("http://172.20.0.1/v1"));
    EXPECT_FALSE(readable("http://[::1]:8000/v1"));
    EXPECT_FALSE(readable("http://gpu/v1"));
}

TEST(Endpoint, JoinsPathsOnce) {
    const auto join = [](std::string_view base, std::string_view path) {
        return joined_url(*net::parse_url(base), path).text();
    };
    EXPECT_EQ(join("https://h", "/v1/messages"), "https://h/v1/messages");
    EXPECT_EQ(join("https://h/v1/", "/v1/messages"), "https://h/v1/messages");
    EXPECT_EQ(join("https://h/v1/messages", "/v1/messages"), "https://h/v1/messages");
    EXPECT_EQ(join("https://h/a/v1", "/chat/completions"), "https://h/a/v1/chat/completions");
    EXPECT_EQ(join("https://h/v1/chat/completions", "/chat/completions"), "https://h/v1/chat/completions");
    EXPECT_EQ(join("https://h/x?api-version=3", "/chat/completions"),
              "https://h/x/chat/completions?api-version=3");
    EXPECT_EQ(join("https://h/dev1", "/v1/messages"), "https://h/dev1/v1/messages");
}

TEST(Endpoint, ResolvesHeaderValuesAndRefusesDangerousHeaders) {
    const auto variable = [](std::string_view name) -> std::optional<std::string_view> {
        return name == "TEAM_TOKEN" ? std::optional<std::string_view>("t-1") : std::nullopt;
    };
    const auto with = [&](std::string_view headers) {
        return endpoint_from(
            {"corp", "m"},
            config_of(fmt::format(R"({{"corp":{{"baseUrl":"http://h/v1","headers":{}}}}})", headers)),
            variable);
    };
    EXPECT_EQ(with(R"({"x-token":"TEAM_TOKEN","x-plain":"other"})")->headers.find("x-token"), "t-1");
    for (const auto* bad : {R"({"Host":"evil"})", R"({"content-length":"3"})", R"({"x":"!rm -rf"})",
                            R"({"x":3})", R"({"x":"a\r\nb: c"})"}) {
        const auto refused = with(bad);
        ASSERT_FALSE(refused) << bad;
        EXPECT_EQ(refused.error().code, Code::invalid_input);
    }
}

TEST(Endpoint, KnowsWhatEachServerUnderstands) {
    EXPECT_EQ(endpoint("openai", "{}", "gpt-5.2")->system_role, "developer");
    EXPECT_EQ(endpoint("openai", "{}", "gpt-4o")->system_role, "system");
    EXPECT_TRUE(endpoint("openai")->send_store);
    EXPECT_FALSE(endpoint("groq")->send_store);
    EXPECT_EQ(endpoint("groq")->tokens_max_field, "max_completion_tokens");
    EXPECT_EQ(endpoint("mistral")->tokens_max_field, "max_tokens");
    const auto own =
        endpoint("corp", R"({"corp":{"baseUrl":"http://h/v1","models":[{"id":"m","name":"M","reasoning":true,
        "headers":{"x-model":"1"},
        "compat":{"maxTokensField":"max_tokens","supportsStore":true,"supportsDeveloperRole":true}}]}})");
    EXPECT_EQ(own->tokens_max_field, "max_tokens");
    EXPECT_TRUE(own->send_store);
    EXPECT_EQ(own->system_role, "developer");
    EXPECT_EQ(own->headers.find("x-model"), "1");
}

TEST(Endpoint, SaysWhyNoRequestCanBeSent) {
    const auto why = [](const auth::ModelRef& model, const std::string& providers = "{}") {
        return why_unsendable(model, *test::config_of(R"({"models":{"providers":)" + providers + "}}"));
    };
    EXPECT_EQ(why({"anthropic", "claude-opus-4-5"}), "");
    EXPECT_EQ(why({"ollama", "llama3"}), "");
    EXPECT_EQ(why({"demo", "echo"}), "");
    EXPECT_EQ(why({"amazon-bedrock", "x"}),
              "amazon-bedrock needs the API bedrock-converse-stream, which this version doesn't speak; use a "
              "model of "
              "another provider, for example through openrouter");
    EXPECT_EQ(why({"claude-cli", "opus"}),
              "claude-cli is a program on this host, and this version runs none; use a model of the provider "
              "behind it, with an API key");
    EXPECT_EQ(
        why({"google", "g"},
            R"({"google":{"baseUrl":"http://h/v1","api":"openai-completions","models":[{"id":"g","name":"g"}]}})"),
        "")
        << "a provider that is known, behind a server that speaks another API";
}

TEST(Endpoint, TakesHeadersAndProofsOfRequest) {
    const auto given = endpoint("corp", R"({"corp":{"baseUrl":"https://corp.example/v1","timeoutSeconds":45,
        "headers":{"X-A":"1","X-B":"1"},"request":{"headers":{"X-B":"2"},
        "auth":{"mode":"authorization-bearer","token":"t-1"}}}})");
    ASSERT_TRUE(given);
    EXPECT_EQ(given->headers.find("X-A"), "1");
    EXPECT_EQ(given->headers.find("X-B"), "2");
    EXPECT_EQ(given->headers.find("Authorization"), "Bearer t-1");
    EXPECT_EQ(given->auth_header, AuthHeader::none);
    EXPECT_EQ(given->request_max, std::chrono::seconds(45));
    const auto with = [](const std::string& auth) {
        return endpoint("corp",
                        R"({"corp":{"baseUrl":"https://corp.example/v1","request":{"auth":)" + auth + "}}}");
    };
    EXPECT_EQ(with(R"({"mode":"header","headerName":"X-Key","value":"v","prefix":"Token "})")
                  ->headers.find("X-Key"),
              "Token v");
    EXPECT_EQ(
        with(R"({"mode":"header","headerName":"X-Key","value":"v","prefix":"k="})")->headers.find("X-Key"),
        "k=v");
    const auto usual = with(R"({"mode":"provider-default"})");
    EXPECT_EQ(usual->auth_header, AuthHeader::standard);
    EXPECT_FALSE(usual->request_max);
    EXPECT_EQ(with(R"({"mode":"header","value":"v"})").error().code, Code::invalid_input);
    EXPECT_EQ(with(R"({"mode":"authorization-bearer"})").error().code, Code::invalid_input);
    EXPECT_EQ(with(R"({"mode":"header","headerName":"Host","value":"v"})").error().code, Code::invalid_input);
}

TEST(Endpoint, SpeaksChatCompletionsToAnOllamaOfOnesOwn) {
    EXPECT_EQ(endpoint("box", R"({"box":{"baseUrl":"http://192.168.1.5:11434","api":"ollama","models":[]}})")
                  ->base.text(),
              "http://192.168.1.5:11434/v1");
}

}  // namespace
}  // namespace openclaw::providers
