#include "auth/store/profile_store.h"

#include <gtest/gtest.h>

#include "auth/rests/cooldown.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"
#include "support/faulty_file_system.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using namespace std::chrono_literals;
using test::main_agent_folder;
using test::main_store_file;
using test::MemoryFileSystem;
using test::noon;
using test::state_folder;

const Path work_folder = state_folder / "agents/work/agent";
const Path work_file = work_folder / "auth-profiles.json";
const StoreFolders main_folders{main_agent_folder, main_agent_folder,
                                state_folder / "credentials/oauth.json"};
const StoreFolders work_folders{work_folder, main_agent_folder, state_folder / "credentials/oauth.json"};

Profile key(const std::string& id, const std::string& value) {
    return {.id = {id},
            .provider = "anthropic",
            .credential = ApiKey{Secret(value)},
            .email = {},
            .added = {},
            .note = {}};
}

const std::string one_key =
    R"({"version":1,"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"k1"}}})";

TEST(ProfileStore, IsEmptyWithoutAFileAndReadingWritesNothing) {
    MemoryFileSystem files;
    ProfileStore store(files, work_folders);
    EXPECT_EQ(**store.load(), Store{});
    EXPECT_TRUE(files.all_paths().empty());
}

TEST(ProfileStore, GivesTheSameSnapshotUntilTheFileChanges) {
    MemoryFileSystem files;
    files.put(main_store_file, one_key);
    ProfileStore store(files, main_folders);
    const auto first = *store.load();
    EXPECT_EQ(*store.load(), first);
    ASSERT_TRUE(store.enter(key("a:2", "k2")));
    EXPECT_NE(*store.load(), first);
    EXPECT_EQ((*store.load())->profiles.size(), 2u);
}

TEST(ProfileStore, ReadsInheritedProfilesThroughAndCopiesNone) {
    MemoryFileSystem files;
    files.put(main_store_file, one_key);
    ProfileStore store(files, work_folders);
    ASSERT_EQ((*store.load())->profiles.size(), 1u);
    EXPECT_TRUE((*store.load())->profiles[0].inherited);
    ASSERT_TRUE(store.enter(key("a:own", "mine")));
    ASSERT_TRUE(store.set_order("anthropic", {{"a:1"}, {"a:own"}}));
    EXPECT_EQ(files.text_of(main_store_file), one_key);
    EXPECT_EQ(files.text_of(work_file)->find("k1"), std::string::npos);
    EXPECT_EQ((*store.load())->profiles.size(), 2u);
    EXPECT_FALSE((*store.load())->find({"a:own"})->inherited);
}

TEST(ProfileStore, RecordsUsageWhereTheProfileLives) {
    MemoryFileSystem files;
    files.put(main_store_file, one_key);
    ProfileStore store(files, work_folders);
    ASSERT_TRUE(store.report(test::worked({"a:1"}, noon)));
    ASSERT_TRUE(store.update_usage({"a:1"}, [](UsageStats usage) {
        return after_failure(usage, {.reason = FailureReason::auth, .retry_after = {}, .text = "no"},
                             {24h, 5h, 24h}, noon);
    }));
    EXPECT_FALSE(files.text_of(work_file));
    EXPECT_NE(files.text_of(main_store_file)->find("cooldownUntil"), std::string::npos);
    EXPECT_EQ((*store.load())->usage_of({"a:1"})->error_count, 1);
    EXPECT_EQ((*store.load())->last_good.at("anthropic").text, "a:1");
}

TEST(ProfileStore, LetsTheAgentsOwnWinEveryClash) {
    MemoryFileSystem files;
    files.put(
        main_store_file,
        R"({"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"main"},"a:2":{"type":"api_key","provider":"anthropic","key":"m2"}},"order":{"anthropic":["a:2"],"zai":["z"]}})");
    files.put(
        work_file,
        R"({"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"own"}},"order":{"Anthropic":["a:1"]}})");
    ProfileStore store(files, work_folders);
    const auto loaded = *store.load();
    EXPECT_EQ(wire_secret(loaded->find({"a:1"})->credential).reveal(), "own");
    EXPECT_EQ(loaded->order_of("anthropic")->front().text, "a:1");
    EXPECT_EQ(loaded->order_of("zai")->front().text, "z");
    EXPECT_EQ(loaded->profiles.size(), 2u);
}

TEST(ProfileStore, NamesADamagedFileAndNeverOverwritesIt) {
    for (const std::string& damaged : std::vector<std::string>{
             "{\"version\":1,", "[]", "nonsense", R"({"profiles":[]})", std::string("\0\1\2", 3)}) {
        SCOPED_TRACE(damaged);
        MemoryFileSystem files;
        files.put(main_store_file, damaged);
        ProfileStore store(files, main_folders);
        const auto loaded = store.load();
        ASSERT_FALSE(loaded);
        EXPECT_EQ(loaded.error().code, Code::corrupt);
        EXPECT_NE(loaded.error().message.find("auth-profiles.json"), std::string::npos);
        EXPECT_FALSE(store.enter(key("a:1", "k")));
        EXPECT_FALSE(store.set_order("anthropic", {{"a:1"}}));
        EXPECT_FALSE(store.report(test::worked({"a:1"}, noon)));
        EXPECT_EQ(files.text_of(main_store_file), damaged);
    }
}

TEST(ProfileStore, ReadsTheFilesOfOldAndTakesThemOverOnTheFirstWrite) {
    MemoryFileSystem files;
    files.put(
        main_agent_folder / "auth.json",
        R"({"anthropic":{"type":"api_key","key":"L"},"foo":{"type":"token","token":"ttt","provider":"bar"}})");
    files.put(
        state_folder / "credentials/oauth.json",
        R"({"anthropic":{"access":"x","refresh":"y","expires":1900000000000},"google-gemini-cli":{"access":"a3","refresh":"r3","expires":1900000000000,"projectId":"p"}})");
    ProfileStore store(files, main_folders);
    ASSERT_EQ((*store.load())->profiles.size(), 3u);
    EXPECT_FALSE(files.text_of(main_store_file));
    ASSERT_TRUE(store.enter(key("anthropic:new", "n")));
    EXPECT_EQ((*store.load())->profiles.size(), 4u);
    EXPECT_EQ(wire_secret((*store.load())->find({"anthropic:default"})->credential).reveal(), "L");
    EXPECT_TRUE(files.text_of(main_agent_folder / "auth.json"));
    EXPECT_TRUE(files.text_of(state_folder / "credentials/oauth.json"));
}

TEST(ProfileStore, RemovesAnInheritedProfileWhereItLivesAndItsNameHere) {
    MemoryFileSystem files;
    files.put(main_store_file, one_key);
    ProfileStore store(files, work_folders);
    ASSERT_TRUE(store.set_order("anthropic", {{"a:1"}}));
    EXPECT_TRUE(*store.remove({"a:1"}));
    EXPECT_TRUE((*store.load())->profiles.empty());
    EXPECT_TRUE((*store.load())->order.empty());
    EXPECT_FALSE(*store.remove({"a:1"}));
}

TEST(ProfileStore, ClearsAnOrderOnce) {
    MemoryFileSystem files;
    ProfileStore store(files, main_folders);
    EXPECT_FALSE(*store.clear_order("anthropic"));
    ASSERT_TRUE(store.set_order("Anthropic", {{"a:1"}}));
    EXPECT_EQ(files.text_of(main_store_file),
              "{\n  \"version\": 1,\n  \"profiles\": {},\n  \"order\": {\n    \"anthropic\": [\n      "
              "\"a:1\"\n    ]\n  }\n}\n");
    EXPECT_TRUE(*store.clear_order("anthropic"));
    EXPECT_FALSE(*store.clear_order("anthropic"));
}

TEST(ProfileStore, DoesNotBringBackAProfileThatIsGone) {
    MemoryFileSystem files;
    files.put(main_store_file, one_key);
    ProfileStore store(files, main_folders);
    ASSERT_TRUE(store.report(test::worked({"a:gone"}, noon)));
    ASSERT_TRUE(store.update_usage({"a:gone"}, [](UsageStats usage) { return after_success(usage, noon); }));
    EXPECT_EQ(files.text_of(main_store_file), one_key);
}

TEST(ProfileStore, PutsAnAgentsOwnBesideTheMainAgentsOfTheSameName) {
    MemoryFileSystem files;
    files.put(main_store_file, one_key);
    ProfileStore store(files, work_folders);
    ASSERT_TRUE(store.enter(key("a:1", "mine")));
    EXPECT_EQ(files.text_of(main_store_file), one_key);
    const auto loaded = *store.load();
    ASSERT_EQ(loaded->profiles.size(), 1u);
    EXPECT_FALSE(loaded->profiles[0].inherited);
    EXPECT_EQ(wire_secret(loaded->profiles[0].credential).reveal(), "mine");
}

TEST(ProfileStore, KeepsWhoMayUseAProfileThroughEveryWrite) {
    MemoryFileSystem files;
    files.put(main_store_file, one_key);
    ProfileStore store(files, work_folders);
    EXPECT_TRUE(*store.set_allowed_agents({"a:1"}, {{"work", "lab"}}));
    EXPECT_FALSE(*store.set_allowed_agents({"a:none"}, {{"work"}}));
    EXPECT_FALSE(files.text_of(work_file)) << "it is said where the profile lives";
    const auto allowed = [&] { return (*store.load())->find({"a:1"})->allowed_agents; };
    const std::optional<std::vector<std::string>> both{{"work", "lab"}};
    EXPECT_EQ(allowed(), both);
    ProfileStore main(files, main_folders);
    ASSERT_TRUE(main.enter(key("a:1", "another key")));
    ASSERT_TRUE(main.report(test::worked({"a:1"}, noon)));
    ASSERT_TRUE(main.set_order("anthropic", {{"a:1"}}));
    EXPECT_EQ(allowed(), both);
    EXPECT_TRUE(*store.set_allowed_agents({"a:1"}, std::nullopt));
    EXPECT_EQ(allowed(), std::nullopt);
    EXPECT_EQ(files.text_of(main_store_file)->find("allowAgents"), std::string::npos);
}

}  // namespace
}  // namespace openclaw::auth
