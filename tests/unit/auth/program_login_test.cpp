#include "auth/profiles/program_login.h"

#include <gtest/gtest.h>

#include "auth/choice/resolver.h"
#include "auth/store/profile_store.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using namespace std::chrono_literals;
using test::home_folder;
using test::main_agent_folder;
using test::main_store_file;
using test::MemoryFileSystem;
using test::noon;
using test::with_times;

const StoreFolders folders{main_agent_folder, main_agent_folder,
                           test::state_folder / "credentials/oauth.json", home_folder};
const StoreFolders work_folders{test::state_folder / "agents/work/agent", main_agent_folder,
                                test::state_folder / "credentials/oauth.json", home_folder};
const Path qwen_file = home_folder / ".qwen/oauth_creds.json";
const ProfileId qwen{"qwen-portal:qwen-cli"};

std::string login(const std::string& access, const std::string& end) {
    return with_times(R"({"access_token":")" + access + R"(","refresh_token":"r-)" + access +
                      R"(","expiry_date":@now)" + end + "}");
}

std::string stored(const std::string& access, const std::string& end, const std::string& type = "oauth") {
    return with_times(R"({"version":1,"profiles":{"qwen-portal:qwen-cli":{"type":")" + type +
                      R"(","provider":"qwen-portal","access":")" + access + R"(","key":"k","refresh":"r-)" +
                      access + R"(","expires":@now)" + end + "}}}");
}

TEST(ProgramLogin, IsReadThroughAndNothingIsWritten) {
    MemoryFileSystem files;
    files.put(qwen_file, login("a1", "+1h"));
    const auto before = files.all_paths();
    ProfileStore store(files, folders);
    const auto content = *store.load();
    const auto* profile = content->find(qwen);
    ASSERT_TRUE(profile);
    EXPECT_EQ(profile->provider, "qwen-portal");
    EXPECT_EQ(wire_secret(profile->credential), Secret("a1"));
    EXPECT_EQ(profile->managed_by, "qwen-cli");
    EXPECT_EQ(files.all_paths(), before);
    EXPECT_TRUE(store.own()->profiles.empty());
}

TEST(ProgramLogin, TheNewerOfStoredAndFileCounts) {
    struct Case {
        std::string stored_end, file_end, wanted;
    };
    for (const auto& [stored_end, file_end, wanted] :
         {Case{"-1h", "+1h", "file"}, Case{"+1h", "+2h", "file"}, Case{"+2h", "+1h", "stored"},
          Case{"+1h", "+1h", "file"}}) {
        MemoryFileSystem files;
        files.put(main_store_file, stored("stored", stored_end));
        files.put(qwen_file, login("file", file_end));
        const auto content = *ProfileStore(files, folders).load();
        EXPECT_EQ(wire_secret(content->find(qwen)->credential), Secret(wanted)) << stored_end << file_end;
        EXPECT_EQ(content->profiles.size(), 1u);
    }
}

TEST(ProgramLogin, LeavesAKeyThatAPersonStoredUnderItsName) {
    MemoryFileSystem files;
    files.put(main_store_file, stored("a", "+1h", "api_key"));
    files.put(qwen_file, login("file", "+9h"));
    const auto content = *ProfileStore(files, folders).load();
    EXPECT_EQ(wire_secret(content->find(qwen)->credential), Secret("k"));
    EXPECT_TRUE(content->find(qwen)->managed_by.empty());
}

TEST(ProgramLogin, IsReadAgainWhenItsFileChanges) {
    MemoryFileSystem files;
    files.put(main_store_file, R"({"version":1,"profiles":{}})");
    files.put(qwen_file, login("a1", "+1h"));
    ProfileStore store(files, folders);
    const auto first = *store.load();
    EXPECT_EQ(*store.load(), first);
    files.put(qwen_file, login("a2", "+2h"));
    EXPECT_EQ(wire_secret((*store.load())->find(qwen)->credential), Secret("a2"));
    files.put(qwen_file, R"({"access_token": "a3", "refr)");  // half written
    EXPECT_EQ(wire_secret((*store.load())->find(qwen)->credential), Secret("a2"));
}

TEST(ProgramLogin, ThatIsDamagedCostsNothingElse) {
    for (const std::string text : {"", "nonsense", "[]", "{}", R"({"access_token":1})",
                                   R"({"access_token":"a","refresh_token":"","expiry_date":1900000000000})",
                                   R"({"access_token":"a","refresh_token":"r"})"}) {
        MemoryFileSystem files;
        files.put(main_store_file,
                  R"({"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"k1"}}})");
        files.put(qwen_file, text);
        const auto content = ProfileStore(files, folders).load();
        ASSERT_TRUE(content) << text;
        EXPECT_EQ((*content)->profiles.size(), 1u) << text;
    }
}

TEST(ProgramLogin, IsTakenOverByTheFirstWriteAboutIt) {
    MemoryFileSystem files;
    const auto text = login("a1", "+1h");
    files.put(qwen_file, text);
    ASSERT_TRUE(ProfileStore(files, work_folders).report(test::worked(qwen, noon)));
    const auto own = *ProfileStore(files, folders).own();
    ASSERT_TRUE(own.find(qwen));
    EXPECT_EQ(own.find(qwen)->managed_by, "qwen-cli");
    EXPECT_EQ(own.usage_of(qwen)->last_used, noon);
    EXPECT_EQ(files.text_of(qwen_file), text);
    EXPECT_FALSE(
        files.text_of(work_folders.own / "auth-profiles.json"));  // the main agent's, also from there
}

TEST(ProgramLogin, NeverTakesThePlaceOfWhatIsStored) {
    const auto text = stored("a", "+1h", "api_key");
    MemoryFileSystem files;
    files.put(main_store_file, text);
    files.put(qwen_file, login("file", "+9h"));
    ProfileStore store(files, folders);
    ASSERT_TRUE(store.report(test::worked(qwen, noon)));
    ASSERT_TRUE(store.update_usage(qwen, [](UsageStats usage) {
        ++usage.error_count;
        return usage;
    }));
    const auto written = parse_json(*files.text_of(main_store_file))->as_object();
    EXPECT_EQ(written.at("profiles"), parse_json(text)->as_object().at("profiles"));
    EXPECT_EQ(store.own()->usage_of(qwen)->error_count, 1);
}

TEST(ProgramLogin, OfClaudeCodeOrCodexCountsOnlyOnceImported) {
    MemoryFileSystem files;
    files.put(
        home_folder / ".claude/.credentials.json",
        with_times(R"({"claudeAiOauth":{"accessToken":"new","refreshToken":"r","expiresAt":@now+2h}})"));
    ProfileStore store(files, folders);
    EXPECT_TRUE((*store.load())->profiles.empty());
    files.put(main_store_file, with_times(R"({"profiles":{"anthropic:claude-cli":{"type":"oauth",
        "provider":"anthropic","access":"old","refresh":"r","expires":@now+1h,"managedBy":"claude-code"}}})"));
    EXPECT_EQ(wire_secret((*store.load())->profiles.at(0).credential), Secret("new"));
}

TEST(ProgramLogin, ReadsEachProgramsFormat) {
    const auto parsed = [](std::string_view owner, const std::string& text) {
        return parse_program_login(*find_program_login(owner), parse_json(text)->as_object(), noon);
    };
    const auto codex = parsed(
        "codex",
        R"({"tokens":{"access_token":"a","refresh_token":"r","account_id":"acc"},"last_refresh":"x"})");
    ASSERT_TRUE(codex);
    EXPECT_EQ(std::get<OAuth>(codex->credential).expires, noon + 1h);
    EXPECT_EQ(std::get<OAuth>(codex->credential).account_id, "acc");
    const auto setup =
        parsed("claude-code", R"({"claudeAiOauth":{"accessToken":"a","expiresAt":1900000000000}})");
    ASSERT_TRUE(setup);
    EXPECT_TRUE(std::holds_alternative<Token>(setup->credential));
    EXPECT_FALSE(parsed("claude-code", R"({"claudeAiOauth":{"expiresAt":1900000000000}})"));
    EXPECT_FALSE(parsed("codex", R"({"tokens":{"access_token":"a"}})"));
}

TEST(RefreshOwner, IsTheProgramThatMadeTheLogin) {
    Profile profile;
    EXPECT_TRUE(refresh_owner(profile).ours);
    profile.managed_by = "qwen-cli";
    EXPECT_FALSE(refresh_owner(profile).ours);
    EXPECT_EQ(refresh_owner(profile).remedy,
              "its refresh belongs to the Qwen CLI: log in there again when it expires");
    profile.managed_by = "some-program";  // a newer version of ours may know it
    EXPECT_FALSE(refresh_owner(profile).ours);
    EXPECT_EQ(refresh_owner(profile).name, "some-program");
}

TEST(RefreshOwner, IsSaidWhenTheLoginHasEnded) {
    const auto store = test::store_of(R"({"profiles":{"qwen-portal:qwen-cli":{"type":"oauth",
        "provider":"qwen-portal","access":"a","refresh":"r","expires":@now-1h,"managedBy":"qwen-cli"}}})");
    const auto config = test::config_of("");
    const auto resolution = resolve(
        {.provider = "qwen-portal", .agent_id = "main", .model = {}, .pinned = {}}, store, *config, noon);
    ASSERT_FALSE(resolution.candidates.empty());
    EXPECT_NE(resolution.candidates[0].reason.find("its refresh belongs to the Qwen CLI"), std::string::npos);
}

}  // namespace
}  // namespace openclaw::auth
