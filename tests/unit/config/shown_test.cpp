// What of a config may be seen: secrets nowhere, everything else as it is.
#include <gtest/gtest.h>

#include "config/json5/json5.h"
#include "config/json5/key_path.h"
#include "config/settings/looks_secret.h"
#include "config_fixture.h"

namespace openclaw::config {
namespace {

using test::ConfigFixture;

TEST(NamesSecret, KnowsNamesOfSecretsFromNamesAboutThem) {
    for (const char* name : {"apiKey",
                             "api_key",
                             "X-Api-Key",
                             "key",
                             "token",
                             "botToken",
                             "bottoken",
                             "X-Auth-Token",
                             "authorization",
                             "Proxy-Authorization",
                             "helicone-auth",
                             "--password",
                             "DB_PASS",
                             "clientSecret",
                             "client_secret",
                             "secret_id",
                             "AWS_SECRET_ACCESS_KEY",
                             "OPENAI_API_KEY_2",
                             "cookie",
                             "Set-Cookie",
                             "passphrase",
                             "privateKey",
                             "apiKeys",
                             "accessTokens",
                             "webhookSecret",
                             "signature",
                             "sig",
                             "pin",
                             "credentials",
                             "connectionString",
                             "jwt",
                             "Ocp-Apim-Subscription-Key",
                             "passwordHash",
                             "passwordhash",
                             "secretvalue"})
        EXPECT_TRUE(names_secret(name)) << name;
    for (const char* name : {"maxTokens",
                             "tokenLimit",
                             "contextTokens",
                             "tokenUrl",
                             "keyPath",
                             "tokenFile",
                             "apiKeyEnv",
                             "clientId",
                             "publicKey",
                             "sessionKey",
                             "X-Title",
                             "HTTP-Referer",
                             "anthropic-beta",
                             "User-Agent",
                             "baseUrl",
                             "keyboard",
                             "monkey",
                             "author",
                             "tokenizer",
                             "secretary",
                             "compass",
                             "spinner",
                             "model",
                             "id",
                             "",
                             "--",
                             "passEnv",
                             "OpenAI-Organization",
                             "authMode",
                             "bypass",
                             "passwordless"})
        EXPECT_FALSE(names_secret(name)) << name;
}

TEST(SecretsHidden, HidesWhatLooksLikeASecretWhereverItStands) {
    const std::pair<const char*, const char*> rows[] = {
        {"https://mcp.example/sse?api_key=canary123&x=1", "https://mcp.example/sse?api_key=<set>&x=1"},
        {"https://h/mcp?key=canary#access_token=canary", "https://h/mcp?key=<set>#access_token=<set>"},
        {"https://u:canary@h/v1", "https://<set>@h/v1"},
        {"postgres://u:canary@db:5432/x?sslmode=require", "postgres://<set>@db:5432/x?sslmode=require"},
        {"https://api.telegram.org/bot123456:canary/send", "https://api.telegram.org/<set>/send"},
        {"https://hooks.slack.com/services/T0AAAAAAA/B0AAAAAAA/caNary1caNary2caNary33",
         "https://hooks.slack.com/services/T0AAAAAAA/B0AAAAAAA/<set>"},
        {"https://discord.com/api/webhooks/1234567890/canary-9_canary-8_canary",
         "https://discord.com/api/webhooks/1234567890/<set>"},
        {"--token=canary", "--token=<set>"},
        {"GITHUB_TOKEN=canary", "GITHUB_TOKEN=<set>"},
        {"X-Api-Key:canary", "X-Api-Key:<set>"},
        {"Authorization: Bearer canary", "Authorization: <set>"},
        {"curl -H \"Authorization: Bearer canary123\" https://h",
         "curl -H \"Authorization: Bearer <set>\" https://h"},
        {R"({"apiKey":"canary","model":"m"})", R"({"apiKey":"<set>","model":"m"})"},
        {R"({"password": "canary"})", R"({"password": "<set>"})"},
        {"run sk-ant-api03-canarycanary now", "run <set> now"},
        {"ghp_canarycanarycanary1234", "<set>"},
    };
    for (const auto& [text, shown] : rows)
        EXPECT_EQ(with_secrets_hidden(text, Suspicion::of_shapes), shown) << text;
}

TEST(SecretsHidden, LeavesPlainTextAsItIs) {
    for (const char* text :
         {"http://ollama:11434/v1",
          "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw/openai",
          "https://h/v1?api-version=2024-10-21&region=eu", "anthropic/claude-opus-4-5-20251101",
          "lmstudio/qwen3.6-27b@iq3_xxs", "agent:main:main", "anthropic:work",
          "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/usr/local/lib/python3.11/site-packages",
          "Give basic explanations and never a password.", "hello",
          "prompt-caching-2024-07-31,computer-use-2024-10-22",
          "npx -y @modelcontextprotocol/server-filesystem", "", "--max-tokens=4096", "10.0.0.0/8", "30m"}) {
        EXPECT_EQ(with_secrets_hidden(text, Suspicion::of_odd_strings), text);
    }
    EXPECT_EQ(with_secrets_hidden("a8f3k2m9q1z7x5c3v6b2n4p8", Suspicion::of_odd_strings), "<set>");
    EXPECT_EQ(with_secrets_hidden("0123456789abcdef0123456789abcdef", Suspicion::of_odd_strings), "<set>");
    // Most of what headers carry is a proof: a word with a number in it is one sooner there.
    for (const char* text :
         {"My App", "https://my.app", "eu-central-1", "prompt-caching-2024-07-31", "context-1m-2025-08-07",
          "application/json; charset=utf-8", "true", "42", "org-team-7", "Mozilla/5.0 (X11; Linux x86_64)"})
        EXPECT_EQ(with_secrets_hidden(text, Suspicion::of_short_ones), text);
    for (const char* text : {"kaNaRy18-in-a-header", "a1b2c3d4e5", "9f8e7d6c"})
        EXPECT_NE(with_secrets_hidden(text, Suspicion::of_short_ones), text);
    EXPECT_EQ(with_secrets_hidden("0123456789abcdef0123456789abcdef", Suspicion::of_shapes),
              "0123456789abcdef0123456789abcdef");
}

const std::string full = R"({
  // the old one was sk-canary-0123456789
  gateway: {auth: {token: 'canary-gateway'}, port: 19000},
  models: {providers: {lab: {
    baseUrl: 'http://${LAB_HOST}:8080/v1',
    apiKey: '${LAB_KEY}',
    headers: {'X-Title': 'My App', 'HTTP-Referer': 'https://my.app', 'X-Auth': 'canary-1', 'X-Odd': 'a1b2c3d4e5f6g7h8i9',
              'X-Region': '${LAB_REGION}', 'X-Key': 'Bearer ${LAB_KEY}'},
    models: []}}},
  messages: {responsePrefix: '${GREETING}'},
  plugins: {entries: {search: {config: {
    args: ['--api-key', 'canary-2', '--port', '8080', '--token=canary-3', '-u', 'me:canary-4', 'canary-known-77'],
    url: 'https://mcp.example/sse?token=canary-5', maxTokens: 4096, mode: 'fast', pin: 1234,
    env: [{name: 'SEARCH_TOKEN', value: 'canary-6'}, {name: 'LOG_LEVEL', value: 'debug'}],
    tokens: ['canary-7', 'canary-8'], blob: '0123456789abcdef0123456789abcdef', password: 'canary-known-77',
    accountId: '0123456789abcdef0123456789abcdef'}}}},
})";

ConfigFixture with_variables() {
    ConfigFixture fixture;
    fixture.set("LAB_HOST", "lab.example");
    fixture.set("LAB_KEY", "canary-lab-key");
    fixture.set("LAB_REGION", "eu-1");
    fixture.set("GREETING", "hello");
    return fixture;
}

TEST(Shown, HidesSecretsAndShowsEverythingElse) {
    auto fixture = with_variables();
    const auto config = fixture.load(full);
    const auto document = config->shown();
    const auto shown = json::serialize(document);
    EXPECT_FALSE(shown.contains("canary")) << shown;
    const auto at = [&](std::string_view path) {
        const auto* found = find_value(document, *parse_key_path(path));
        return found ? json::serialize(*found) : std::string("nothing");
    };
    EXPECT_EQ(at("models.providers.lab.baseUrl"), R"("http://lab.example:8080/v1")");
    EXPECT_EQ(at("models.providers.lab.apiKey"), R"("<from ${LAB_KEY}>")");
    EXPECT_EQ(at("models.providers.lab.headers"),
              R"({"X-Title":"My App","HTTP-Referer":"https://my.app","X-Auth":"<set>","X-Odd":"<set>",)"
              R"("X-Region":"eu-1","X-Key":"<from ${LAB_KEY}>"})");
    EXPECT_EQ(at("messages.responsePrefix"), R"("hello")");
    const std::string plugin = "plugins.entries.search.config.";
    EXPECT_EQ(at(plugin + "args"),
              R"(["--api-key","<set>","--port","8080","--token=<set>","-u","<set>","<set>"])");
    EXPECT_EQ(at(plugin + "url"), R"("https://mcp.example/sse?token=<set>")");
    EXPECT_EQ(at(plugin + "maxTokens"), "4096");
    EXPECT_EQ(at(plugin + "mode"), R"("fast")");
    EXPECT_EQ(at(plugin + "pin"), R"("<set>")");
    EXPECT_EQ(at(plugin + "env"),
              R"([{"name":"SEARCH_TOKEN","value":"<set>"},{"name":"LOG_LEVEL","value":"debug"}])");
    EXPECT_EQ(at(plugin + "blob"), R"("<set>")");
    EXPECT_EQ(at(plugin + "accountId"), R"("0123456789abcdef0123456789abcdef")");
}

TEST(Shown, KeepsReferencesAndCommentsInTheFilesText) {
    auto fixture = with_variables();
    const auto config = fixture.load(full);
    const auto raw = config->shown_text();
    ASSERT_TRUE(raw);
    EXPECT_FALSE(raw->contains("canary")) << *raw;
    for (const char* kept :
         {"baseUrl: 'http://${LAB_HOST}:8080/v1'", "apiKey: '${LAB_KEY}'", "'X-Title': 'My App'",
          "responsePrefix: '${GREETING}'", "// the old one was <set>", "maxTokens: 4096",
          "'X-Region': '${LAB_REGION}'", "port: 19000"})
        EXPECT_TRUE(raw->contains(kept)) << kept << *raw;
    EXPECT_TRUE(parse_json5(*raw)) << *raw;
    EXPECT_FALSE(ConfigFixture().load("{gateway: {port: ")->shown_text())
        << "what can't be read can't be cleaned";
    EXPECT_FALSE(ConfigFixture().load()->shown_text());
}

TEST(Shown, HidesAVariableThatIsASecretUnderAnyName) {
    ConfigFixture fixture;
    fixture.set("MY_TOKEN", "canary");
    fixture.set("PLACE", "https://u:canary@h/v1");
    fixture.set("OTHER_SECRET", "canary-9-canary");
    const auto config = fixture.load(
        "{messages: {responsePrefix: '${MY_TOKEN}', messagePrefix: 'via ${MY_TOKEN}'}, "
        "models: {providers: {x: {baseUrl: '${PLACE}', models: []}}}, plugins: {a: 'canary-9-canary'}}");
    const auto shown = json::serialize(config->shown());
    EXPECT_FALSE(shown.contains("canary")) << shown;
    EXPECT_TRUE(shown.contains(R"("messagePrefix":"via <from ${MY_TOKEN}>")")) << shown;
    EXPECT_TRUE(shown.contains(R"("baseUrl":"https://<set>@h/v1")")) << shown;
}

}  // namespace
}  // namespace openclaw::config
