#include "config/files/writer.h"

#include <gtest/gtest.h>

#include "config_fixture.h"
#include "support/fake_clock.h"
#include "support/faulty_file_system.h"

namespace openclaw::config {
namespace {

using test::ConfigFixture;

struct WriterFixture : ConfigFixture {
    test::FakeClock clock;
    const Path file = "/home/u/.openclaw/openclaw.json";

    ConfigWriter writer() {
        return {{.files = files, .variables = variables, .paths = paths(), .working_folder = working_folder},
                clock,
                "2026.1.30"};
    }
    Result<Written> write(const std::string& path, json::value value) {
        return writer().set(*parse_key_path(path), std::move(value));
    }
    Result<Written> unset(const std::string& path) { return writer().unset(*parse_key_path(path)); }
    std::string text(const std::string& end = "") {
        return files.text_of(file.string() + end).value_or("(none)");
    }
};

TEST(Writer, KeepsCommentsReferencesAndIncludesByteForByte) {
    WriterFixture fixture;
    fixture.set("CORP_KEY", "sk-resolved");
    fixture.files.put("/home/u/.openclaw/agents.json5", "{list: [{id: 'main'}]}");
    fixture.put_config(
        "// mine\n{\n  agents: {$include: './agents.json5'},\n  gateway: {port: 19000}, // high\n"
        "  models: {providers: {corp: {baseUrl: 'http://h', apiKey: '${CORP_KEY}', models: []}}},\n}\n");
    const auto written = fixture.write("gateway.port", 19001);
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(
        fixture.text(),
        "// mine\n{\n  agents: {$include: './agents.json5'},\n  gateway: {port: 19001}, // high\n"
        "  models: {providers: {corp: {baseUrl: 'http://h', apiKey: '${CORP_KEY}', models: []}}},\n}\n");
    EXPECT_EQ(written->config->integer_or_default("gateway.port"), 19001);
    EXPECT_EQ(fixture.text(".bak").find("19001"), std::string::npos);
}

TEST(Writer, WritesNothingWhenNothingChanges) {
    WriterFixture fixture;
    fixture.put_config("{gateway: {port: 19000}, meta: {lastTouchedAt: 'then'}}");
    const auto written = fixture.write("gateway.port", 19000);
    ASSERT_TRUE(written);
    EXPECT_TRUE(written->changed.empty());
    EXPECT_EQ(fixture.text(".bak"), "(none)");
}

TEST(Writer, MakesAPrivateFileWithMetaWhereThereIsNone) {
    WriterFixture fixture;
    ASSERT_TRUE(fixture.write("gateway.mode", "local"));
    EXPECT_EQ(fixture.load()->text("gateway.mode"), "local");
    EXPECT_EQ(fixture.load()->text("meta.lastTouchedVersion"), "2026.1.30");
    EXPECT_EQ(fixture.files.info(fixture.file)->mode, 0600u);
    EXPECT_EQ(fixture.files.info("/home/u/.openclaw")->mode, 0700u);
}

TEST(Writer, UpdatesMetaOnlyWhereItStands) {
    WriterFixture fixture;
    fixture.put_config("{meta: {lastTouchedAt: 'then'}}");
    ASSERT_TRUE(fixture.write("gateway.port", 1));
    EXPECT_EQ(fixture.load()->text("meta.lastTouchedAt"), iso_time(fixture.clock.now()));
    EXPECT_FALSE(fixture.load()->text("meta.lastTouchedVersion"));
}

TEST(Writer, LeavesTheVersionOfANewerProgram) {
    for (const auto& [stored, after] : std::vector<std::pair<std::string, std::string>>{
             {"2026.9.6", "2026.9.6"}, {"2026.1.30.1", "2026.1.30.1"}, {"2025.12.31", "2026.1.30"}}) {
        WriterFixture fixture;
        fixture.put_config("{meta: {lastTouchedVersion: '" + stored + "'}}");
        ASSERT_TRUE(fixture.write("gateway.port", 1));
        EXPECT_EQ(fixture.load()->text("meta.lastTouchedVersion"), after);
    }
}

TEST(Writer, EditsTheFileInWhichTheValueStands) {
    WriterFixture fixture;
    fixture.files.put("/home/u/.openclaw/gateway.json5", "{ port: 19000, /* keep */ }");
    fixture.put_config("{gateway: {$include: 'gateway.json5'}}");
    const auto written = fixture.write("gateway.port", 19001);
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(written->changed, (std::vector<Path>{"/home/u/.openclaw/gateway.json5"}));
    EXPECT_EQ(fixture.files.text_of("/home/u/.openclaw/gateway.json5"), "{ port: 19001, /* keep */ }");
    ASSERT_TRUE(fixture.write("gateway.bind", "lan"));
    EXPECT_EQ(fixture.text(), "{gateway: {$include: 'gateway.json5'}}");
    ASSERT_TRUE(fixture.unset("gateway.bind"));
    EXPECT_EQ(fixture.load()->text("gateway.bind"), std::nullopt);
}

TEST(Writer, WritesBesideAnIncludeThatHasSiblings) {
    WriterFixture fixture;
    fixture.files.put("/home/u/.openclaw/gateway.json5", "{port: 19000, bind: 'lan'}");
    fixture.put_config("{gateway: {$include: 'gateway.json5', mode: 'local'}}");
    ASSERT_TRUE(fixture.write("gateway.auth.mode", "token"));
    EXPECT_NE(fixture.text().find("auth"), std::string::npos);
    ASSERT_TRUE(fixture.write("gateway.bind", "loopback"));
    EXPECT_EQ(fixture.files.text_of("/home/u/.openclaw/gateway.json5"), "{port: 19000, bind: 'loopback'}");
}

TEST(Writer, RefusesAValueThatSeveralFilesMakeUp) {
    WriterFixture fixture;
    fixture.files.put("/home/u/.openclaw/a.json5", "{auth: {order: {x: ['p1']}}}");
    fixture.put_config("{$include: 'a.json5', auth: {order: {x: ['p2']}}}");
    EXPECT_EQ(fixture.load()->find("auth.order.x")->as_array().size(), 2u);
    for (const json::value& value :
         {json::value(json::array{"p3", "p4"}), json::value(json::array{"p1", "p2", "p3"}),
          json::value(json::array{"p1"})}) {
        const auto written = fixture.write("auth.order.x", value);
        ASSERT_FALSE(written) << json::serialize(value) << fixture.text();
        EXPECT_NE(written.error().message.find("a.json5"), std::string::npos) << written.error().message;
    }
    EXPECT_FALSE(fixture.unset("auth.order.x"));
    EXPECT_EQ(fixture.text(), "{$include: 'a.json5', auth: {order: {x: ['p2']}}}");
}

TEST(Writer, RefusesAChangeThatMakesTheConfigInvalidButLetsOneRepairIt) {
    WriterFixture fixture;
    const std::string text = "{gateway: {prt: 1}, agents: {defaults: {model: 'x'}}}";
    fixture.put_config(text);
    EXPECT_EQ(fixture.write("gateway.port", "x").error().message,
              "config validation failed: gateway.port: expected a whole number, found a string");
    EXPECT_EQ(fixture.write("gateway.bogus", 1).error().message,
              "config validation failed: gateway.bogus: unknown key");
    EXPECT_EQ(fixture.text(), text);
    EXPECT_TRUE(fixture.unset("gateway.prt"));
    EXPECT_TRUE(fixture.write("agents.defaults.model.primary", "openai/gpt-5.2"));
    EXPECT_TRUE(fixture.load()->valid());
}

TEST(Writer, NeverTouchesADamagedFile) {
    for (const std::string text : {"", "{gateway: {port: 1",
                                   "\x7f"
                                   "ELF\x01",
                                   "[]"}) {
        WriterFixture fixture;
        fixture.put_config(text);
        EXPECT_FALSE(fixture.write("gateway.port", 1)) << text;
        EXPECT_EQ(fixture.text(), text);
        EXPECT_EQ(fixture.text(".bak"), "(none)");
    }
}

TEST(Writer, RefusesWhatIsShownInPlaceOfASecret) {
    for (const std::string placeholder :
         {"__OPENCLAW_REDACTED__", "***", "<set>", "<from ${CORP_KEY}>", "••••", "#3fa9c1d2"}) {
        WriterFixture fixture;
        fixture.put_config("{gateway: {auth: {token: 'real'}}}");
        EXPECT_FALSE(fixture.write("gateway.auth.token", json::value(placeholder))) << placeholder;
        EXPECT_FALSE(fixture.write("channels.telegram.botToken", json::value(placeholder))) << placeholder;
        EXPECT_EQ(fixture.load()->text("gateway.auth.token"), "real");
    }
}

// Whatever `shown` prints and somebody writes back changes nothing or is refused.
TEST(Writer, SurvivesARoundTripOfTheShownConfig) {
    WriterFixture fixture;
    fixture.set("CORP_URL", "http://corp");
    const std::string text =
        "{gateway: {auth: {token: 'real-token'}, port: 1}, env: {A: 'real-env'},"
        " models: {providers: {c: {baseUrl: '${CORP_URL}', headers: {x: 'real-header'}, models: []}}}}";
    fixture.put_config(text);
    const auto shown = fixture.load()->shown();
    const auto written = fixture.writer().update([&](json::object& document) -> Result<void> {
        document = shown;
        return {};
    });
    EXPECT_FALSE(written);
    EXPECT_EQ(fixture.text(), text);
}

TEST(Writer, KeepsTheReferenceWhenItsResolvedValueComesBack) {
    WriterFixture fixture;
    fixture.set("CORP_KEY", "sk-resolved");
    fixture.put_config("{gateway: {auth: {token: '${CORP_KEY}'}}}");
    ASSERT_TRUE(fixture.write("gateway.auth.token", "sk-resolved"));
    EXPECT_EQ(fixture.text(), "{gateway: {auth: {token: '${CORP_KEY}'}}}");
}

TEST(Writer, TakesNoNewSecretThatCanBeGuessed) {
    WriterFixture fixture;
    fixture.put_config("{gateway: {auth: {token: 'real'}, port: 100}}");
    ASSERT_TRUE(fixture.write("gateway.port", 101)) << "an old one stands in nobody's way";
    for (const auto* path : {"gateway.auth.token", "gateway.auth.password"}) {
        for (const auto* weak : {"hunter2", "123456789012345", "my-secret-token", "real "}) {
            const auto refused = fixture.write(path, weak);
            ASSERT_FALSE(refused) << path << " " << weak;
            EXPECT_EQ(refused.error().code, Code::invalid_input);
            EXPECT_EQ(refused.error().message.find(weak), std::string::npos);
        }
        ASSERT_TRUE(fixture.write(path, "3fa9c1d277120acb")) << path;
    }
}

TEST(Writer, KeepsReferencesInsideAValueThatComesBackWhole) {
    WriterFixture fixture;
    fixture.set("HOST", "lab.example");
    fixture.set("MODE", "fast");
    const std::string plugin = "plugins: {x: {url: 'http://${HOST}/v1', args: ['--mode', '${MODE}', '-v']}}";
    fixture.put_config("{" + plugin + "}");
    const auto shown = fixture.load()->shown();
    ASSERT_TRUE(fixture.write("plugins.x", *find_value(shown, {"plugins", "x"})));
    EXPECT_EQ(fixture.text(), "{" + plugin + "}");
    // One more before it moves the rest along.
    ASSERT_TRUE(fixture.write("plugins.x.args", json::array{"--new", "--mode", "fast", "-v"}));
    EXPECT_TRUE(fixture.text().contains("${MODE}")) << fixture.text();
    EXPECT_EQ(fixture.load()->text("plugins.x.args[2]"), "fast");
    // What is really another value is written.
    ASSERT_TRUE(fixture.write("plugins.x.url", "http://other/v1"));
    EXPECT_TRUE(fixture.text().contains("http://other/v1"));
}

TEST(Writer, RotatesFiveBackupsOfModeSixHundred) {
    WriterFixture fixture;
    fixture.put_config("{gateway: {port: 100}}");
    for (int port = 101; port <= 107; ++port) ASSERT_TRUE(fixture.write("gateway.port", port));
    EXPECT_EQ(fixture.text(".bak"), "{gateway: {port: 106}}");
    EXPECT_EQ(fixture.text(".bak.1"), "{gateway: {port: 105}}");
    EXPECT_EQ(fixture.text(".bak.4"), "{gateway: {port: 102}}");
    EXPECT_EQ(fixture.text(".bak.5"), "(none)");
    EXPECT_EQ(fixture.files.info(fixture.file.string() + ".bak.4")->mode, 0600u);
}

TEST(Writer, LeavesNoOldSecretInAnyBackup) {
    WriterFixture fixture;
    fixture.put_config(
        "{gateway: {auth: {token: 'sk-canary-old'}}, channels: {telegram: {botToken: "
        "'sk-stays'}}}");
    ASSERT_TRUE(fixture.write("gateway.port", 1));
    EXPECT_NE(fixture.text(".bak").find("sk-canary-old"), std::string::npos);
    ASSERT_TRUE(fixture.write("gateway.auth.token", "sk-canary-new"));
    ASSERT_TRUE(fixture.unset("gateway.auth.token"));
    for (const auto& path : fixture.files.all_paths()) {
        if (path == fixture.file.string()) continue;
        EXPECT_EQ(fixture.files.text_of(path)->find("sk-canary"), std::string::npos) << path;
    }
    EXPECT_NE(fixture.text(".bak").find("sk-stays"), std::string::npos);
    EXPECT_NE(fixture.text(".bak.2").find("<removed>"), std::string::npos);
}

TEST(Writer, RemovesWhatAKilledWriterLeft) {
    WriterFixture fixture;
    fixture.put_config("{gateway: {port: 100}}");
    fixture.files.put(fixture.file.string() + ".0123456789ab.tmp", "sk-canary");
    fixture.files.put(fixture.file.string() + ".bak.0123456789ab.tmp", "sk-canary");
    fixture.files.put(fixture.file.string() + ".bak.4.0123456789ab.tmp", "sk-canary");
    fixture.files.put(fixture.file.string() + ".bak.new.0123456789ab.tmp", "sk-canary");
    fixture.files.put(fixture.file.string() + ".bak.new", "sk-canary");
    fixture.files.put(fixture.file.string() + ".mine.tmp", "a person's own");
    ASSERT_TRUE(fixture.write("gateway.port", 101));
    EXPECT_EQ(fixture.text(".0123456789ab.tmp"), "(none)");
    EXPECT_EQ(fixture.text(".bak.0123456789ab.tmp"), "(none)");
    EXPECT_EQ(fixture.text(".bak.4.0123456789ab.tmp"), "(none)");
    EXPECT_EQ(fixture.text(".bak.new.0123456789ab.tmp"), "(none)");
    EXPECT_EQ(fixture.text(".bak.new"), "(none)");
    EXPECT_EQ(fixture.text(".mine.tmp"), "a person's own");
}

TEST(Writer, FollowsASymbolicLink) {
    WriterFixture fixture;
    fixture.files.put("/dotfiles/openclaw.json", "{gateway: {port: 100}}");
    fixture.files.put("/home/u/.openclaw/.keep", "");
    fixture.files.put_link("/home/u/.openclaw/openclaw.json", "/dotfiles/openclaw.json");
    ASSERT_TRUE(fixture.write("gateway.port", 101));
    EXPECT_EQ(fixture.files.text_of("/dotfiles/openclaw.json"), "{gateway: {port: 101}}");
    EXPECT_EQ(fixture.files.link_info(fixture.file)->kind, platform::FileKind::symlink);
}

TEST(Writer, WritesTheExplicitStateDirectoryAndNoOther) {
    WriterFixture fixture;
    fixture.put_config("{gateway: {port: 100}}");
    fixture.set("OPENCLAW_STATE_DIR", "/elsewhere");
    ASSERT_TRUE(fixture.write("gateway.port", 101));
    EXPECT_EQ(fixture.text(), "{gateway: {port: 100}}");
    EXPECT_TRUE(fixture.files.text_of("/elsewhere/openclaw.json"));
}

TEST(Writer, LeavesTheOldTextOrTheNewOneWhereverItIsCutOff) {
    const std::string before = "{gateway: {port: 100, auth: {token: 'sk-canary-old'}}}";
    const std::string after = "{gateway: {port: 100, auth: {token: 'new'}}}";
    for (int operation = 1;; ++operation) {
        WriterFixture fixture;
        fixture.put_config(before);
        const auto paths = fixture.paths();
        test::FaultyFileSystem files(fixture.files);
        files.crash_at(operation);
        {
            ConfigWriter writer({.files = files, .variables = fixture.variables, .paths = paths},
                                fixture.clock, "1");
            [[maybe_unused]] const auto written = writer.set({"gateway", "auth", "token"}, "new");
        }
        const bool crashed = !files.last_operation().empty();
        fixture.files.crash(test::CrashOutcome::lost);
        EXPECT_TRUE(fixture.text() == before || fixture.text() == after) << operation << fixture.text();
        const auto backup = fixture.text(".bak");
        EXPECT_TRUE(backup == "(none)" || backup.find("canary") == std::string::npos) << operation << backup;
        if (!crashed) break;
        ASSERT_LT(operation, 1000);
    }
}

// The config and its backups, oldest last.
std::vector<std::string> all_texts(WriterFixture& fixture) {
    std::vector<std::string> texts;
    for (const auto* end : {"", ".bak", ".bak.1", ".bak.2", ".bak.3", ".bak.4", ".bak.new"})
        texts.push_back(fixture.text(end));
    return texts;
}

// Six versions, so that the oldest has gone.
void write_versions(WriterFixture& fixture) {
    int port = 106;
    for (const auto* end : {"", ".bak", ".bak.1", ".bak.2", ".bak.3", ".bak.4"})
        fixture.files.put(fixture.file.string() + end, fmt::format("{{gateway: {{port: {}}}}}", port--));
}

TEST(Writer, MovesNoBackupForAWriteThatFails) {
    for (const int number : {ENOSPC, EBUSY, EROFS, EPERM, EXDEV, EIO}) {
        for (int operation = 1;; ++operation) {
            WriterFixture fixture;
            write_versions(fixture);
            const auto before = all_texts(fixture);
            const auto paths = fixture.paths();
            test::FaultyFileSystem files(fixture.files);
            files.fail_at(operation, number);
            ConfigWriter writer({.files = files, .variables = fixture.variables, .paths = paths},
                                fixture.clock, "1");
            const auto written = writer.set({"gateway", "port"}, 107);
            if (files.last_operation().empty()) break;
            ASSERT_LT(operation, 1000);
            const auto when = fmt::format("{} at {} ({})", files.last_operation(), operation, number);
            if (fixture.text() == before.front()) {
                EXPECT_FALSE(written) << when;
                EXPECT_EQ(all_texts(fixture), before) << when;
            } else if (!written) {
                // The new text stands, and what failed behind it is said.
                EXPECT_TRUE(written.error().message.contains("may not survive") ||
                            written.error().message.contains("is changed, but"))
                    << when << written.error().message;
            }
            // And the next one works, whatever was left behind.
            EXPECT_TRUE(fixture.write("gateway.port", 108)) << when;
            EXPECT_TRUE(fixture.text().contains("108")) << when;
        }
    }
}

TEST(Writer, ChangesNothingWhereAFolderStandsInABackupsPlace) {
    WriterFixture fixture;
    write_versions(fixture);
    ASSERT_TRUE(fixture.files.remove(fixture.file.string() + ".bak.2"));
    fixture.files.put(fixture.file.string() + ".bak.2/mine", "x");
    const auto before = all_texts(fixture);
    const auto written = fixture.write("gateway.port", 107);
    ASSERT_FALSE(written);
    EXPECT_TRUE(written.error().message.contains(".bak.2 is a folder")) << written.error().message;
    EXPECT_EQ(all_texts(fixture), before);
}

TEST(Writer, KeepsBrokenTextByteForByte) {
    for (const std::string name : {"\\ud83d", "caf\xE9", "\xF0\x9F\x98"}) {
        WriterFixture fixture;
        fixture.put_config("{ui: {assistant: {name: '" + name + "'}}, // \xFF\n gateway: {port: 100}}");
        const auto written = fixture.write("gateway.port", 101);
        ASSERT_TRUE(written) << written.error().message;
        EXPECT_EQ(fixture.text(),
                  "{ui: {assistant: {name: '" + name + "'}}, // \xFF\n gateway: {port: 101}}");
        EXPECT_TRUE(written->config->text("ui.assistant.name")->contains("\uFFFD"));
    }
}

TEST(Writer, TakesAnElementOutOfAListWithoutTouchingThoseBehindIt) {
    WriterFixture fixture;
    fixture.files.put(fixture.file.string(), R"({
  agents: { list: [
    { id: "main" }, // first
    { id: "work" }, // second
    { id: "lab" }, // third
  ] },
}
)");
    const auto written = fixture.writer().update([](json::object& document) -> Result<void> {
        auto& list = document.at("agents").as_object().at("list").as_array();
        list.erase(list.begin() + 1);
        return {};
    });
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(written->edits.size(), 1u);
    EXPECT_NE(fixture.text().find("// first"), std::string::npos);
    EXPECT_NE(fixture.text().find(R"({ id: "lab" }, // third)"), std::string::npos);
    EXPECT_EQ(fixture.text().find("work"), std::string::npos);
}

}  // namespace
}  // namespace openclaw::config
