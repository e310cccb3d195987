// What an agent sees of its own store and of the main agent's behind it, and when it looks again.
#include <gmock/gmock.h>

#include "auth/store/profile_store.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using test::home_folder;
using test::main_agent_folder;
using test::main_store_file;
using test::MemoryFileSystem;
using test::noon;
using test::state_folder;
using test::with_times;
using testing::ElementsAre;
using testing::HasSubstr;

const Path work_folder = state_folder / "agents/work/agent";
const Path work_file = work_folder / "auth-profiles.json";
const Path old_logins = state_folder / "credentials/oauth.json";
const StoreFolders main_folders{main_agent_folder, main_agent_folder, old_logins};
const StoreFolders work_folders{work_folder, main_agent_folder, old_logins};

// A record of an API key, or one that makes no sense.
std::string key(const std::string& id, const std::string& value) {
    return fmt::format(R"("{}":{{"type":"api_key","provider":"anthropic","key":"{}"}})", id, value);
}
std::string nonsense(const std::string& id) {
    return fmt::format(R"("{}":{{"type":"nonsense","provider":"anthropic"}})", id);
}
std::string store_text(std::initializer_list<std::string> records, const std::string& more = {}) {
    return with_times(fmt::format(R"({{"version":1,"profiles":{{{}}}{}}})", fmt::join(records, ","), more));
}
// The same with the last record's text broken off.
std::string damaged_text(std::initializer_list<std::string> records) {
    auto text = store_text(records);
    text.replace(text.rfind("\"key\""), 5, "\"key\n");
    return text;
}

Profile profile_of(const std::string& id, const std::string& value) {
    return {.id = {id},
            .provider = "anthropic",
            .credential = ApiKey{Secret(value)},
            .email = {},
            .added = {},
            .note = {}};
}

// "a:1 own k1", "a:2 inherited damaged".
std::vector<std::string> shown(const Store& store) {
    std::vector<std::string> lines;
    const auto from = [](bool inherited) { return inherited ? "inherited" : "own"; };
    for (const auto& profile : store.profiles)
        lines.push_back(fmt::format("{} {} {}", profile.id.text, from(profile.inherited),
                                    wire_secret(profile.credential).reveal()));
    for (const auto& record : store.damaged)
        lines.push_back(fmt::format("{} {} damaged", record.id.text, from(record.inherited)));
    return lines;
}

class TwoStores : public testing::Test {
protected:
    std::shared_ptr<const Store> load() {
        const auto loaded = work.load();
        EXPECT_TRUE(loaded) << loaded.error().message;
        return loaded.value_or(std::make_shared<const Store>());
    }
    std::vector<std::string> seen() { return shown(*load()); }
    std::uint64_t credentials() { return work.snapshot()->credentials; }

    MemoryFileSystem files;
    ProfileStore work{files, work_folders};
};

TEST_F(TwoStores, AreMergedRecordByRecordWhateverIsTheMatterWithThem) {
    files.put(main_store_file, store_text({key("a:1", "m1"), key("a:2", "m2"), key("a:3", "m3"),
                                           nonsense("b:1"), nonsense("b:2"), nonsense("b:3")}));
    files.put(work_file, store_text({nonsense("a:1"), key("a:3", "w3"), key("b:1", "w1"), nonsense("b:2"),
                                     key("c:1", "w4")}));
    EXPECT_THAT(seen(), ElementsAre("a:2 inherited m2", "a:3 own w3", "b:1 own w1", "c:1 own w4",
                                    "b:3 inherited damaged", "a:1 own damaged", "b:2 own damaged"));
}

TEST_F(TwoStores, AddUpWhatIsKnownOfTheirUseTheAgentsOwnFirst) {
    const auto use = [](const std::string& ids) { return R"(,"usageStats":{)" + ids + "}"; };
    files.put(main_store_file, store_text({key("a:1", "m"), key("a:2", "m")},
                                          use(R"("a:1":{"errorCount":1},"a:2":{"errorCount":2})") +
                                              R"(,"lastGood":{"anthropic":"a:1","zai":"z:1"})"));
    files.put(work_file, store_text({key("a:1", "w")},
                                    use(R"("a:1":{"errorCount":7})") + R"(,"lastGood":{"anthropic":"a:2"})"));
    const auto store = load();
    EXPECT_EQ(store->usage_of({"a:1"})->error_count, 7);
    EXPECT_EQ(store->usage_of({"a:2"})->error_count, 2);
    EXPECT_EQ(store->last_good.at("anthropic").text, "a:2");
    EXPECT_EQ(store->last_good.at("zai").text, "z:1");
}

TEST_F(TwoStores, ServeWhatIsIntactOfBothAndNameEachDamagedFile) {
    files.put(main_store_file, damaged_text({key("a:1", "m1"), key("a:2", "m2")}));
    files.put(work_file, damaged_text({key("c:1", "w1"), key("c:2", "w2")}));
    const auto store = load();
    EXPECT_THAT(shown(*store),
                ElementsAre("a:1 inherited m1", "c:1 own w1", "a:2 inherited damaged", "c:2 own damaged"));
    EXPECT_EQ(store->damaged.back().provider, "c");
    ASSERT_EQ(store->damaged_files.size(), 2u);
    EXPECT_EQ(store->damaged_files[0].path, work_file.string());
    EXPECT_EQ(store->damaged_files[1].path, main_store_file.string());
}

TEST_F(TwoStores, AreRepairedTogetherAndOnlyWhenThatIsMeant) {
    const auto broken = damaged_text({key("a:1", "m1"), key("a:2", "m2")});
    files.put(main_store_file, broken);
    files.put(work_file, broken);
    ProfileStore main(files, main_folders);
    EXPECT_EQ(main.repair(noon, true)->size(), 1u);
    const auto planned = work.repair(noon, true);
    ASSERT_TRUE(planned);
    ASSERT_EQ(planned->size(), 2u);
    for (const auto& repair : *planned) {
        EXPECT_EQ(repair.salvage.served(), 1u);
        EXPECT_FALSE(repair.aside);
        EXPECT_EQ(files.text_of(repair.file), broken);
    }
    const auto done = work.repair(noon, false);
    ASSERT_TRUE(done);
    ASSERT_EQ(done->size(), 2u);
    EXPECT_EQ((*done)[0].file, work_file);
    EXPECT_EQ((*done)[1].file, main_store_file);
    for (const auto& repair : *done) EXPECT_EQ(files.text_of(*repair.aside), broken);
    EXPECT_TRUE(work.repair(noon, false)->empty());
    EXPECT_THAT(seen(), ElementsAre("a:1 own m1"));
}

TEST_F(TwoStores, AreNotRepairedWhileOneOfThemCannotBeRead) {
    files.put(main_store_file, "{}", 0000);
    for (const bool dry_run : {true, false}) {
        const auto repairs = work.repair(noon, dry_run);
        ASSERT_FALSE(repairs);
        EXPECT_EQ(repairs.error().code, Code::denied);
    }
}

TEST_F(TwoStores, CannotBeReadWhenOneOfThemCannot) {
    files.put(work_file, store_text({key("w:1", "w")}));
    for (const auto& closed : {work_file, main_store_file}) {
        files.put(closed, store_text({}), 0000);
        for (const auto& code : {work.load().error().code, work.snapshot().error().code})
            EXPECT_EQ(code, Code::denied) << closed;
        files.put(closed, store_text({}));
        EXPECT_TRUE(work.load());
    }
}

TEST_F(TwoStores, HaveAnOwnPartThatHoldsNothingOfTheOther) {
    files.put(main_store_file, store_text({key("a:1", "m1")}));
    EXPECT_EQ(*work.own(), Store{});
    files.put(work_file, store_text({key("c:1", "w1")}));
    EXPECT_THAT(shown(*work.own()), ElementsAre("c:1 own w1"));
    files.put(work_file, "{", 0600);
    EXPECT_EQ(work.own().error().code, Code::corrupt);
}

TEST_F(TwoStores, EachKeepWhatTheyHold) {
    files.put(main_store_file, store_text({key("a:1", "m1"), key("both", "m")}));
    files.put(work_file, store_text({key("c:1", "w1"), key("both", "w")}));
    ProfileStore main(files, main_folders);
    for (const auto& [id, file] :
         {std::pair("a:1", main_store_file), std::pair("c:1", work_file), std::pair("both", work_file),
          std::pair("new", work_file), std::pair("qwen-portal:qwen-cli", main_store_file),
          std::pair("openai-codex:codex-cli", work_file)}) {
        EXPECT_EQ(work.file_of({id}), file) << id;
        EXPECT_EQ(main.file_of({id}), main_store_file) << id;
    }
    files.put(main_store_file, "{");
    EXPECT_EQ(work.file_of({"c:1"}), work_file) << "its own, whatever is the matter with the main agent's";
    EXPECT_EQ(work.file_of({"a:1"}).error().code, Code::corrupt);
    files.put(work_file, "{");
    EXPECT_EQ(work.file_of({"c:1"}).error().code, Code::corrupt);
}

TEST_F(TwoStores, AreNotWrittenWhereNobodyCanTellWhoseTheProfileIs) {
    files.put(work_file, store_text({key("c:1", "w1")}));
    files.put(main_store_file, "{");
    const auto one_more = [](UsageStats usage) {
        ++usage.error_count;
        return usage;
    };
    EXPECT_EQ(work.enter(profile_of("a:1", "k")).error().code, Code::corrupt);
    EXPECT_EQ(work.remove({"a:1"}).error().code, Code::corrupt);
    EXPECT_EQ(work.set_allowed_agents({"a:1"}, {{"work"}}).error().code, Code::corrupt);
    EXPECT_EQ(work.update_usage({"a:1"}, one_more).error().code, Code::corrupt);
    EXPECT_EQ(work.report(test::worked({"a:1"}, noon)).error().code, Code::corrupt);
    EXPECT_EQ(files.text_of(work_file), store_text({key("c:1", "w1")}));
    EXPECT_TRUE(work.update_usage({"c:1"}, one_more));
    EXPECT_TRUE(work.report(test::worked({"c:1"}, noon)));
}

TEST_F(TwoStores, AreLookedAtAgainWhenEitherHasChanged) {
    files.put(main_store_file, store_text({key("a:1", "m1")}));
    files.put(work_file, store_text({key("c:1", "w1")}));
    const auto first = load();
    EXPECT_EQ(load(), first);
    files.put(main_store_file, store_text({key("a:1", "m2")}));
    EXPECT_THAT(seen(), ElementsAre("a:1 inherited m2", "c:1 own w1"));
    files.put(work_file, store_text({key("c:1", "w2")}));
    EXPECT_THAT(seen(), ElementsAre("a:1 inherited m2", "c:1 own w2"));
    const auto last = load();
    EXPECT_EQ(load(), last);
    ASSERT_TRUE(files.remove(work_file));
    EXPECT_THAT(seen(), ElementsAre("a:1 inherited m2"));
}

TEST_F(TwoStores, AreNewToWhoeverChoosesOnlyWhenMoreThanTheirUseDiffers) {
    files.put(main_store_file, store_text({key("a:1", "m1")}));
    files.put(work_file, store_text({key("c:1", "w1")}));
    auto before = credentials();
    const auto changed = [&] { return std::exchange(before, credentials()) != before; };
    EXPECT_FALSE(changed());
    ASSERT_TRUE(work.report(test::worked({"a:1"}, noon)));
    EXPECT_FALSE(changed()) << "our own report";
    files.put(work_file, store_text({key("c:1", "w1")}, R"(,"usageStats":{"c:1":{"errorCount":1}})"));
    EXPECT_FALSE(changed()) << "somebody else's";
    EXPECT_EQ(load()->usage_of({"c:1"})->error_count, 1);
    files.put(work_file, store_text({key("c:1", "w2")}));
    EXPECT_TRUE(changed()) << "another key";
    files.put(work_file, store_text({key("c:1", "w2")}, R"(,"order":{"anthropic":["c:1"]})"));
    EXPECT_TRUE(changed()) << "an order";
    files.put(work_file,
              store_text({key("c:1", "w2"), nonsense("c:2")}, R"(,"order":{"anthropic":["c:1"]})"));
    EXPECT_TRUE(changed()) << "a damaged record";
    files.put(work_file, damaged_text({key("c:1", "w2"), key("c:2", "w2")}));
    EXPECT_TRUE(changed()) << "a damaged file";
    EXPECT_FALSE(changed());
}

TEST(Places, AreTheFilesInWhichAChangeCanShow) {
    MemoryFileSystem files;
    EXPECT_THAT(ProfileStore(files, main_folders).places(),
                ElementsAre(main_store_file, main_agent_folder / "auth.json", old_logins));
    EXPECT_THAT(ProfileStore(files, work_folders).places(),
                ElementsAre(work_file, work_folder / "auth.json", main_store_file,
                            main_agent_folder / "auth.json", old_logins));
    auto folders = main_folders;
    folders.legacy_oauth.clear();
    EXPECT_THAT(ProfileStore(files, folders).places(),
                ElementsAre(main_store_file, main_agent_folder / "auth.json"));
    folders.home = home_folder;
    EXPECT_THAT(ProfileStore(files, folders).places(),
                testing::AllOf(testing::SizeIs(2 + program_logins().size()),
                               testing::Contains(home_folder / ".qwen/oauth_creds.json")));
}

TEST(StoreFolders, AreThoseOfTheAgentAndOfTheMainOneWhereverItLives) {
    const auto of = [](const std::string& agents, std::string_view id) {
        const auto config = test::config_of(fmt::format("{{agents:{{list:[{}]}}}}", agents));
        const auto folders = store_folders(*config, id);
        EXPECT_EQ(folders.legacy_oauth, old_logins);
        EXPECT_EQ(folders.home, home_folder);
        return std::pair(folders.own, folders.main);
    };
    EXPECT_EQ(of("", ""), std::pair(main_agent_folder, main_agent_folder));
    EXPECT_EQ(of("{id:'work'}", "work"), std::pair(work_folder, main_agent_folder))
        << "no main agent is listed";
    const std::string moved = "{id:'main',agentDir:'/elsewhere'},{id:'work',default:true}";
    EXPECT_EQ(of(moved, "main"), std::pair(Path("/elsewhere"), Path("/elsewhere")));
    EXPECT_EQ(of(moved, "work"), std::pair(work_folder, Path("/elsewhere")));
    EXPECT_EQ(of(moved, ""), std::pair(work_folder, Path("/elsewhere"))) << "the default agent";
    EXPECT_EQ(of(moved, "nobody"), std::pair(work_folder, Path("/elsewhere")));
}

TEST(StoreFolders, TakeTheMainAgentsFromTheEnvironmentWhereItIsNotListed) {
    MemoryFileSystem files;
    files.put(state_folder / "openclaw.json", "{agents:{list:[{id:'work'}]}}");
    config::Paths paths;
    paths.home = home_folder;
    paths.state = state_folder;
    paths.config_file = state_folder / "openclaw.json";
    paths.main_agent_override = "/overridden";
    paths.credentials_override = "/old";
    const auto config = config::load_config({.files = files, .variables = {}, .paths = paths});
    EXPECT_EQ(store_folders(*config, "work").main, "/overridden");
    EXPECT_EQ(store_folders(*config, "work").legacy_oauth, "/old/oauth.json");
}

const std::string old_login = R"({"access":"x","refresh":"y","expires":1900000000000})";

TEST_F(TwoStores, ReadTheFilesOfOldOfEachAgentAndTheLoginsForTheMainOneOnly) {
    files.put(work_folder / "auth.json", R"({"zai":{"type":"api_key","key":"w"}})");
    files.put(main_agent_folder / "auth.json", R"({"anthropic":{"type":"api_key","key":"m"}})");
    files.put(old_logins, fmt::format(R"({{"anthropic":{},"openai-codex":{}}})", old_login, old_login));
    EXPECT_THAT(seen(), ElementsAre("anthropic:default inherited m", "openai-codex:default inherited x",
                                    "zai:default own w"));
    ASSERT_TRUE(work.enter(profile_of("c:1", "k")));
    const auto imports = work.own()->imports;
    ASSERT_EQ(imports.size(), 1u) << "nothing of the main agent's is taken over";
    EXPECT_EQ(imports.at({"zai:default"}).path, (work_folder / "auth.json").string());
    ProfileStore main(files, main_folders);
    ASSERT_TRUE(main.enter(profile_of("c:2", "k")));
    EXPECT_EQ(main.own()->imports.at({"anthropic:default"}).path, (main_agent_folder / "auth.json").string());
    EXPECT_EQ(main.own()->imports.at({"openai-codex:default"}).path, old_logins.string());
    EXPECT_THAT(seen(), ElementsAre("anthropic:default inherited m", "openai-codex:default inherited x",
                                    "c:2 inherited k", "zai:default own w", "c:1 own k"));
}

TEST_F(TwoStores, ReadAFileOfOldEachTimeItChangesWhileItCounts) {
    const auto old = [](const std::string& value) {
        return fmt::format(R"({{"zai":{{"type":"api_key","key":"{}"}}}})", value);
    };
    files.put(main_store_file, store_text({key("a:1", "m1")}));
    files.put(work_folder / "auth.json", old("w1"));
    EXPECT_THAT(seen(), ElementsAre("a:1 inherited m1", "zai:default own w1"));
    files.put(work_folder / "auth.json", old("w2"));
    EXPECT_THAT(seen(), ElementsAre("a:1 inherited m1", "zai:default own w2"));
    ASSERT_TRUE(files.remove(main_store_file));
    files.put(work_file, store_text({key("c:1", "w1")}));
    files.put(main_agent_folder / "auth.json", old("m1"));
    EXPECT_THAT(seen(), ElementsAre("zai:default inherited m1", "c:1 own w1"));
    files.put(main_agent_folder / "auth.json", old("m2"));
    EXPECT_THAT(seen(), ElementsAre("zai:default inherited m2", "c:1 own w1"));
}

TEST(FilesOfOld, AreNamedWhenTheyAreDamagedAndStopCountingWithTheFirstWrite) {
    for (const auto& file : {main_agent_folder / "auth.json", old_logins})
        for (const auto& [text, mode, code] :
             {std::tuple("{", 0600u, Code::corrupt), std::tuple("[]", 0600u, Code::corrupt),
              std::tuple("{}", 0000u, Code::denied)}) {
            MemoryFileSystem files;
            files.put(file, text, mode);
            ProfileStore store(files, main_folders);
            for (const auto& error : {store.load().error(), store.enter(profile_of("a:1", "k")).error()}) {
                EXPECT_EQ(error.code, code) << file << " " << text;
                EXPECT_THAT(error.message, HasSubstr(file.string()));
            }
            EXPECT_FALSE(files.text_of(main_store_file)) << "what can't be read can't be taken over";
            files.put(main_store_file, store_text({key("a:1", "k")}));
            EXPECT_THAT(shown(**store.load()), ElementsAre("a:1 own k"));
        }
}

TEST(FilesOfOld, AreTakenOverWithWhatNobodyKnowsOfThem) {
    MemoryFileSystem files;
    files.put(main_agent_folder / "auth.json",
              R"({"anthropic":{"type":"api_key","key":"L","theirs":{"x":1}},"zai":{"type":"api_key"}})");
    ProfileStore store(files, main_folders);
    ASSERT_TRUE(store.enter(profile_of("a:1", "k")));
    const auto written = parse_json(*files.text_of(main_store_file))->as_object();
    const auto& profiles = written.at("profiles").as_object();
    EXPECT_EQ(profiles.at("anthropic:default"),
              *parse_json(R"({"type":"api_key","provider":"anthropic","key":"L","theirs":{"x":1}})"));
    EXPECT_FALSE(profiles.contains("zai:default")) << "a record that makes no sense stays behind";
    ASSERT_TRUE(store.remove({"anthropic:default"}));
    EXPECT_THAT(shown(**store.load()), ElementsAre("a:1 own k")) << "and comes back no more";
}

}  // namespace
}  // namespace openclaw::auth
