#include "config/environment/paths.h"

#include <gtest/gtest.h>

#include "config_fixture.h"

namespace openclaw::config {
namespace {

using test::ConfigFixture;

TEST(Paths, TakeTheFirstStateDirectoryThatExists) {
    ConfigFixture fixture;
    EXPECT_EQ(fixture.paths().state, "/home/u/.openclaw");
    EXPECT_EQ(fixture.paths().config_file, "/home/u/.openclaw/openclaw.json");
    fixture.files.put("/home/u/.moltbot/moltbot.json", "{}");
    EXPECT_EQ(fixture.paths().state, "/home/u/.moltbot");
    EXPECT_TRUE(fixture.paths().state_legacy);
    EXPECT_EQ(fixture.paths().config_file, "/home/u/.moltbot/moltbot.json");
    fixture.files.put("/home/u/.clawdbot/clawdbot.json", "{}");
    EXPECT_EQ(fixture.paths().state, "/home/u/.clawdbot");
    fixture.put_config("{}");
    EXPECT_EQ(fixture.paths().state, "/home/u/.openclaw");
    EXPECT_FALSE(fixture.paths().state_legacy);
}

TEST(Paths, ConsultAnExplicitStateDirectoryAlone) {
    ConfigFixture fixture;
    fixture.put_config("{gateway: {port: 1}}");
    fixture.set("OPENCLAW_STATE_DIR", " ~/other/ ");
    EXPECT_EQ(fixture.paths().state, "/home/u/other");
    EXPECT_EQ(fixture.paths().config_file, "/home/u/other/openclaw.json");
    EXPECT_FALSE(fixture.load()->exists());
    fixture.files.put("/home/u/other/clawdbot.json", "{}");
    EXPECT_EQ(fixture.paths().config_file, "/home/u/other/clawdbot.json");
    fixture.set("OPENCLAW_CONFIG_PATH", "conf/x.json");
    EXPECT_EQ(fixture.paths().config_file, "/project/conf/x.json");
}

TEST(Paths, FailWithoutHomeUnlessTheStateDirectoryIsAFullPath) {
    ConfigFixture fixture;
    fixture.variables.clear();
    EXPECT_FALSE(resolve_paths(fixture.files, fixture.variables, "/project"));
    fixture.set("OPENCLAW_STATE_DIR", "/srv/claw");
    EXPECT_EQ(resolve_paths(fixture.files, fixture.variables, "/project")->state, "/srv/claw");
}

TEST(Paths, AreShortenedForPeople) {
    ConfigFixture fixture;
    const auto paths = fixture.paths();
    EXPECT_EQ(paths.shortened("/home/u/.openclaw/x"), "~/.openclaw/x");
    EXPECT_EQ(paths.shortened("/home/u"), "~");
    EXPECT_EQ(paths.shortened("/home/uwe/x"), "/home/uwe/x");
}

TEST(AgentId, IsNormalised) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", "main"},
        {"  ", "main"},
        {"Work", "work"},
        {"my agent!", "my-agent"},
        {"--x--", "x"},
        {"a--!b", "a---b"},
        {"\u00fc", "main"},
        {"a_b-1", "a_b-1"},
        {std::string(70, 'a'), std::string(64, 'a')},
        {"../../etc", "etc"},
    };
    for (const auto& [id, expected] : cases) EXPECT_EQ(normalised_agent_id(id), expected) << id;
}

TEST(Profile, SetsWhatTheProcessLeavesOpen) {
    ConfigFixture fixture;
    ASSERT_TRUE(apply_profile({"dev"}, fixture.variables));
    EXPECT_EQ(fixture.paths().state, "/home/u/.openclaw-dev");
    EXPECT_EQ(fixture.paths().config_file, "/home/u/.openclaw-dev/openclaw.json");
    EXPECT_EQ(fixture.load()->environment().find_filled("OPENCLAW_GATEWAY_PORT"), "19001");

    ConfigFixture explicit_state;
    explicit_state.set("OPENCLAW_STATE_DIR", "/srv/x");
    ASSERT_TRUE(apply_profile({"work"}, explicit_state.variables));
    EXPECT_EQ(explicit_state.paths().state, "/srv/x");
    EXPECT_EQ(explicit_state.paths().profile, "work");

    ConfigFixture standard;
    ASSERT_TRUE(apply_profile({"Default"}, standard.variables));
    EXPECT_EQ(standard.paths().state, "/home/u/.openclaw");
}

TEST(Agents, AreReadByTheRulesOfTheReference) {
    ConfigFixture fixture;
    const auto config = fixture.load(
        "{agents: {list: [{id: 'Work', model: 'opus'}, {id: 'home', default: true, agentDir: '~/h',"
        " model: {primary: 'x/y', fallbacks: []}}, {id: 'work'}]}}");
    EXPECT_TRUE(config->valid()) << test::listed(config->problems());
    ASSERT_EQ(config->agents().size(), 2u);
    EXPECT_EQ(config->default_agent().id, "home");
    EXPECT_EQ(config->default_agent().agent_folder, "/home/u/h");
    EXPECT_TRUE(config->default_agent().fallbacks->empty());
    EXPECT_EQ(config->find_agent("WORK")->model, "opus");
    EXPECT_FALSE(config->find_agent("work")->fallbacks);
    EXPECT_EQ(config->find_agent("nobody"), nullptr);
    EXPECT_EQ(test::listed(config->warnings()),
              "agents.list[2]: a second agent \"work\"; the first one counts");
}

TEST(Agents, MayNotShareACredentialFolder) {
    ConfigFixture fixture;
    const auto config =
        fixture.load("{agents: {list: [{id: 'a', agentDir: '/x/y'}, {id: 'b', agentDir: '/x/z/../y/'}]}}");
    EXPECT_EQ(test::listed(config->problems()), "agents.list: duplicate agentDir: a and b both use /x/y");
}

TEST(Agents, MainObeysTheAgentDirectoryVariable) {
    ConfigFixture fixture;
    fixture.set("PI_CODING_AGENT_DIR", "/pi");
    EXPECT_EQ(fixture.load()->default_agent().agent_folder, "/pi");
    EXPECT_EQ(fixture.load("{agents: {list: [{id: 'work'}]}}")->default_agent().agent_folder,
              "/home/u/.openclaw/agents/work/agent");
}

}  // namespace
}  // namespace openclaw::config
