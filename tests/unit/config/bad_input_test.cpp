// Files that are not as they should be: each has its own message, and nothing is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config_fixture.h"
#include "support/faulty_file_system.h"

namespace openclaw::config {
namespace {

using test::ConfigFixture;
using test::listed;

struct BadFile {
    std::string what;
    std::function<void(ConfigFixture&)> make;
    Code code;
    std::string message;
};

const Path config_file = "/home/u/.openclaw/openclaw.json";

TEST(BadInput, OfTheConfigHasAMessageAndACodeOfItsOwn) {
    const auto put = [](std::string text, std::uint32_t mode = 0600, std::uint32_t uid = 1000) {
        return [=](ConfigFixture& fixture) { fixture.files.put(config_file, text, mode, uid); };
    };
    const std::vector<BadFile> cases = {
        {"empty", put(""), Code::corrupt, "openclaw.json: the file is empty"},
        {"blank", put(" \n\n"), Code::corrupt, "openclaw.json: the file is empty"},
        {"half-written", put("{gateway: {auth: {token: 'x"), Code::corrupt,
         "openclaw.json: line 1, column 26: this string has no closing quote"},
        {"binary",
         put(std::string("\x7f"
                         "ELF\0\0",
                         6)),
         Code::corrupt, "openclaw.json: line 1: a zero byte; this is not a text file"},
        {"not UTF-8", put("\xff\xfe{a: 'x'}"), Code::corrupt,
         "openclaw.json: the bytes are not UTF-8; this is not a text file"},
        {"damaged", put("{gateway {}}"), Code::invalid_input,
         "openclaw.json: line 1, column 10: expected ':' after the key, found '{'"},
        {"oversized", put(std::string(config_bytes_max + 1, ' ')), Code::too_large,
         "reading /home/u/.openclaw/openclaw.json: it is larger than 8388608 bytes"},
        {"a folder", [](ConfigFixture& fixture) { fixture.files.put(config_file / "x", ""); },
         Code::unavailable, "reading /home/u/.openclaw/openclaw.json: not a file"},
        {"somebody else's", put("{}", 0600, 1001), Code::denied,
         "~/.openclaw/openclaw.json belongs to user 1001, not to you (user 1000)"},
        {"writable by all", put("{}", 0666), Code::denied,
         "~/.openclaw/openclaw.json can be changed by every user of this host"},
    };
    for (const auto& bad : cases) {
        ConfigFixture fixture;
        fixture.user_id = 1000;
        bad.make(fixture);
        const auto before = fixture.files.all_paths();
        const auto config = fixture.load();
        ASSERT_FALSE(config->valid()) << bad.what;
        EXPECT_EQ(config->problems()[0].message, bad.message) << bad.what;
        EXPECT_EQ(config->problems()[0].code, bad.code) << bad.what;
        EXPECT_EQ(config->error()->code, bad.code) << bad.what;
        EXPECT_EQ(fixture.files.all_paths(), before) << bad.what;
        EXPECT_EQ(config->default_agent().id, "main") << bad.what;
    }
}

TEST(BadInput, AnUnreadableConfigIsNoMissingOne) {
    ConfigFixture fixture;
    fixture.put_config("{}");
    const auto paths = fixture.paths();
    for (int operation = 1; operation < 12; ++operation) {
        test::FaultyFileSystem files(fixture.files);
        files.fail_at(operation, Error{Code::denied, "reading x: permission denied", {}});
        const auto config = load_config({.files = files, .variables = fixture.variables, .paths = paths});
        if (files.last_operation() != "read") continue;
        EXPECT_TRUE(config->exists());
        ASSERT_FALSE(config->valid());
        EXPECT_EQ(config->problems()[0].code, Code::denied);
        return;
    }
    FAIL() << "no read was met";
}

TEST(BadInput, AConfigThatEverybodyMayReadIsAWarning) {
    ConfigFixture fixture;
    fixture.files.put(config_file, "{}", 0644);
    EXPECT_EQ(listed(fixture.load()->warnings()),
              "~/.openclaw/openclaw.json can be read by every user of this host");
}

// The files that say where keys go, what they are and who gets in, each with a config that uses it.
struct Deciding {
    Path file;
    std::string text, config;
};
const std::vector<Deciding> deciding_files = {
    {config_file, "{}", "{}"},
    {"/home/u/.openclaw/.env", "A=1", "{}"},
    {"/home/u/.clawdbot/.env", "A=1", "{}"},
    {"/home/u/.openclaw/credentials/gateway-token", "0123", "{}"},
    {"/home/u/.openclaw/credentials/gateway-token-before.json", "{}", "{}"},
    {"/home/u/.openclaw/credentials/sealing.json", "{}", "{}"},
    {"/home/u/.openclaw/gateway/authority/ledger.json", "{}", "{}"},
    {"/home/u/.openclaw/gateway/authority/invitations.json", "{}", "{}"},
    {"/home/u/.openclaw/gateway/gateway.sqlite", "", "{}"},
    {"/home/u/.openclaw/gateway/gateway.sqlite-wal", "", "{}"},
    {"/home/u/.openclaw/gateway/devices.json", "{}", "{}"},
    {"/home/u/.openclaw/devices/paired.json", "{}", "{}"},
    {"/home/u/keys/gateway.pem", "key",
     "{gateway: {tls: {enabled: true, keyPath: '~/keys/gateway.pem', certPath: '/etc/c.pem'}}}"},
    {"/etc/c.pem", "certificate",
     "{gateway: {tls: {enabled: true, keyPath: '~/keys/gateway.pem', certPath: '/etc/c.pem'}}}"},
    {"/home/u/.openclaw/more.json5", "{}", "{$include: 'more.json5'}"},
    {"/etc/openclaw/more.json5", "{}", "{models: {$include: '/etc/openclaw/more.json5'}}"},
};

std::string problems_with(const Deciding& each, std::uint32_t mode, std::uint32_t owner, bool shared,
                          std::uint32_t reader = 1000) {
    ConfigFixture fixture;
    fixture.user_id = reader;
    fixture.group_is_shared = [=](std::uint32_t, std::uint32_t) { return shared; };
    fixture.put_config(each.config);
    fixture.files.put(each.file, each.text, mode, owner);
    return listed(fixture.load()->problems());
}

TEST(BadInput, WhatDecidesIsRefusedWhereOthersMayChangeIt) {
    for (const auto& each : deciding_files) {
        const auto name = each.file.string();
        const auto has = [&](const std::string& found, std::string_view words) {
            return found.find(each.file.filename().string()) != found.npos && found.find(words) != found.npos;
        };
        EXPECT_EQ(problems_with(each, 0600, 1000, true), "") << name;
        EXPECT_EQ(problems_with(each, 0600, 0, true), "") << name << " of root";
        EXPECT_TRUE(has(problems_with(each, 0602, 1000, false), "can be changed by every user")) << name;
        EXPECT_TRUE(has(problems_with(each, 0600, 1001, false), "belongs to user 1001")) << name;
        EXPECT_TRUE(has(problems_with(each, 0660, 1000, true), "its group, which has other members")) << name;
        EXPECT_EQ(problems_with(each, 0660, 1000, false), "") << name << " with a group of one's own";
    }
}

TEST(BadInput, RootTakesWhatDecidesFromTheUserWhoseStateItUsesAndFromNoThird) {
    for (const auto& each : deciding_files) {
        const auto name = each.file.string();
        EXPECT_EQ(problems_with(each, 0600, 0, true, 0), "") << name;
        EXPECT_EQ(problems_with(each, 0600, 1000, true, 0), "")
            << name << " of the owner of the state directory";
        EXPECT_THAT(problems_with(each, 0600, 1001, true, 0),
                    ::testing::HasSubstr("belongs to user 1001, not to you"))
            << name;
    }
}

TEST(BadInput, ATrapInTheWorkingFolderIsNotReadAndStopsNothing) {
    ConfigFixture fixture;
    fixture.user_id = 1000;
    fixture.put_config(
        "{models: {providers: {c: {baseUrl: 'http://h', apiKey: '${CORP_KEY}', models: []}}}}");
    fixture.files.put("/project/.env", "CORP_KEY=theirs", 0666);
    auto config = fixture.load();
    EXPECT_EQ(config->environment().find("CORP_KEY"), std::nullopt);
    EXPECT_EQ(listed(config->warnings()),
              "/project/.env can be changed by every user of this host; its variables are not used");
}

TEST(BadInput, RootDoesNotReadTheWorkingFolderOfSomebodyElse) {
    ConfigFixture fixture;
    fixture.user_id = 0;
    fixture.put_config("{messages: {responsePrefix: '${PREFIX}'}}");
    fixture.files.put("/project/.env", "PREFIX=theirs", 0600, 1001);
    const auto config = fixture.load();
    EXPECT_EQ(config->environment().find("PREFIX"), std::nullopt);
    EXPECT_THAT(listed(config->warnings()), ::testing::HasSubstr("its variables are not used"));
}

TEST(BadInput, StoresThatOthersMayChangeAreNamed) {
    ConfigFixture fixture;
    const auto warnings = [&] { return listed(fixture.load()->warnings()); };
    fixture.files.put("/home/u/.openclaw/agents/main/agent/auth-profiles.json", "{}", 0644);
    EXPECT_EQ(warnings(), "");
    fixture.files.put("/home/u/.openclaw/agents/main/agent/auth-profiles.json", "{}", 0606);
    EXPECT_EQ(warnings(),
              "~/.openclaw/agents/main/agent/auth-profiles.json can be changed by every user of this host");
}

TEST(BadInput, OfIncludesNamesTheFile) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"{$include: 'gone.json5'}",
         "failed to read include file: /home/u/.openclaw/gone.json5 does not exist (included by "
         "/home/u/.openclaw/openclaw.json)"},
        {"{$include: 'a.json5'}", "circular include detected: openclaw.json -> a.json5 -> openclaw.json"},
        {"{$include: 'bad.json5'}", "bad.json5: line 1, column 4: expected ':' after the key, found '}'"},
        {"{$include: 5}", "invalid $include value: expected string or array of strings, got number"},
        {"{gateway: {$include: 'list.json5', port: 1}}",
         "sibling keys require included content to be an object"},
        {"{$include: 'deep0.json5'}",
         "maximum include depth (10) exceeded at: /home/u/.openclaw/deep10.json5"},
    };
    for (const auto& [text, message] : cases) {
        ConfigFixture fixture;
        const Path folder = "/home/u/.openclaw";
        fixture.files.put(folder / "a.json5", "{$include: ['./openclaw.json']}");
        fixture.files.put(folder / "bad.json5", "{a }");
        fixture.files.put(folder / "list.json5", "[1]");
        for (int depth = 0; depth < 12; ++depth)
            fixture.files.put(folder / fmt::format("deep{}.json5", depth),
                              fmt::format("{{$include: 'deep{}.json5'}}", depth + 1));
        EXPECT_EQ(listed(fixture.load(text)->problems()), message) << text;
    }
}

TEST(BadInput, OfEnvFilesIsAWarningThatTellsNoValue) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {std::string("A=sk-canary\0", 12), "~/.openclaw/.env: not a text file"},
        {std::string(2u << 20, 'x'), "reading /home/u/.openclaw/.env: it is larger than 1048576 bytes"},
        {"A=1\nsk-canary", "~/.openclaw/.env: line 2 is no NAME=value"},
        {"A=1\nB=\"sk-canary\nC=2", "~/.openclaw/.env: line 2 opens a quote that is never closed"},
        {"B=\"sk-canary\nC=\"x\"\n", "~/.openclaw/.env: line 1 opens a quote that is never closed"},
        {"B='sk-canary\n# it's not\n", "~/.openclaw/.env: line 1 opens a quote that is never closed"},
        {"B=`sk-canary\nC=1\nD=2`\n", "~/.openclaw/.env: line 1 opens a quote that is closed lines later"},
        {"A=1\nB=sk-can#ary", "~/.openclaw/.env: the value in line 2 ends at a # with no blank before it"},
        {"B=#sk-canary", "~/.openclaw/.env: the value in line 1 ends at a # with no blank before it"},
        {"B=\"sk-canary\"x#y", "~/.openclaw/.env: the value in line 1 ends at a # with no blank before it"},
        {"A=1 # one\nB='sk#canary'#two\nC=\"-----BEGIN\nab/c==\nx=\n\"\nD=caf\xE9\n", ""},
    };
    for (const auto& [text, message] : cases) {
        ConfigFixture fixture;
        fixture.files.put("/home/u/.openclaw/.env", text);
        const auto config = fixture.load();
        EXPECT_TRUE(config->valid());
        EXPECT_EQ(listed(config->warnings()), message);
    }
}

}  // namespace
}  // namespace openclaw::config
