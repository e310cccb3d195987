// What the newest version of the reference writes into openclaw.json.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "config/agents.h"
#include "config/settings/newer_settings.h"
#include "config/settings/settings.h"
#include "config_fixture.h"
#include "support/newest_state.h"

namespace openclaw::config {
namespace {

using test::ConfigFixture;
using test::listed;

std::vector<std::string> ids_of(const Config& config) {
    std::vector<std::string> ids;
    for (const auto& agent : config.agents()) ids.push_back(agent.id);
    return ids;
}
using Ids = std::vector<std::string>;

TEST(NewestSettings, OfAStateDirectoryOfItAreReadAsTheyAre) {
    const test::NewestState made;
    ConfigFixture fixture;
    const auto config = fixture.load(made.config());
    EXPECT_EQ(listed(config->problems()), "");
    EXPECT_EQ(listed(config->warnings()), "");
    EXPECT_EQ(ids_of(*config), (Ids{"main", "work"}));
    EXPECT_EQ(config->default_agent().id, "main");
    EXPECT_EQ(config->find_agent("work")->workspace, made.home() / "work");
    EXPECT_EQ(config->integer_or_default("models.providers.lab.timeoutSeconds"), 45);
    EXPECT_TRUE(listed(config->carried()).contains("agents.ownership: kept for the reference"));
}

TEST(NewestSettings, NameAgentsInAMapThatCountsBeforeTheList) {
    ConfigFixture fixture;
    const auto config = fixture.load(R"({agents: {
        defaults: {systemAgent: {agentId: 'Ops'}},
        entries: {lab: {model: 'openai/gpt-5.2'}, OPS: {name: 'Operations', agentDir: '~/ops'}},
        list: [{id: 'old'}]}})");
    EXPECT_EQ(listed(config->problems()), "");
    EXPECT_EQ(ids_of(*config), (Ids{"lab", "ops"}));
    EXPECT_EQ(config->default_agent().id, "ops");
    EXPECT_EQ(config->find_agent("lab")->model, "openai/gpt-5.2");
    EXPECT_EQ(config->find_agent("ops")->agent_folder, "/home/u/ops");
    EXPECT_EQ(listed(config->warnings()), "agents.list: doesn't count while agents.entries is there");
}

TEST(NewestSettings, MarkTheDefaultAgentBeforeASystemAgentIsAsked) {
    ConfigFixture fixture;
    EXPECT_EQ(
        fixture
            .load("{agents: {defaults: {systemAgent: {agentId: 'b'}}, entries: {a: {default: true}, b: {}}}}")
            ->default_agent()
            .id,
        "a");
    EXPECT_EQ(fixture.load("{agents: {defaults: {systemAgent: {agentId: 'gone'}}, entries: {a: {}, b: {}}}}")
                  ->default_agent()
                  .id,
              "a");
    EXPECT_EQ(fixture.load("{agents: {entries: {}}}")->default_agent().id, "main");
    EXPECT_EQ(
        fixture.load("{agents: {entries: {a: {agentDir: '/x'}, b: {agentDir: '/x'}}}}")->problems()[0].path,
        "agents.entries");
}

TEST(NewestSettings, ThatMeanNothingHereAreCarried) {
    ConfigFixture fixture;
    const auto config = fixture.load(R"({
        telemetry: {enabled: false}, mcp: {servers: {x: {command: 'y', anything: {z: 1}}}},
        agents: {defaults: {utilityModel: 'a/b', contextLimits: {memoryGetMaxChars: 5}},
                 entries: {w: {utilityModel: '', runtime: {type: 'embedded'}}},},
        models: {providers: {anthropic: {timeoutSeconds: 300, params: {a: {b: 1}}},
                             lab: {baseUrl: 'http://h/v1', models: [{id: 'm', name: 'M', thinkingLevelMap: {low: null},
                                   compat: {supportsTools: false, openRouterRouting: {order: ['x']}}}]}}},
        gateway: {terminal: {enabled: false}, remote: {edgeAuth: {h: 'x'}}}})");
    EXPECT_EQ(listed(config->problems()), "");
    EXPECT_EQ(listed(config->warnings()), "");
    std::set<std::string> paths;
    for (const auto& carried : config->carried()) paths.insert(carried.path);
    for (const auto* path :
         {"telemetry", "mcp", "agents.defaults.utilityModel", "agents.defaults.contextLimits",
          "agents.entries.w.runtime", "models.providers.anthropic.params",
          "models.providers.lab.models[0].thinkingLevelMap",
          "models.providers.lab.models[0].compat.openRouterRouting.order", "gateway.remote.edgeAuth"})
        EXPECT_TRUE(paths.contains(path)) << path;
}

TEST(NewestSettings, ThatNoVersionKnowsAreAnsweredWithTheNearestOne) {
    const std::pair<std::string, std::string> cases[] = {
        {"{agents: {entries: {w: {modle: 'x'}}}}", "did you mean agents.entries.w.model?"},
        {"{agents: {entries: {w: {utilityModle: 'x'}}}}", "did you mean agents.entries.w.utilityModel?"},
        {"{agents: {defaults: {systemAgnet: {}}}}", "did you mean agents.defaults.systemAgent?"},
        {"{agents: {ownrship: 'explicit'}}", "did you mean agents.ownership?"},
        {"{models: {providers: {anthropic: {timeoutSecond: 5}}}}",
         "did you mean models.providers.anthropic.timeoutSeconds?"},
        {"{telemetry: {enabeld: true}}", "did you mean telemetry.enabled?"},
        {"{agents: {defaults: {contextLimits: {memoryGetMaxChar: 1}}}}",
         "did you mean agents.defaults.contextLimits.memoryGetMaxChars?"},
        {"{telemtry: {}}", "did you mean telemetry?"},
    };
    for (const auto& [text, hint] : cases) {
        ConfigFixture fixture;
        const auto config = fixture.load(text);
        ASSERT_EQ(config->problems().size(), 1u) << text;
        EXPECT_EQ(config->problems()[0].message, "unknown key") << text;
        EXPECT_EQ(config->problems()[0].hint, hint) << text;
    }
}

TEST(NewestSettings, ThatPromiseSecurityAreRefusedUnlessHarmless) {
    for (const std::string text :
         {"{gateway: {roles: {default: 'viewer'}}}", "{gateway: {allowRealIpFallback: true}}",
          "{gateway: {http: {securityHeaders: {strictTransportSecurity: 'max-age=1'}}}}",
          "{gateway: {controlUi: {dangerouslyAllowHostHeaderOriginFallback: true}}}",
          "{secrets: {egressProxy: {enabled: true, allowedHosts: ['h']}}}", "{proxy: {proxyUrl: 'http://p'}}",
          "{proxy: {enabled: true}}", "{logging: {audit: {enabled: true}}}",
          "{session: {sendPolicy: {default: 'deny'}}}",
          "{session: {sendPolicy: {rules: [{action: 'deny', match: {keyPrefix: 'agent:main:'}}]}}}",
          "{session: {sendPolicy: {rules: [{action: 'deny', match: {channel: 'webchat'}}]}}}",
          "{models: {providers: {anthropic: {request: {tls: {ca: 'x'}}}}}}",
          "{models: {providers: {anthropic: {request: {proxy: {mode: 'explicit-proxy', url: 'http://p'}}}}}}",
          "{models: {providers: {openrouter: {models: [{id: 'm', name: 'M', compat: {openRouterRouting: "
          "{zdr: "
          "true}}}]}}}}"}) {
        ConfigFixture fixture;
        EXPECT_FALSE(fixture.load(text)->valid()) << text;
    }
    ConfigFixture fixture;
    const auto config = fixture.load(R"({gateway: {allowRealIpFallback: false,
            http: {securityHeaders: {strictTransportSecurity: false}}},
        secrets: {egressProxy: {enabled: false}}, proxy: {enabled: false, loopbackMode: 'block'},
        logging: {audit: {enabled: false}},
        session: {sendPolicy: {default: 'allow', rules: [{action: 'deny', match: {channel: 'discord'}},
                                                         {action: 'allow'}, 'torn']}},
        tools: {deny: ['exec'], exec: {security: 'deny', ask: 'always'}, sandbox: {tools: {deny: ['*']}}},
        agents: {defaults: {sandbox: {mode: 'all'}}}, approvals: {exec: {enabled: true}},
        channels: {discord: {dmPolicy: 'pairing', allowFrom: ['1']}}, plugins: {deny: ['x']}})");
    EXPECT_EQ(listed(config->problems()), "");
}

TEST(NewestSettings, LetTheGatewaysSecretStandInAVariable) {
    ConfigFixture fixture;
    fixture.set("OC_TOKEN", "a-token-that-is-long-enough-to-be-good");
    const auto config =
        fixture.load("{gateway: {auth: {token: {source: 'env', provider: 'default', id: 'OC_TOKEN'}}}}");
    EXPECT_EQ(listed(config->problems()), "");
    EXPECT_EQ(config->text("gateway.auth.token"), "a-token-that-is-long-enough-to-be-good");
    EXPECT_EQ(config->reference("gateway.auth.token"), "OC_TOKEN");
    EXPECT_FALSE(
        fixture.load("{gateway: {auth: {token: {source: 'env', provider: 'default', id: 'NOT_SET'}}}}")
            ->valid());
    const auto closed =
        fixture.load("{gateway: {auth: {token: {source: 'file', provider: 'vault', id: '/a'}}}}");
    EXPECT_TRUE(closed->closed().contains("gateway.auth.token"));
    EXPECT_FALSE(closed->text("gateway.auth.token"));
    for (const std::string id : {"my-token", "A}x${B", "path"}) {
        const auto odd = fixture.load("{gateway: {auth: {token: {source: 'env', id: '" + id + "'}}}}");
        EXPECT_FALSE(odd->text("gateway.auth.token")) << id;
        EXPECT_TRUE(odd->closed().at("gateway.auth.token").contains("is no name of a variable")) << id;
    }
}

TEST(NewestSettings, FindANamedSecretOfItsDatabase) {
    const test::NewestState made;
    test::NewestState::run(
        made.shared(),
        "INSERT INTO secret_store_entries VALUES('team','','OPENCLAW_GATEWAY_TOKEN','named-${HOME}-token',"
        "'secret',1,1,NULL,NULL,NULL);");
    std::ifstream file(made.shared(), std::ios::binary);
    ConfigFixture fixture;
    fixture.files.put("/home/u/.openclaw/state/openclaw.sqlite",
                      std::string(std::istreambuf_iterator<char>(file), {}));
    const auto config = fixture.load(
        "{gateway: {auth: {token: {source: 'store', provider: 'default', id: 'OPENCLAW_GATEWAY_TOKEN'}}},"
        " models: {providers: {lab: {apiKey: {source: 'store', provider: 'default', id: 'GONE'}}}}}");
    EXPECT_EQ(config->text("gateway.auth.token"), "named-${HOME}-token");
    EXPECT_TRUE(config->closed().at("models.providers.lab.apiKey").contains("holds no secret named GONE"));
    EXPECT_EQ(listed(config->problems()), "");
    fixture.user_id = 1000;
    ASSERT_TRUE(fixture.files.set_mode("/home/u/.openclaw/state/openclaw.sqlite", 0646));
    const auto open = fixture.load(
        "{gateway: {auth: {token: {source: 'store', provider: 'default', id: 'OPENCLAW_GATEWAY_TOKEN'}}}}");
    EXPECT_THAT(listed(open->problems()),
                ::testing::HasSubstr("openclaw.sqlite can be changed by every user"));
    EXPECT_EQ(listed(fixture.load("{gateway: {auth: {token: 'of-its-own-0123456789'}}}")->problems()), "")
        << "where nothing is read from it, it decides nothing";
}

TEST(NewestSettings, AreFoundByRealPaths) {
    EXPECT_EQ(setting_of_path("agents.entries.work.model.primary")->key, "agents.list[].model.primary");
    EXPECT_EQ(setting_of_path("agents.entries.work.utilityModel")->effect, Effect::carried);
    EXPECT_EQ(setting_of_path("mcp.servers.x.command")->effect, Effect::carried);
    EXPECT_EQ(setting_of_path("mcp.servrs"), nullptr);
    EXPECT_EQ(setting_of_path("agents.entries.work.modle"), nullptr);
}

TEST(NewestSettings, TheTableOfThemKnowsParentsAndNames) {
    EXPECT_TRUE(newer_knows("agents.list[].utilityModel"));
    EXPECT_TRUE(newer_knows("agents.entries.*.utilityModel"));
    EXPECT_TRUE(newer_knows("telemetry"));
    EXPECT_FALSE(newer_knows("telemetry.enable"));
    EXPECT_FALSE(newer_knows("nothing.of.the.kind"));
    EXPECT_FALSE(newer_knows_below("agents.entries.*.utilityModel"));
    const auto names = newer_names_below("agents");
    EXPECT_EQ(std::ranges::count(names, "ownership"), 1);
    EXPECT_EQ(std::ranges::count(names, "defaults"), 1);
}

}  // namespace
}  // namespace openclaw::config
