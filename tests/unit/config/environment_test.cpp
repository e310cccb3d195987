#include "config/environment/environment_sources.h"

#include <gtest/gtest.h>

#include "config/environment/dotenv.h"
#include "config_fixture.h"

namespace openclaw::config {
namespace {

using test::ConfigFixture;
using test::listed;

// "value from source", or "unset".
std::string seen(const Config& config, std::string_view name) {
    const auto* variable = config.environment().variable(name);
    if (!variable) return "unset";
    return fmt::format("{} from {}", variable->value.reveal(), name_of(variable->source));
}

TEST(Environment, PrefersTheProcessThenFilesThenConfig) {
    ConfigFixture fixture;
    fixture.set("ANTHROPIC_API_KEY", "process");
    fixture.files.put("/project/.env", "ANTHROPIC_API_KEY=cwd\nOPENAI_API_KEY=cwd\n");
    fixture.files.put("/home/u/.openclaw/.env",
                      "ANTHROPIC_API_KEY=state\nOPENAI_API_KEY=state\nGROQ_API_KEY=state\nXAI_API_KEY=\n");
    fixture.files.put("/home/u/.clawdbot/.env", "GROQ_API_KEY=legacy\nMISTRAL_API_KEY=legacy\n");
    const auto config = fixture.load("{env: {vars: {XAI_API_KEY: 'config', OPENAI_API_KEY: 'config'}}}");
    EXPECT_EQ(seen(*config, "ANTHROPIC_API_KEY"), "process from process");
    // The working folder supplies no credential.
    EXPECT_EQ(seen(*config, "OPENAI_API_KEY"), "state from stateEnv");
    EXPECT_EQ(seen(*config, "GROQ_API_KEY"), "state from stateEnv");
    EXPECT_EQ(seen(*config, "MISTRAL_API_KEY"), "legacy from legacyEnv");
    EXPECT_EQ(seen(*config, "XAI_API_KEY"), "config from config");
    EXPECT_EQ(config->environment().candidates("OPENAI_API_KEY").size(), 2u);
    EXPECT_EQ(listed(config->warnings()), "/project/.env: ignored ANTHROPIC_API_KEY, OPENAI_API_KEY");
}

TEST(Environment, ABlankVariableHidesFilesButNotTheConfig) {
    ConfigFixture fixture;
    fixture.set("A_KEY", " ");
    fixture.set("B_KEY", "");
    fixture.files.put("/home/u/.openclaw/.env", "A_KEY=state\nB_KEY=state\n");
    const auto config = fixture.load("{env: {B_KEY: 'config'}}");
    EXPECT_EQ(config->environment().find_filled("A_KEY"), std::nullopt);
    EXPECT_EQ(seen(*config, "B_KEY"), "config from config");
}

TEST(Environment, TakesAPairOfQuotesOffAValueAndSaysSo) {
    ConfigFixture fixture;
    fixture.set("OPENAI_API_KEY", "\"sk-one\"");
    fixture.set("GROQ_API_KEYS", " 'gsk-a,gsk-b' ");
    fixture.set("CORP", "`corp-key`");
    fixture.files.put("/home/u/.openclaw/.env", "XAI_API_KEY='\"xai-1\"'\n");
    const auto config = fixture.load(
        "{env: {MISTRAL_API_KEY: '\"m\"'}, models: {providers: {corp: {apiKey: '${CORP}', "
        "baseUrl: 'http://h', models: []}}}}");
    EXPECT_EQ(seen(*config, "OPENAI_API_KEY"), "sk-one from process");
    EXPECT_EQ(seen(*config, "GROQ_API_KEYS"), "gsk-a,gsk-b from process");
    EXPECT_EQ(seen(*config, "XAI_API_KEY"), "xai-1 from stateEnv");
    EXPECT_EQ(seen(*config, "MISTRAL_API_KEY"), "m from config");
    EXPECT_EQ(config->text("models.providers.corp.apiKey"), "corp-key");
    const auto warnings = listed(config->warnings());
    for (const auto* name : {"OPENAI_API_KEY (process environment)", "GROQ_API_KEYS (process environment)",
                             "CORP (process environment)", "XAI_API_KEY (/home/u/.openclaw/.env)",
                             "MISTRAL_API_KEY (env.MISTRAL_API_KEY)"})
        EXPECT_TRUE(warnings.contains(fmt::format("{}: a pair of quotes is part of the value", name)))
            << name << ": " << warnings;
}

TEST(Environment, LeavesQuotesThatAreNoPairAroundACredential) {
    ConfigFixture fixture;
    fixture.set("OPENAI_API_KEY", "\"sk-one");
    fixture.set("XAI_API_KEY", "\"\"xai");
    fixture.set("GROQ_API_KEY", "\"\"");
    fixture.set("MISTRAL_API_KEY", "'a' 'b'");
    fixture.set("OPENCLAW_GATEWAY_PASSWORD", "'quoted'");
    fixture.set("PS1", "'$ '");
    const auto config = fixture.load("{}");
    EXPECT_EQ(seen(*config, "OPENAI_API_KEY"), "\"sk-one from process");
    EXPECT_EQ(seen(*config, "XAI_API_KEY"), "\"\"xai from process");
    EXPECT_EQ(seen(*config, "GROQ_API_KEY"), "\"\" from process");
    EXPECT_EQ(seen(*config, "MISTRAL_API_KEY"), "'a' 'b' from process");
    EXPECT_EQ(seen(*config, "OPENCLAW_GATEWAY_PASSWORD"), "'quoted' from process");
    EXPECT_EQ(seen(*config, "PS1"), "'$ ' from process");
    EXPECT_EQ(listed(config->warnings()), "");
}

TEST(Environment, InlineConfigVariablesWinOverVars) {
    ConfigFixture fixture;
    const auto config = fixture.load("{env: {vars: {GROQ_API_KEY: 'vars'}, GROQ_API_KEY: 'inline'}}");
    EXPECT_EQ(seen(*config, "GROQ_API_KEY"), "inline from config");
    EXPECT_EQ(config->environment().variable("GROQ_API_KEY")->place, "env.GROQ_API_KEY");
}

TEST(Environment, TheSecondSpellingOfZaiStandsIn) {
    ConfigFixture fixture;
    fixture.set("Z_AI_API_KEY", "z");
    fixture.set("GROQ_API_KEY", "g");
    EXPECT_EQ(seen(*fixture.load(), "ZAI_API_KEY"), "z from process");
    EXPECT_EQ(seen(*fixture.load(), "Z_AI_API_KEY"), "z from process");
    EXPECT_EQ(seen(*fixture.load(), "GROQ_API_KEY"), "g from process");
    fixture.set("ZAI_API_KEY", " ");
    EXPECT_EQ(seen(*fixture.load(), "ZAI_API_KEY"), "z from process");
    fixture.set("ZAI_API_KEY", "first");
    EXPECT_EQ(seen(*fixture.load(), "ZAI_API_KEY"), "first from process");
}

TEST(Environment, SectionsOfTheConfigsEnvAreNoVariables) {
    ConfigFixture fixture;
    const auto config = fixture.load("{env: {vars: 'x', shellEnv: 'y', other: 'z'}}");
    EXPECT_EQ(seen(*config, "vars"), "unset");
    EXPECT_EQ(seen(*config, "shellEnv"), "unset");
    EXPECT_EQ(seen(*config, "other"), "z from config");
    const auto inner = fixture.load("{env: {vars: {vars: 'x', shellEnv: 'y'}}}");
    EXPECT_EQ(seen(*inner, "vars"), "x from config");
    EXPECT_EQ(seen(*inner, "shellEnv"), "y from config");
}

TEST(Environment, TakesOnlyFilledTextsOfTheConfigsEnv) {
    ConfigFixture fixture;
    const auto config = fixture.load("{env: {A: ' ', B: 5, vars: {A: 'vars', C: '', D: {x: 'y'}}}}");
    EXPECT_EQ(seen(*config, "A"), "vars from config");
    for (const auto* name : {"B", "C", "D"}) EXPECT_EQ(seen(*config, name), "unset") << name;
}

TEST(Environment, ReadsTheStateDirectorysFileOnceWhereWeAreInIt) {
    ConfigFixture fixture;
    fixture.working_folder = "/home/u/.openclaw";
    fixture.files.put("/home/u/.openclaw/.env", "OPENAI_API_KEY=state\n");
    const auto config = fixture.load("{}");
    EXPECT_EQ(seen(*config, "OPENAI_API_KEY"), "state from stateEnv");
    EXPECT_EQ(listed(config->warnings()), "");
}

TEST(Environment, AnExplicitStateDirectoryHasTheOnlyStateFile) {
    ConfigFixture fixture;
    fixture.set("OPENCLAW_STATE_DIR", "/srv/claw");
    fixture.files.put("/srv/claw/.env", "A=explicit");
    fixture.files.put("/home/u/.openclaw/.env", "A=default\nB=default");
    fixture.files.put("/home/u/.clawdbot/.env", "B=legacy");
    EXPECT_EQ(seen(*fixture.load(), "A"), "explicit from stateEnv");
    EXPECT_EQ(seen(*fixture.load(), "B"), "unset");
}

TEST(Environment, ReadsSwitchesInWords) {
    ConfigFixture fixture;
    struct Case {
        const char* text;
        std::optional<bool> flag;
    };
    for (const auto& [text, flag] :
         {Case{"true", true}, Case{"1", true}, Case{"yes", true}, Case{" On ", true}, Case{"false", false},
          Case{"0", false}, Case{"no", false}, Case{"OFF", false}, Case{"", {}}, Case{"2", {}},
          Case{"truely", {}}}) {
        fixture.set("A_SWITCH", text);
        const auto config = fixture.load();
        EXPECT_EQ(config->environment().flag("A_SWITCH"), flag) << text;
        EXPECT_EQ(config->environment().is_true("A_SWITCH"), flag == true) << text;
    }
    EXPECT_EQ(fixture.load()->environment().flag("NO_SWITCH"), std::nullopt);
}

TEST(Environment, FindsABlankVariableAndFillsNothingWithIt) {
    ConfigFixture fixture;
    fixture.set("A_BLANK", "  ");
    fixture.set("A_PADDED", " text ");
    const auto config = fixture.load();
    const auto& environment = config->environment();
    EXPECT_EQ(environment.find("A_BLANK"), "  ");
    EXPECT_EQ(environment.find_filled("A_BLANK"), std::nullopt);
    EXPECT_EQ(environment.find("A_PADDED"), " text ");
    EXPECT_EQ(environment.find_filled("A_PADDED"), "text");
    EXPECT_EQ(environment.find("UNSET"), std::nullopt);
    EXPECT_EQ(environment.find_filled("UNSET"), std::nullopt);
}

TEST(Environment, CountsWhatBeginsAlikeOnceAndNumbersInOrder) {
    ConfigFixture fixture;
    for (const char* name : {"OPENAI_API_KEY_10", "OPENAI_API_KEY_2", "OPENAI_API_KEY_01",
                             "OPENAI_API_KEY_65", "OPENAI_API_KEY_X", "OPENAI_API_KEY", "OPENAI_API_KEZ"})
        fixture.set(name, "process");
    fixture.files.put("/home/u/.openclaw/.env", "OPENAI_API_KEY_2=state\nOPENAI_API_KEY_64=state\n");
    const auto config = fixture.load();
    std::string seen_numbers;
    for (const auto& [number, variable] : numbered_variables(config->environment(), "OPENAI_API_KEY"))
        seen_numbers += fmt::format("{} {}, ", number, name_of(variable->source));
    EXPECT_EQ(seen_numbers, "2 process, 10 process, 64 stateEnv, ");
    std::string names;
    for (const auto* variable : config->environment().starting_with("OPENAI_API_KEY"))
        names += variable->name.substr(14) + " ";
    EXPECT_EQ(names, " _01 _10 _2 _64 _65 _X ");
    const auto all = config->environment().names();
    EXPECT_EQ(std::ranges::count(all, "OPENAI_API_KEY_2"), 1);
    EXPECT_TRUE(std::ranges::is_sorted(all));
}

TEST(WorkingFolderFile, SetsOnlyHarmlessNamesThatTheConfigRefersTo) {
    ConfigFixture fixture;
    fixture.files.put("/project/.env",
                      "GREETING=[bot]\nUNASKED=x\nHOST=evil.example\nOPENCLAW_STATE_DIR=/evil\n");
    const auto config = fixture.load("{messages: {responsePrefix: '${GREETING}'}}");
    EXPECT_EQ(config->text("messages.responsePrefix"), "[bot]");
    EXPECT_EQ(seen(*config, "UNASKED"), "unset");
    EXPECT_EQ(seen(*config, "OPENCLAW_STATE_DIR"), "unset");
    EXPECT_EQ(config->paths().state, "/home/u/.openclaw");
    // Who receives a key is a matter of credentials.
    const auto redirected =
        fixture.load("{models: {providers: {c: {baseUrl: 'https://${HOST}/v1', models: []}}}}");
    EXPECT_FALSE(redirected->valid());
    fixture.files.put("/home/u/.openclaw/.env", "HOST=corp.example");
    EXPECT_EQ(fixture.load()->text("models.providers.c.baseUrl"), "https://corp.example/v1");
}

TEST(Substitution, LeavesEverythingButNamesAlone) {
    ConfigFixture fixture;
    fixture.set("NAME", "value");
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"${NAME}", "value"}, {"a${NAME}b${NAME}", "avaluebvalue"}, {"$${NAME}", "${NAME}"},
        {"$NAME", "$NAME"},   {"${NAME:-x}", "${NAME:-x}"},         {"${name}", "${name}"},
        {"${NAME", "${NAME"}, {"${${NAME}}", "${value}"},           {"$$", "$$"},
        {"${1A}", "${1A}"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(
            fixture.load("{messages: {responsePrefix: '" + text + "'}}")->text("messages.responsePrefix"),
            expected);
}

TEST(Substitution, NamesPathAndPlacesOfAMissingVariable) {
    ConfigFixture fixture;
    const auto config = fixture.load("{agents: {list: [{id: 'a', name: '${GONE}'}]}}");
    ASSERT_EQ(config->problems().size(), 1u);
    EXPECT_EQ(config->problems()[0].message,
              "missing env var \"GONE\" referenced at config path: agents.list[0].name");
    EXPECT_EQ(config->problems()[0].hint,
              "looked in the process environment, ~/.openclaw/.env, ~/.clawdbot/.env, the config's env; set "
              "it there or "
              "write the value as $${GONE} to keep it as it is");
}

TEST(Substitution, SeesTheConfigsOwnVariables) {
    ConfigFixture fixture;
    fixture.set("BASE", "http://h");
    const auto config =
        fixture.load("{env: {URL: '${BASE}/v1'}, models: {providers: {c: {baseUrl: '${URL}', models: []}}}}");
    EXPECT_EQ(config->text("models.providers.c.baseUrl"), "http://h/v1");
}

TEST(Dotenv, ReadsItsGrammar) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"A=1", "A=1"},
        {"export A = 1 # c", "A=1"},
        {"A: 1", "A=1"},
        {"A='x # y'", "A=x # y"},
        {"A=\"a\\nb\"", "A=a\nb"},
        {"A='a\\nb'", "A=a\\nb"},
        {"A=`x`", "A=x"},
        {"A=\"two\nlines\"\nB=2", "A=two\nlines|B=2"},
        {"A=1\r\nB=2\rC=3", "A=1|B=2|C=3"},
        {"A=1\nA=2", "A=2"},
        {"A=", "A="},
        {"A=''", "A="},
        {"A=$B", "A=$B"},
        {"A=x=y", "A=x=y"},
        {"a.b-c=1", "a.b-c=1"},
        {"A='it\\'s'", "A=it\\'s"},
        {"\xEF\xBB\xBF"
         "A=1",
         "A=1"},
        {"# A=1\n\nB=2", "B=2"},
        {"exportA=1", "exportA=1"},
        {"A='open\nB=2", "A='open|B=2"},
    };
    for (const auto& [text, expected] : cases) {
        const auto file = parse_dotenv(text);
        ASSERT_TRUE(file) << text;
        std::string found;
        for (const auto& entry : file->entries)
            found += (found.empty() ? "" : "|") + entry.name + "=" + std::string(entry.value.reveal());
        EXPECT_EQ(found, expected) << text;
    }
}

TEST(Dotenv, ReportsLinesThatItCannotRead) {
    const auto file = parse_dotenv("A=1\nsk-secret\n=x\nB=2");
    ASSERT_TRUE(file);
    EXPECT_EQ(file->entries.size(), 2u);
    EXPECT_EQ(file->unread_lines, (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(parse_dotenv(std::string("A=\0", 3)).error().code, Code::corrupt);
    EXPECT_EQ(parse_dotenv(std::string(dotenv_bytes_max + 1, 'x')).error().code, Code::too_large);
}

// A shell that answers or fails, and counts.
struct FakeShell : platform::Processes {
    Result<platform::ProcessResult> run(const platform::ProcessRequest& request) override {
        requests.push_back(request);
        if (failure) return std::unexpected(*failure);
        return platform::ProcessResult{.exit_status = 0, .output = Secret(output), .errors = {}};
    }
    std::string output;
    std::optional<Error> failure;
    std::vector<platform::ProcessRequest> requests;
};

struct ShellFixture : ConfigFixture {
    FakeShell shell;
    LoginShell asked{shell, variables};
    ShellFixture() { login_shell = &asked; }
};

TEST(LoginShellImport, FillsEachMissingKeyOnceAProcess) {
    ShellFixture fixture;
    fixture.set("SHELL", "/bin/zsh");
    fixture.set("OPENAI_API_KEY", "process");
    fixture.set("TELEGRAM_BOT_TOKEN", "present");
    using namespace std::string_literals;
    fixture.shell.output = "GROQ_API_KEY=shell\0OPENAI_API_KEY=shell\0PATH=/x\0GH_TOKEN=a=b\0"s;
    fixture.put_config("{env: {shellEnv: {enabled: true, timeoutMs: 1000}}}");
    for (int load = 0; load < 3; ++load) {
        const auto config = fixture.load();
        EXPECT_EQ(seen(*config, "GROQ_API_KEY"), "shell from loginShell");
        EXPECT_EQ(seen(*config, "GH_TOKEN"), "a=b from loginShell");
        EXPECT_EQ(seen(*config, "OPENAI_API_KEY"), "process from process");
        EXPECT_EQ(seen(*config, "PATH"), "unset");
    }
    ASSERT_EQ(fixture.shell.requests.size(), 1u);
    EXPECT_EQ(fixture.shell.requests[0].arguments,
              (std::vector<std::string>{"/bin/zsh", "-l", "-c", "env -0"}));
    EXPECT_EQ(fixture.shell.requests[0].deadline, std::chrono::seconds(1));
    EXPECT_FALSE(fixture.shell.requests[0].environment.contains("OPENAI_API_KEY"));
}

TEST(LoginShellImport, RunsOnlyWhenSwitchedOn) {
    ShellFixture fixture;
    fixture.load("{}");
    fixture.load("{env: {shellEnv: {enabled: false}}}");
    fixture.load("{env: {shellEnv: {timeoutMs: 1000}}}");
    EXPECT_TRUE(fixture.shell.requests.empty());
    fixture.set("OPENCLAW_LOAD_SHELL_ENV", "yes");
    fixture.set("OPENCLAW_DEFER_SHELL_ENV_FALLBACK", "1");
    fixture.load();
    EXPECT_TRUE(fixture.shell.requests.empty());
    fixture.set("OPENCLAW_DEFER_SHELL_ENV_FALLBACK", "");
    fixture.load();
    EXPECT_EQ(fixture.shell.requests.size(), 1u);
}

TEST(LoginShellImport, IsLeftOutWhereThereIsNoShellToAsk) {
    ConfigFixture fixture;
    const auto config = fixture.load("{env: {shellEnv: {enabled: true}}}");
    EXPECT_EQ(listed(config->warnings()), "");
    EXPECT_EQ(seen(*config, "OPENAI_API_KEY"), "unset");
}

TEST(LoginShellImport, WaitsAsLongAsItIsTold) {
    struct Case {
        std::string config, variable;
        Milliseconds deadline;
    };
    for (const auto& [config, variable, deadline] :
         {Case{"", "", Milliseconds(15'000)}, Case{"", "2500", Milliseconds(2'500)},
          Case{"", "2500x", Milliseconds(15'000)}, Case{"", "x", Milliseconds(15'000)},
          Case{", timeoutMs: 700", "2500", Milliseconds(700)}, Case{", timeoutMs: -5", "", Milliseconds(0)},
          Case{", timeoutMs: 999999", "", Milliseconds(120'000)}}) {
        ShellFixture fixture;
        fixture.set("OPENCLAW_SHELL_ENV_TIMEOUT_MS", variable);
        fixture.load("{env: {shellEnv: {enabled: true" + config + "}}}");
        ASSERT_EQ(fixture.shell.requests.size(), 1u) << config << variable;
        EXPECT_EQ(fixture.shell.requests[0].deadline, deadline) << config << variable;
    }
}

TEST(LoginShellImport, AFailureIsAWarningAndIsNotRepeated) {
    ShellFixture fixture;
    fixture.shell.failure = Error{Code::timed_out, "/bin/sh took longer than 15 s", {}};
    fixture.put_config("{env: {shellEnv: {enabled: true}}}");
    EXPECT_EQ(listed(fixture.load()->warnings()),
              "asking the login shell failed: /bin/sh took longer than 15 s");
    EXPECT_TRUE(fixture.load()->valid());
    EXPECT_EQ(fixture.shell.requests.size(), 1u);
}

}  // namespace
}  // namespace openclaw::config
