#include <gtest/gtest.h>

#include "auth/sources/ask_source.h"
#include "auth/sources/held_references.h"
#include "auth/sources/read_sources.h"
#include "auth/trust.h"
#include "support/config_builder.h"
#include "support/fake_processes.h"
#include "support/memory_file_system.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using test::config_of;
using test::FakeProcesses;
using test::MemoryFileSystem;
using test::prints;

constexpr std::uint32_t me = 1000;
const std::string program = "/opt/vault";

class Sources : public testing::Test {
protected:
    SourceAnswer ask(SourceProvider provider, std::vector<std::string> ids) {
        return ask_source({files, processes, me},
                          {.name = "vault", .provider = std::move(provider), .ids = std::move(ids)});
    }
    // What the answer for an id reveals, or "code: message".
    static std::string text(const SourceAnswer& answer, const std::string& id) {
        const auto found = answer.values.find(id);
        if (found == answer.values.end()) return "nothing";
        if (found->second) return std::string(found->second->reveal());
        return fmt::format("{}: {}", name_of(found->second.error().code), found->second.error().message);
    }

    MemoryFileSystem files;
    Result<platform::ProcessResult> output = prints("");
    FakeProcesses processes{[this](const auto&) { return output; }};
};

TEST_F(Sources, ReadMembersOfAFileByPointer) {
    files.put("/secrets/all.json",
              R"({"a":{"b":"one"},"x/y":{"~":"two"},"list":["three"],"number":5,"blank":" ","":"four"})");
    const FileSource source{.path = "/secrets/all.json"};
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"/a/b", "one"},
        {"/x~1y/~0", "two"},
        {"/list/0", "three"},
        {"/", "four"},
        {"/number", "corrupt: /number is not a text"},
        {"/blank", "not_found: /blank is blank"},
        {"/a/c", "not_found: the file has no /a/c"},
        {"/list/9", "not_found: the file has no /list/9"},
        {"/a/~2", "not_found: the file has no /a/~2"},
        {"value", "not_found: the file is JSON; name a member: /a/b"},
    };
    std::vector<std::string> ids;
    for (const auto& [id, expected] : rows) ids.push_back(id);
    const auto answer = ask(source, ids);
    for (const auto& [id, expected] : rows) EXPECT_EQ(text(answer, id), expected) << id;
}

TEST_F(Sources, TakeASingleValueWithoutItsLineBreak) {
    files.put("/secrets/key.txt", "sk-one \r\n");
    const FileSource source{.path = "/secrets/key.txt", .is_json = false};
    EXPECT_EQ(text(ask(source, {"value"}), "value"), "sk-one ");
    EXPECT_TRUE(text(ask(source, {"/a"}), "/a").starts_with("not_found")) << "only value stands there";
    files.put("/secrets/key.txt", "\n");
    EXPECT_EQ(text(ask(source, {"value"}), "value"), "not_found: the file is blank");
}

TEST_F(Sources, RefuseAFileThatOthersCanReachAndSayHowToMendIt) {
    struct Row {
        std::string what;
        std::uint32_t mode, uid;
        std::string message, hint;
    };
    const Row rows[] = {
        {"readable by the group", 0640, me, "can be read by other users (mode 640)", "chmod 600 /s/key"},
        {"readable by all", 0604, me, "can be read by other users", "chmod 600 /s/key"},
        {"of another user", 0600, 1234, "belongs to another user (1234)", "of this user"},
        {"of root", 0600, 0, "", ""},
    };
    for (const auto& row : rows) {
        files.put("/s/key", "secret", row.mode, row.uid);
        const auto answer = ask(FileSource{.path = "/s/key", .is_json = false}, {"value"});
        const auto& value = answer.values.at("value");
        if (row.message.empty()) {
            EXPECT_TRUE(value) << row.what;
            continue;
        }
        ASSERT_FALSE(value) << row.what;
        EXPECT_EQ(value.error().code, Code::denied);
        EXPECT_NE(value.error().message.find(row.message), std::string::npos) << value.error().message;
        EXPECT_NE(value.error().hint.find(row.hint), std::string::npos) << value.error().hint;
    }
    files.put("/s/real", "secret");
    files.put_link("/s/link", "/s/real");
    EXPECT_TRUE(text(ask(FileSource{.path = "/s/link", .is_json = false}, {"value"}), "value")
                    .starts_with("denied: /s/link is a symbolic link"));
    files.put("/open/key", "secret");
    ASSERT_TRUE(files.set_mode("/open", 0777));
    EXPECT_TRUE(text(ask(FileSource{.path = "/open/key", .is_json = false}, {"value"}), "value")
                    .starts_with("denied: /open can be changed by everybody"));
    ASSERT_TRUE(files.set_mode("/open", 0770));
    const auto shared = ask(FileSource{.path = "/open/key", .is_json = false}, {"value"});
    EXPECT_TRUE(text(shared, "value").starts_with("denied: /open can be changed by its group"));
    EXPECT_EQ(shared.values.at("value").error().hint, "run: chmod go-w /open");
    ASSERT_TRUE(files.set_mode("/open", 01777));
    EXPECT_EQ(text(ask(FileSource{.path = "/open/key", .is_json = false}, {"value"}), "value"), "secret");
}

TEST_F(Sources, TakeWhatContainersAndRootPutThere) {
    files.put("/proc/self/mountinfo",
              "1 0 8:1 / / rw - ext4 a rw\n2 1 0:9 / /run/ro ro - tmpfs t rw\n3 1 0:9 / /run/fuse ro - fuse "
              "f ro\n");
    struct Row {
        std::string what, path;
        std::uint32_t mode, uid, user;
        std::string message;  // empty: it is taken
    };
    const Row rows[] = {
        {"Docker", "/run/secrets/key", 0444, 0, me, ""},
        {"Docker, running as root", "/run/secrets/key", 0444, 0, 0, ""},
        {"of a group", "/etc/openclaw/key", 0640, 0, me, ""},
        {"of a group, running as root", "/etc/openclaw/key", 0640, 0, 0, ""},
        {"open, of root", "/etc/openclaw/key", 0644, 0, me, ""},
        {"a mounted file of the host's user", "/run/ro/key", 0644, 4321, me, ""},
        {"one's own, mounted to be read", "/run/ro/key", 0644, me, me, ""},
        {"read-only here, for all to write where it comes from", "/run/ro/key", 0666, 4321, me,
         "can be changed by other users"},
        {"root's own, open and written to", "/etc/openclaw/key", 0644, 0, 0, "can be read by other users"},
        {"root's own, of a group, elsewhere", "/root/key", 0640, 0, 0, "can be read by other users"},
        {"a secret of Docker in a place of its own", "/secrets/key", 0444, 0, 0, ""},
        {"one's own, open", "/home/me/key", 0644, me, me, "can be read by other users"},
        {"one's own, open, never written to", "/home/me/key", 0444, me, me, "can be read by other users"},
        {"one's own, of a group", "/home/me/key", 0640, me, me, "can be read by other users"},
        {"of root, for a group to write", "/etc/openclaw/key", 0660, 0, me, "can be changed by other users"},
        {"of root, for all to write", "/etc/openclaw/key", 0646, 0, me, "can be changed by other users"},
        {"of somebody else", "/run/secrets/key", 0444, 4321, me, "belongs to another user (4321)"},
    };
    files.may_give_away = true;
    for (const auto& row : rows) {
        files.put(row.path, "secret", row.mode, row.uid);
        for (platform::Path folder = row.path; folder != "/"; folder = folder.parent_path())
            ASSERT_TRUE(files.set_owner(folder.parent_path(), 0, 0));
        const auto found = check_secret_file({files, row.user}, row.path);
        if (row.message.empty()) {
            ASSERT_TRUE(found) << row.what << ": " << found.error().message;
            EXPECT_TRUE(is_shared(*found)) << row.what;
        } else {
            ASSERT_FALSE(found) << row.what;
            EXPECT_TRUE(found.error().message.contains(row.message)) << row.what << found.error().message;
        }
    }
}

TEST_F(Sources, FollowTheLinksOfKubernetesAndNoOthers) {
    files.put("/etc/secret/..2026_11/key", "secret", 0440, 0);
    files.put_link("/etc/secret/..data", "..2026_11");
    files.put_link("/etc/secret/key", "..data/key");
    const FileSource source{.path = "/etc/secret/key", .is_json = false};
    EXPECT_EQ(text(ask(source, {"value"}), "value"), "secret");
    ASSERT_TRUE(files.set_mode("/etc/secret", 0777));
    EXPECT_TRUE(text(ask(source, {"value"}), "value").starts_with("denied: /etc/secret can be changed"));
    ASSERT_TRUE(files.set_mode("/etc/secret", 01777));
    EXPECT_EQ(text(ask(source, {"value"}), "value"), "secret") << "as the kubelet makes it";
    ASSERT_TRUE(files.set_mode("/etc/secret/..2026_11", 0777));
    EXPECT_TRUE(text(ask(source, {"value"}), "value").starts_with("denied: /etc/secret/..2026_11 can be"));
    // Out of its folder, or to a file of one's own.
    files.put("/elsewhere/key", "secret", 0440, 0);
    files.put_link("/etc/secret/far", "/elsewhere/key");
    files.put("/home/me/real", "secret", 0600, me);
    files.put_link("/home/me/key", "real");
    for (const std::string path : {"/etc/secret/far", "/home/me/key"})
        EXPECT_EQ(text(ask(FileSource{.path = path, .is_json = false}, {"value"}), "value"),
                  "denied: " + path + " is a symbolic link");
}

TEST_F(Sources, ReadFilesThatBeginWithAByteOrderMarkOrHoldBrokenText) {
    files.put("/s/all.json", "\xEF\xBB\xBF{\"a\":\"one\",\"name\":\"\\ud83d\",\"b\":\"caf\xE9\"}");
    const auto answer = ask(FileSource{.path = "/s/all.json"}, {"/a", "/b"});
    EXPECT_EQ(text(answer, "/a"), "one");
    EXPECT_EQ(text(answer, "/b"), "caf\uFFFD") << "which no header carries";
    files.put("/s/key", "\xEF\xBB\xBFsk-one\n");
    EXPECT_EQ(text(ask(FileSource{.path = "/s/key", .is_json = false}, {"value"}), "value"), "sk-one");
}

TEST_F(Sources, LookAtTheFoldersThatALinkLeadsTo) {
    files.put("/open/safe/key", "secret");
    files.put_link("/way", "/open/safe");
    const FileSource source{.path = "/way/key", .is_json = false};
    EXPECT_EQ(text(ask(source, {"value"}), "value"), "secret");
    ASSERT_TRUE(files.set_mode("/open", 0777));
    EXPECT_TRUE(
        text(ask(source, {"value"}), "value").starts_with("denied: /open can be changed by everybody"));
}

TEST_F(Sources, BoundWhatTheyReadAndQuoteNothingOfIt) {
    files.put("/s/key", std::string(100, 'x'));
    const auto large = ask(FileSource{.path = "/s/key", .bytes_max = 99}, {"/a"});
    EXPECT_TRUE(text(large, "/a").starts_with("too_large")) << text(large, "/a");
    files.put("/s/key", "canary-7f3 no json");
    EXPECT_EQ(text(ask(FileSource{.path = "/s/key"}, {"/a"}), "/a"), "corrupt: the file is not JSON");
    EXPECT_TRUE(text(ask(FileSource{.path = "/s/none"}, {"/a"}), "/a").starts_with("not_found"));
}

TEST_F(Sources, AskACommandByTheProtocol) {
    files.put(program, "#!", 0755);
    output = prints(
        R"({"protocolVersion":1,"values":{"a/b":"one","bad":7},"errors":{"c":{"message":"gone\nmore"}}})");
    CommandSource source{.command = program, .arguments = {"--profile", "prod"}};
    source.variables.emplace("VAULT_ADDR", Secret("https://vault"));
    const auto answer = ask(source, {"a/b", "c", "bad", "d"});
    EXPECT_EQ(text(answer, "a/b"), "one");
    EXPECT_EQ(text(answer, "c"), "not_found: gone");
    EXPECT_EQ(text(answer, "bad"), "corrupt: its command gave something that is no text");
    EXPECT_EQ(text(answer, "d"), "not_found: its command gave nothing for it");
    ASSERT_EQ(processes.seen().size(), 1u);
    const auto request = processes.seen().front();
    EXPECT_EQ(request.arguments, (std::vector<std::string>{program, "--profile", "prod"}));
    EXPECT_EQ(request.environment, (std::map<std::string, std::string>{{"VAULT_ADDR", "https://vault"}}));
    EXPECT_EQ(request.input, R"({"protocolVersion":1,"provider":"vault","ids":["a/b","c","bad","d"]})");
}

TEST_F(Sources, TakeABareValueOnlyWhereTheConfigAllowsIt) {
    files.put(program, "#!", 0755);
    output = prints("\xEF\xBB\xBFsk-bare\u00a0\n");
    CommandSource source{.command = program, .json_only = false};
    EXPECT_EQ(text(ask(source, {"value"}), "value"), "sk-bare");
    EXPECT_TRUE(text(ask(source, {"a", "b"}), "a").starts_with("corrupt")) << "whose would it be";
    source.json_only = true;
    const auto refused = ask(source, {"value"});
    EXPECT_EQ(text(refused, "value"), "corrupt: its command's answer is not of the protocol");
    output = prints("\n");
    EXPECT_EQ(text(ask(source, {"value"}), "value"), "corrupt: its command printed nothing");
}

TEST_F(Sources, SayWhyACommandFailedWithoutWhatItWasGiven) {
    files.put(program, "#!", 0755);
    CommandSource source{.command = program};
    source.variables.emplace("VAULT_TOKEN", Secret("hvs.canary-0123456789"));
    output =
        prints("half-a-secret", 2, "bad token hvs.canary-0123456789 sk-ant-api03-abcdefghijklmnop\nsecond");
    EXPECT_EQ(text(ask(source, {"a"}), "a"),
              "unavailable: its command ended with 2: bad token [redacted] [redacted]");
    output = std::unexpected(Error{Code::timed_out, "/opt/vault did not finish within 5 ms", {}});
    EXPECT_EQ(text(ask(source, {"a"}), "a"), "timed_out: /opt/vault did not finish within 5 ms");
}

TEST_F(Sources, RunOnlyACommandThatNobodyElseCanChange) {
    files.put(program, "#!", 0755);
    output = prints(R"({"protocolVersion":1,"values":{"a":"one"}})");
    EXPECT_EQ(text(ask(CommandSource{.command = program}, {"a"}), "a"), "one");
    EXPECT_TRUE(text(ask(CommandSource{.command = "vault"}, {"a"}), "a").starts_with("denied"));
    files.put("/opt/open", "#!", 0775);
    const auto open = ask(CommandSource{.command = "/opt/open"}, {"a"});
    EXPECT_EQ(text(open, "a"), "denied: /opt/open can be changed by other users (mode 775)");
    EXPECT_EQ(open.values.at("a").error().hint, "run: chmod go-w /opt/open");
    files.put("/opt/theirs", "#!", 0755, 1234);
    EXPECT_TRUE(text(ask(CommandSource{.command = "/opt/theirs"}, {"a"}), "a").starts_with("denied"));
    files.put_link("/opt/link", program);
    EXPECT_TRUE(text(ask(CommandSource{.command = "/opt/link"}, {"a"}), "a")
                    .starts_with("denied: the command /opt/link is a symbolic link"));
    EXPECT_EQ(text(ask(CommandSource{.command = "/opt/link", .links_allowed = true}, {"a"}), "a"), "one");
    const auto elsewhere =
        ask(CommandSource{.command = "/opt/link", .links_allowed = true, .trusted_folders = {"/usr"}}, {"a"});
    EXPECT_TRUE(text(elsewhere, "a").starts_with("denied: the command /opt/vault lies in none of"));
    EXPECT_EQ(text(ask(CommandSource{.command = program, .trusted_folders = {"/opt"}}, {"a"}), "a"), "one");
    const auto runs = processes.seen();
    for (const auto& request : runs)
        EXPECT_EQ(request.arguments.front(), program) << "the file itself is run";
}

TEST_F(Sources, SplitQuestionsThatAreTooLarge) {
    files.put(program, "#!", 0755);
    output = prints(R"({"protocolVersion":1,"values":{}})");
    SourceQuestion question{.name = "vault", .provider = CommandSource{.command = program}, .ids = {}};
    for (int at = 0; at < 10; ++at) question.ids.push_back(fmt::format("id-{}", at));
    question.references_max = 4;
    EXPECT_EQ(ask_source({files, processes, me}, question).values.size(), 10u);
    EXPECT_EQ(processes.seen().size(), 3u);
    EXPECT_EQ(question.longest(), std::chrono::seconds(15));
    question.batch_bytes_max = 1;
    ask_source({files, processes, me}, question);
    EXPECT_EQ(processes.seen().size(), 13u) << "one at a time still goes";
}

TEST(SourceSettings, ComeFromTheConfig) {
    const auto config = config_of(
        R"({"secrets":{"providers":{"default":{"source":"env","allowlist":["A"]},
            "notes":{"source":"file","path":"~/keys.json","maxBytes":10},
            "vault":{"source":"exec","command":"/opt/vault","passEnv":["TOKEN","UNSET"],"env":{"X":"1"},"timeoutMs":70}},
          "defaults":{"file":"notes"},"resolution":{"cacheSeconds":2.5}}})",
        {{"TOKEN", "t"}, {"OTHER", "o"}});
    ASSERT_TRUE(config->valid()) << config->problems().front().path << config->problems().front().message;
    const auto settings = SourceSettings::from(*config);
    EXPECT_EQ(settings.lifetime, Milliseconds(2500));
    using enum SecretRef::Source;
    EXPECT_EQ(settings.provider_of({file, "default", "/a"}), "notes");
    EXPECT_TRUE(settings.find({env, "default", "A"}));
    EXPECT_EQ(settings.find({env, "default", "B"}).error().code, Code::denied);
    EXPECT_EQ(settings.find({exec, "notes", "a"}).error().code, Code::denied) << "it is a file";
    EXPECT_EQ(settings.find({exec, "default", "a"}).error().code, Code::denied);
    const auto& vault = std::get<CommandSource>(**settings.find({exec, "vault", "a"}));
    EXPECT_EQ(vault.timeout, Milliseconds(70));
    EXPECT_EQ(vault.silence_max, Milliseconds(70));
    EXPECT_EQ(vault.variables.size(), 2u) << "what is not set is not passed, nor anything else";
    EXPECT_EQ(vault.variables.at("TOKEN"), Secret("t"));
}

TEST(SourceSettings, RefuseWhatWouldNotWork) {
    for (
        const std::string_view bad : {
            R"({"secrets":{"providers":{"v":{"source":"exec"}}}})",
            R"({"secrets":{"providers":{"v":{"source":"file"}}}})",
            R"({"secrets":{"providers":{"v":{"path":"/x"}}}})",
            R"({"secrets":{"providers":{"v":{"source":"file","path":"/x","allowInsecurePath":true}}}})",
            R"({"models":{"providers":{"v":{"baseUrl":"http://x","models":[],"apiKey":{"source":"wat","id":"x"}}}}})",
            R"({"models":{"providers":{"v":{"baseUrl":"http://x","models":[],"apiKey":{"source":"file"}}}}})",
            R"({"env":{"vars":{"X":{"source":"env","id":"Y"}}}})",
        })
        EXPECT_FALSE(config_of(std::string(bad))->valid()) << bad;
}

TEST(References, AreFoundInStoreAndConfig) {
    const auto store = test::store_of(R"({"profiles":{
        "openai:a":{"type":"api_key","provider":"openai","keyRef":{"source":"exec","provider":"vault","id":"a"}},
        "openai:b":{"type":"api_key","provider":"openai","keyRef":{"source":"env","provider":"default","id":"B"}},
        "anthropic:c":{"type":"token","provider":"anthropic","tokenRef":{"source":"file","provider":"f","id":"/c"}}}})");
    const auto config = config_of(
        R"({"models":{"providers":{"corp":{"baseUrl":"http://x","models":[],
            "apiKey":{"source":"file","provider":"f","id":"/corp"},"headers":{"X-Key":{"source":"exec","provider":"vault","id":"h"}}}}}})");
    ASSERT_TRUE(config->valid());
    std::vector<std::string> found;
    for (const auto& held : asked_references(store, *config))
        found.push_back(held.provider.text() + " " + describe(held.reference));
    EXPECT_EQ(found, (std::vector<std::string>{"openai exec vault a", "anthropic file f /c",
                                               "corp file f /corp", "corp exec vault h"}));
    EXPECT_EQ(asked_references(store, *config, "corp").size(), 2u);
}

TEST_F(Sources, AreReadTogetherAndCommandsOnlyWhenTheyMay) {
    files.put(program, "#!", 0755);
    files.put("/s/keys.json", R"({"a":"from the file"})");
    output = prints(R"({"protocolVersion":1,"values":{"v":"from the command"}})");
    const auto config = config_of(R"({"secrets":{"providers":{"f":{"source":"file","path":"/s/keys.json"},
        "vault":{"source":"exec","command":"/opt/vault"}}}})");
    const SecretRef file{SecretRef::Source::file, "f", "/a"}, exec{SecretRef::Source::exec, "vault", "v"};
    const std::vector<HeldReference> wanted{{file, {}, "openai"}, {exec, {}, "openai"}};
    const test::FakeClock clock;
    const auto settings = SourceSettings::from(*config);
    const auto left = read_sources({files, processes, me}, settings, wanted, Commands::leave, clock);
    EXPECT_EQ(left.find(file, {})->value, Secret("from the file"));
    EXPECT_EQ(left.find(exec, {}), nullptr);
    EXPECT_TRUE(processes.seen().empty());
    const auto run = read_sources({files, processes, me}, settings, wanted, Commands::run, clock);
    EXPECT_EQ(run.find(exec, {})->value, Secret("from the command"));
    EXPECT_EQ(run.find(exec, {})->read_at, test::noon);
}

}  // namespace
}  // namespace openclaw::auth
