#include "auth/legacy/import.h"

#include <gtest/gtest.h>

#include <fstream>

#include "auth/legacy/at_start.h"
#include "auth/profiles/profile_format.h"
#include "support/config_builder.h"
#include "support/faulty_file_system.h"
#include "support/sqlite_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth::legacy {
namespace {

using test::FaultyFileSystem;
using test::main_agent_folder;
using test::main_store_file;
using test::MemoryFileSystem;
using test::noon;
using test::state_folder;
using test::with_times;

const StoreFolders folders{main_agent_folder, main_agent_folder, state_folder / "credentials/oauth.json"};
const ImportRules rules{.rename_conflicts = false, .again = false, .fingerprint_key = "k", .now = noon};

Source source_of(const std::string& text, const std::string& file = "/old/auth-profiles.json") {
    return {.file = file,
            .what = "auth-profiles.json",
            .agent = {},
            .document = parse_json(with_times(text))->as_object(),
            .managed_by = {}};
}

const std::string two_keys = R"({"profiles":{
    "a:1":{"type":"api_key","provider":"anthropic","key":"k1","theirs":{"x":1}},
    "a:2":{"type":"oauth","provider":"anthropic","access":"a","refresh":"r","expires":@now+1h,"enterpriseUrl":"u"}},
    "order":{"anthropic":["a:2","a:1"]},
    "usageStats":{"a:1":{"lastUsed":@now-1h,"errorCount":3,"cooldownUntil":@now-1m},
                  "a:2":{"disabledUntil":@now+1h,"disabledReason":"billing"}}})";

std::string_view name_of(Outcome outcome) {
    constexpr std::array<std::string_view, 4> names = {"imported", "skipped", "conflict", "failed"};
    return names[static_cast<std::size_t>(outcome)];
}

std::vector<std::string> outcomes(const Plan& plan) {
    std::vector<std::string> texts;
    for (const auto& item : plan.items)
        texts.push_back(fmt::format("{} {}", item.id.text, name_of(item.outcome)));
    return texts;
}
using Texts = std::vector<std::string>;

Plan run(FileSystem& files, const Source& source, const ImportRules& with = rules) {
    auto plan = plan_import({source}, "main", *ProfileStore(files, folders).own(), {}, with);
    EXPECT_TRUE(carry_out(files, folders, plan));
    return plan;
}

TEST(Import, TakesCredentialsOrdersAndWhatNobodyKnows) {
    MemoryFileSystem files;
    EXPECT_EQ(outcomes(run(files, source_of(two_keys))), (Texts{"a:1 imported", "a:2 imported"}));
    const auto store = *ProfileStore(files, folders).own();
    EXPECT_EQ(std::get<OAuth>(store.find({"a:2"})->credential).refresh, Secret("r"));
    EXPECT_EQ(*store.order_of("anthropic"), (std::vector<ProfileId>{{"a:2"}, {"a:1"}}));
    EXPECT_EQ(store.imports.at({"a:1"}).path, "/old/auth-profiles.json");
    EXPECT_EQ(store.usage_of({"a:1"})->error_count, 0);  // a rest that is over is not worth keeping
    EXPECT_TRUE(store.usage_of({"a:1"})->last_used);
    EXPECT_EQ(store.usage_of({"a:2"})->disabled_reason, "billing");
    EXPECT_NE(files.text_of(main_store_file)->find("enterpriseUrl"), std::string::npos);
}

TEST(Import, HappensOnce) {
    MemoryFileSystem files;
    run(files, source_of(two_keys));
    const auto text = files.text_of(main_store_file);
    EXPECT_EQ(outcomes(run(files, source_of(two_keys))), (Texts{"a:1 skipped", "a:2 skipped"}));
    EXPECT_EQ(files.text_of(main_store_file), text);
    ASSERT_TRUE(ProfileStore(files, folders).remove({"a:1"}));
    EXPECT_EQ(outcomes(run(files, source_of(two_keys))), (Texts{"a:1 skipped", "a:2 skipped"}));
    auto again = rules;
    again.again = true;
    EXPECT_EQ(outcomes(run(files, source_of(two_keys), again)), (Texts{"a:1 imported", "a:2 skipped"}));
}

TEST(Import, ReplacesNothingThatIsStored) {
    MemoryFileSystem files;
    files.put(main_store_file,
              R"({"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"mine"}},
                  "order":{"anthropic":["a:1"]}})");
    const auto plan = run(files, source_of(two_keys));
    EXPECT_EQ(outcomes(plan), (Texts{"a:1 conflict", "a:2 imported"}));
    EXPECT_EQ(plan.notes.size(), 1u);
    auto renaming = rules;
    renaming.rename_conflicts = true;
    for (const auto* const second : {"a:1-imported imported", "a:1-imported skipped"})
        EXPECT_EQ(outcomes(run(files, source_of(two_keys), renaming)), (Texts{second, "a:2 skipped"}));
    const auto store = *ProfileStore(files, folders).own();
    EXPECT_EQ(wire_secret(store.find({"a:1"})->credential), Secret("mine"));
    EXPECT_EQ(wire_secret(store.find({"a:1-imported"})->credential), Secret("k1"));
    EXPECT_EQ(store.order_of("anthropic")->size(), 1u);
}

TEST(Import, SaysTheSameOfALaterSourceEachTime) {
    MemoryFileSystem files;
    const auto first = source_of(two_keys),
               later = source_of(
                   R"({"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"another"}}})",
                   "/old/oauth.json");
    const Texts expected{"a:1 imported", "a:2 imported", "a:1 skipped"};
    const auto plan_of = [&] {
        return plan_import({first, later}, "main", *ProfileStore(files, folders).own(), {}, rules);
    };
    auto plan = plan_of();
    EXPECT_EQ(outcomes(plan), expected);
    ASSERT_TRUE(carry_out(files, folders, plan));
    EXPECT_EQ(outcomes(plan_of()), (Texts{"a:1 skipped", "a:2 skipped", "a:1 skipped"}));
}

TEST(Import, NamesWhatItCannotTake) {
    MemoryFileSystem files;
    const auto plan = run(files, source_of(R"({"profiles":{
        "a:1":{"type":"api_key","provider":"anthropic"},
        "a:2":{"type":"api_key","provider":"anthropic","keyRef":{"source":"store","provider":"default","id":"X"}},
        "a:3":{"type":"token","provider":"anthropic","token":"t","setup":{}},
        "a:4":{"type":"api_key","provider":"anthropic","key":"good"},
        "a\n5":{"type":"api_key","provider":"anthropic","key":"k"}}})"));
    auto texts = outcomes(plan);
    std::ranges::sort(texts);
    EXPECT_EQ(std::ranges::count_if(texts, [](const auto& text) { return text.ends_with("failed"); }), 3);
    EXPECT_TRUE(std::ranges::find(texts, "a:3 skipped") != texts.end());
    EXPECT_TRUE(std::ranges::find(texts, "a:4 imported") != texts.end());
}

TEST(Import, CopiesNothingThatTheMainAgentHasAnyway) {  // the reference copies it to every agent
    const auto document = source_of(two_keys);
    const auto main = parse_store(document.document)->profiles;
    const auto plan = plan_import({document}, "work", Store{}, main, rules);
    EXPECT_EQ(outcomes(plan), (Texts{"a:1 skipped", "a:2 skipped"}));
}

TEST(Import, FailedOrKilledAnywhereLeavesOldOrNewAndTheSourcesAlone) {
    const std::string old_text = R"({"profiles":{"b:1":{"type":"api_key","provider":"openai","key":"k"}}})";
    const std::string auth_json = R"({"anthropic":{"type":"api_key","key":"L"}})";
    const Path source = "/old/auth.json";
    for (int at = 1;; ++at) {
        bool over = false;
        for (const bool crash : {false, true}) {
            MemoryFileSystem disk;
            disk.put(main_store_file, old_text);
            disk.put(source, auth_json);
            FaultyFileSystem files(disk);
            crash ? files.crash_at(at) : files.fail_at(at, {Code::no_space, "disk full", {}});
            Found found;
            find_auth_json(files, source, "main", found);
            bool reported = false;
            if (const auto own = ProfileStore(files, folders).own(); own && !found.sources.empty()) {
                auto plan = plan_import(found.sources, "main", *own, {}, rules);
                reported = carry_out(files, folders, plan) && plan.items.at(0).outcome == Outcome::imported;
            }
            over = files.last_operation().empty();
            if (crash) disk.crash(test::CrashOutcome::lost);
            EXPECT_EQ(disk.text_of(source), auth_json) << at;
            const auto now = ProfileStore(disk, folders).own();
            ASSERT_TRUE(now) << at;
            EXPECT_TRUE(now->find({"b:1"})) << at;
            const bool is_new = now->find({"anthropic:default"}) != nullptr;
            EXPECT_TRUE(is_new || !reported) << at;
            EXPECT_TRUE(is_new || *disk.text_of(main_store_file) == old_text) << at;
        }
        if (over) break;
        ASSERT_LT(at, 500);
    }
}

TEST(AtStart, TakesOldFilesOverOnceAndKeepsThem) {
    MemoryFileSystem files;
    const Path auth_json = main_agent_folder / "auth.json";
    files.put(auth_json, R"({"anthropic":{"type":"api_key","key":"L"}})");
    files.put(folders.legacy_oauth,
              R"({"google-gemini-cli":{"access":"a","refresh":"r","expires":4000000000000}})");
    files.put(state_folder / "agent/auth-profiles.json",
              R"({"profiles":{"openai:default":{"type":"api_key","provider":"openai","key":"k"}}})");
    files.put(state_folder / "agent/models.json", "{}");
    const auto config = test::config_of("");
    const auto notes = take_over_at_start(files, *config, "k", noon);
    EXPECT_EQ(notes.size(), 4u);
    for (const auto& note : notes) EXPECT_FALSE(note.is_problem) << note.text;
    EXPECT_EQ(ProfileStore(files, folders).own()->profiles.size(), 3u);
    EXPECT_EQ(files.text_of(main_agent_folder / "models.json"), "{}");
    EXPECT_TRUE(files.text_of(auth_json) && files.text_of(state_folder / "agent/models.json"));
    EXPECT_TRUE(take_over_at_start(files, *config, "k", noon).empty());
}

// A state directory of the newest reference, on the real disk.
class NewestStore : public testing::Test {
protected:
    NewestStore() {
        std::filesystem::create_directories(folder_.path() / "state");
        std::filesystem::create_directories(folder_.path() / "agents/work/agent");
        shared_ = std::make_unique<test::SqliteBuilder>(folder_.path() / "state/openclaw.sqlite",
                                                        "PRAGMA journal_mode=WAL;" + test::shared_tables + R"(
            INSERT INTO secret_store_entries VALUES('team','','N','v','secret',1,1,NULL,NULL,NULL);
            INSERT INTO config_machine_state VALUES('authProfiles.store','{"version":1,"profiles":{
              "anthropic:manual":{"type":"api_key","provider":"anthropic","key":"sk-1"},
              "openai:env":{"type":"api_key","provider":"openai","keyRef":{"source":"env","provider":"default","id":"OPENAI_API_KEY"}}}}',1);
            INSERT INTO config_machine_state VALUES('authProfiles.state','{"version":1,"order":{"anthropic":["anthropic:manual"]}}',1);)");
        const test::SqliteBuilder agent(folder_.path() / "agents/work/agent/openclaw-agent.sqlite",
                                        test::agent_tables + R"(
            INSERT INTO schema_meta VALUES('primary','agent',23,'work',NULL,1,1);
            INSERT INTO auth_profile_store VALUES('primary','{"version":1,"profiles":{
              "openai:work":{"type":"api_key","provider":"openai","key":"sk-2"}}}',1);
            INSERT INTO auth_profile_store VALUES('model-account:x','{}',1);
            INSERT INTO auth_profile_state VALUES('primary','{"order":{"openai":["openai:work"]}}',1);)");
    }
    test::TemporaryFolder folder_;
    std::unique_ptr<test::SqliteBuilder> shared_;
    std::unique_ptr<FileSystem> files_ = platform::system_files();
};

TEST_F(NewestStore, IsReadWhileItsProgramRuns) {
    const auto found = find_at(*files_, folder_.path(), {});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->sources.size(), 2u);
    EXPECT_EQ(found->sources[0].agent, "");
    const auto shared = *parse_store(found->sources[0].document);
    EXPECT_EQ(wire_secret(shared.find({"anthropic:manual"})->credential), Secret("sk-1"));
    EXPECT_TRUE(shared.find({"openai:env"})->reference_of("key"));
    EXPECT_TRUE(shared.order_of("anthropic"));
    EXPECT_EQ(found->sources[1].agent, "work");
    EXPECT_TRUE(parse_store(found->sources[1].document)->order_of("openai"));
    Texts left;
    for (const auto& entry : found->left) left.push_back(entry.what);
    EXPECT_EQ(left, (Texts{"1 named secrets", "1 personal accounts"}));
}

// Where this program has run beside it, its own stores stand apart from that program's databases.
TEST_F(NewestStore, IsReadWithTheStoresOfThisProgramBesideIt) {
    std::filesystem::create_directories(folder_.path() / "agents/work/agent/native");
    std::ofstream(folder_.path() / "agents/work/agent/native/auth-profiles.json")
        << R"({"version":1,"profiles":{"groq:mine":{"type":"api_key","provider":"groq","key":"gsk-0"}}})";
    const auto found = find_at(*files_, folder_.path(), {});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->sources.size(), 3u);
    EXPECT_EQ(found->sources[2].agent, "work");
    EXPECT_TRUE(parse_store(found->sources[2].document)->find({"groq:mine"}));
}

TEST_F(NewestStore, ThatIsDamagedIsNamedAndCostsOnlyItself) {
    shared_->run(
        "UPDATE config_machine_state SET value_json = '{broken' WHERE state_key = 'authProfiles.store'");
    const auto found = find_at(*files_, folder_.path(), {});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->sources.size(), 1u);
    ASSERT_FALSE(found->left.empty());
    EXPECT_TRUE(found->left[0].failure);
}

TEST(Find, RefusesAPlaceThatHoldsNothingKnown) {
    MemoryFileSystem files;
    files.put("/x/notes.txt", "hello");
    EXPECT_EQ(find_at(files, "/x", {}).error().code, Code::invalid_input);
    EXPECT_EQ(find_at(files, "/x/notes.txt", {}).error().code, Code::invalid_input);
    EXPECT_EQ(find_at(files, "/y", {}).error().code, Code::not_found);
}

}  // namespace
}  // namespace openclaw::auth::legacy
