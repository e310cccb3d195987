#include "config/settings/settings.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "config/settings/settings_page.h"
#include "config/settings/validate.h"
#include "config_fixture.h"

namespace openclaw::config {
namespace {

TEST(Settings, HaveDefaultsThatTheyAcceptThemselves) {
    std::set<std::string_view> keys;
    for (const auto& setting : all_settings()) {
        EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
        EXPECT_FALSE(setting.help.empty()) << setting.key;
        if (setting.default_json.empty()) continue;
        boost::system::error_code error;
        auto value = json::parse(json::string_view(setting.default_json), error);
        ASSERT_FALSE(error) << setting.key;
        // The document in which only this default is set; names stand for "*", elements for "[]".
        std::string_view rest = setting.key;
        std::vector<std::string> parts;
        while (!rest.empty()) {
            const auto end = std::min(rest.find_first_of(".["), rest.size());
            if (end > 0) parts.emplace_back(rest.substr(0, end) == "*" ? "name" : rest.substr(0, end));
            rest.remove_prefix(end);
            if (rest.starts_with("[]")) {
                parts.emplace_back("[]");
                rest.remove_prefix(2);
            }
            if (rest.starts_with(".")) rest.remove_prefix(1);
        }
        for (auto part = parts.rbegin(); part != parts.rend(); ++part)
            value =
                *part == "[]" ? json::value(json::array{value}) : json::value(json::object{{*part, value}});
        for (const auto& problem : validate(value.get_object()).problems)
            EXPECT_EQ(problem.message, "is missing") << setting.key << ": " << problem.message;
    }
}

TEST(Settings, AreFoundByRealPaths) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"gateway.port", "gateway.port"},
        {"models.providers.corp.apiKey", "models.providers.*.apiKey"},
        {"models.providers.corp.models[3].cost.input", "models.providers.*.models[].cost.input"},
        {"agents.list[0].id", "agents.list[].id"},
        {"agents.defaults.models.openai/gpt.alias", "agents.defaults.models.*.alias"},
        {"auth.order.anthropic[1]", "auth.order.*"},
        {"env.vars.A", "env.vars.*"},
        {"env.OPENAI_API_KEY", "env.*"},
        {"channels.telegram.botToken", "channels"},
    };
    for (const auto& [path, key] : cases) {
        const auto* setting = setting_of_path(path);
        ASSERT_NE(setting, nullptr) << path;
        EXPECT_EQ(setting->key, key) << path;
    }
    EXPECT_EQ(setting_of_path("gateway.prt"), nullptr);
    EXPECT_EQ(setting_of_path("gateway"), nullptr);
}

TEST(Settings, UnknownKeysAreAnsweredWithTheNearestOne) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"{gateway: {prot: 1}}", "did you mean gateway.port?"},
        {"{agnets: {}}", "did you mean agents?"},
        {"{agents: {list: [{id: 'a', modle: 'x'}]}}", "did you mean agents.list[0].model?"},
        {"{gateway: {token: 'x'}}", "it is gateway.auth.token now"},
        {"{agent: {}}", "it is agents.defaults now"},
        {"{gateway: {baseUrl: 'x'}}", "did you mean models.providers.*.baseUrl?"},
    };
    for (const auto& [text, hint] : cases) {
        test::ConfigFixture fixture;
        const auto config = fixture.load(text);
        ASSERT_EQ(config->problems().size(), 1u) << text;
        EXPECT_EQ(config->problems()[0].message, "unknown key") << text;
        EXPECT_EQ(config->problems()[0].hint, hint) << text;
    }
}

TEST(Settings, AreFoundInAWrongPlaceInsideWhatIsKeptAsAWhole) {
    const auto misplaced = [](const std::string& text) {
        test::ConfigFixture fixture;
        const auto config = fixture.load(text);
        EXPECT_EQ(test::listed(config->problems()), "") << text;
        return test::listed(find_misplaced(config->value()));
    };
    EXPECT_EQ(misplaced("{tools: {bash: {}}, messages: {tts: {enabled: true}}}"),
              "tools.bash: has another name now | messages.tts.enabled: has another name now");
    EXPECT_EQ(misplaced("{channels: {telegram: {enabled: true}, gateway: {port: 1}}}"),
              "channels.gateway: has no effect here");
    EXPECT_EQ(misplaced("{plugins: {entries: {}, models: {providers: {}}}, hooks: {session: {}}}"),
              "plugins.models: has no effect here | hooks.session: has no effect here");
    // Names that mean something there, and what isn't a section.
    EXPECT_EQ(misplaced("{tools: {exec: {}, media: {models: []}}, messages: {tts: {auto: 'off'}}}"), "");
    EXPECT_EQ(misplaced("{plugins: {entries: {gateway: {}}, session: 1}, gateway: {port: 1}}"), "");
}

TEST(Settings, WhatTheReferenceAloneKnowsIsCarried) {
    test::ConfigFixture fixture;
    const auto config = fixture.load(
        "{channels: {telegram: {x: 1}}, tools: {deny: ['a']}, agents: {defaults: {sandbox: {}}}}");
    EXPECT_TRUE(config->valid());
    EXPECT_EQ(test::listed(config->warnings()), "");
    EXPECT_EQ(test::listed(config->carried()),
              "channels: kept for the reference; has no effect here | tools: kept for the reference; has no "
              "effect here | "
              "agents.defaults.sandbox: kept for the reference; has no effect here");
}

TEST(Settings, AnOriginThatMatchesNothingIsNamedWithTheFormThatWorks) {
    test::ConfigFixture fixture;
    const auto config = fixture.load(
        "{gateway: {controlUi: {allowedOrigins: ['*', 'https://app.example.com/path', "
        "'https://*.example.com', 'null', "
        "'https://app.example.com', 'http://localhost:3000', 'gateway.example.com', '[fd00::1]:18789']}}}");
    EXPECT_TRUE(config->valid());
    ASSERT_EQ(config->warnings().size(), 4u) << test::listed(config->warnings());
    for (const auto& warning : config->warnings()) {
        EXPECT_EQ(warning.message, "matches no page and no host");
        EXPECT_TRUE(warning.hint.contains("https://app.example.com"));
    }
    EXPECT_EQ(config->warnings()[1].path, "gateway.controlUi.allowedOrigins[1]");
}

TEST(Settings, ThatWouldProtectNothingAreRefusedUnlessHarmless) {
    for (const std::string text :
         {"{gateway: {tls: {caPath: '/ca.pem'}}}", "{gateway: {tailscale: {mode: 'funnel'}}}",
          "{logging: {redactSensitive: 'off'}}",
          "{gateway: {controlUi: {dangerouslyDisableDeviceAuth: true}}}"}) {
        test::ConfigFixture fixture;
        EXPECT_FALSE(fixture.load(text)->valid()) << text;
    }
    test::ConfigFixture fixture;
    const auto config = fixture.load(
        "{gateway: {auth: {allowTailscale: false}, tailscale: {mode: 'off', resetOnExit: false}},"
        " logging: {redactSensitive: 'tools'}}");
    EXPECT_EQ(test::listed(config->problems()), "");
}

// Run with OPENCLAW_UPDATE_DOCS=1 to write it again.
TEST(Settings, AreWhatDocsSettingsSays) {
    const std::string path = std::string(OPENCLAW_SOURCE_FOLDER) + "/docs/settings.md";
    if (std::getenv("OPENCLAW_UPDATE_DOCS")) std::ofstream(path) << settings_page();
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    EXPECT_TRUE(text.str() == settings_page()) << "openclaw __reference settings > docs/settings.md";
}

}  // namespace
}  // namespace openclaw::config
