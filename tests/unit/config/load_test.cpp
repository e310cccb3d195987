#include "config/files/load.h"

#include <gtest/gtest.h>

#include "config_fixture.h"

namespace openclaw::config {
namespace {

using test::ConfigFixture;
using test::listed;

TEST(Load, WithoutAFileEveryDefaultHolds) {
    ConfigFixture fixture;
    const auto config = fixture.load();
    EXPECT_FALSE(config->exists());
    EXPECT_TRUE(config->valid()) << listed(config->problems());
    EXPECT_EQ(config->integer_or_default("gateway.port"), 18789);
    EXPECT_EQ(config->text_or_default("agents.defaults.model.primary"), "anthropic/claude-opus-4-5");
    EXPECT_EQ(config->default_agent().id, "main");
    EXPECT_EQ(config->default_agent().agent_folder, "/home/u/.openclaw/agents/main/agent");
    EXPECT_TRUE(fixture.files.all_paths().empty());
}

TEST(Load, ReadsJson5WithCommentsIncludesAndVariables) {
    ConfigFixture fixture;
    fixture.set("CORP_KEY", "sk-corp");
    fixture.files.put(
        "/home/u/.openclaw/models.json5",
        "{providers: {corp: {baseUrl: 'https://corp.example/v1', apiKey: '${CORP_KEY}', models: []}}}");
    const auto config = fixture.load(
        "// mine\n{gateway: {port: 19000,}, models: {$include: './models.json5', mode: 'replace'}}");
    EXPECT_EQ(listed(config->problems()), "");
    EXPECT_EQ(config->integer_or_default("gateway.port"), 19000);
    EXPECT_EQ(config->text("models.providers.corp.apiKey"), "sk-corp");
    EXPECT_EQ(config->text("models.mode"), "replace");
    EXPECT_EQ(config->reference("models.providers.corp.apiKey"), "CORP_KEY");
    EXPECT_EQ(config->files().size(), 2u);
}

TEST(Load, ShowsNoSecret) {
    ConfigFixture fixture;
    fixture.set("CORP_KEY", "sk-corp");
    const auto config = fixture.load(
        "{gateway: {auth: {token: 'sk-canary-1'}}, env: {vars: {A: 'sk-canary-2'}, B: 'sk-canary-3'},"
        " channels: {telegram: {botToken: 'sk-canary-4', allowFrom: ['a']}},"
        " models: {providers: {c: {baseUrl: 'https://u:sk-canary-5@h/v1', apiKey: '${CORP_KEY}', models: "
        "[]}}}}");
    const auto shown = json::serialize(config->shown());
    EXPECT_EQ(shown.find("canary"), std::string::npos) << shown;
    EXPECT_NE(shown.find("<from ${CORP_KEY}>"), std::string::npos) << shown;
    EXPECT_NE(shown.find("https://<set>@h/v1"), std::string::npos) << shown;
    EXPECT_NE(shown.find(R"("allowFrom":["a"])"), std::string::npos) << shown;
}

struct Mistake {
    std::string text, problems;
};

TEST(Load, NamesEachMistake) {
    const std::vector<Mistake> mistakes = {
        {"{agents: {defaults: {model: 5}}}", "agents.defaults.model: expected an object, found a number"},
        {"{gateway: {prt: 1}}", "gateway.prt: unknown key"},
        {"{gateway: {port: 0}}", "gateway.port: expected 1 to 65535, found 0"},
        {"{gateway: {port: '1'}}", "gateway.port: expected a whole number, found a string"},
        {"{gateway: {auth: {mode: 'tokn'}}}",
         "gateway.auth.mode: expected one of \"token\", \"password\", \"mtls\", \"trusted-proxy\", \"none\", "
         "found \"tokn\""},
        {"{gateway: {tls: {caPath: '/x'}}}", "gateway.tls.caPath: has no effect here"},
        {"{gateway: {auth: {token: '***'}}}", "gateway.auth.token: holds a placeholder, not a secret"},
        {"{models: {providers: {c: {baseUrl: 'corp', models: []}}}}",
         "models.providers.c.baseUrl: is no address of the form http(s)://host[:port]/path"},
        {"{models: {providers: {c: {models: [{id: 'a'}]}}}}",
         "models.providers.c.baseUrl: is missing | models.providers.c.models[0].name: is missing"},
        {"{auth: {order: {anthropic: 'x'}}}",
         "auth.order.anthropic: expected a list of strings, found a string"},
        {"{auth: {cooldowns: {billingMaxHours: 0}}}",
         "auth.cooldowns.billingMaxHours: expected more than 0 h, found 0"},
        {"{models: {providers: {c: {baseUrl: 'http://h', apiKey: '${GONE}', models: []}}}}",
         "models.providers.c.apiKey: missing env var \"GONE\" referenced at config path: "
         "models.providers.c.apiKey"},
        {"[]", "openclaw.json: expected an object in braces, found array"},
        {"{a: }", "openclaw.json: line 1, column 5: expected a value, found '}'"},
        {"{a: 1", "openclaw.json: line 1, column 6: expected ',' or '}', but the file ends here"},
        {"", "openclaw.json: the file is empty"},
    };
    for (const auto& mistake : mistakes) {
        ConfigFixture fixture;
        EXPECT_EQ(listed(fixture.load(mistake.text)->problems()), mistake.problems) << mistake.text;
    }
}

}  // namespace
}  // namespace openclaw::config
