// Credentials that stand in the databases of the newest reference.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/choice/remedy.h"
#include "auth/legacy/at_start.h"
#include "auth/legacy/import.h"
#include "auth/store/profile_store.h"
#include "config/files/load.h"
#include "support/fake_clock.h"
#include "support/newest_state.h"

namespace openclaw::auth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Texts = std::vector<std::string>;

// Long after the databases were written.
const TimePoint later = from_ms(1'800'000'000'000);

class NewestStores : public testing::Test {
protected:
    std::shared_ptr<const config::Config> config() {
        const platform::Variables variables{{"HOME", Secret(made.home().string())}};
        const auto paths = config::resolve_paths(*files, variables, "/");
        return config::load_config({.files = *files, .variables = variables, .paths = *paths});
    }
    std::shared_ptr<const Store> load(const std::string& agent) {
        return *ProfileStore(*files, store_folders(*config(), agent)).load();
    }
    Texts elsewhere(const std::string& agent) {
        Texts ids;
        for (const auto& each : load(agent)->elsewhere)
            ids.push_back(each.id.text + (each.changed ? " changed" : ""));
        return ids;
    }
    Texts start() {
        Texts notes;
        for (const auto& note : legacy::take_over_at_start(*files, *config(), "k", later))
            notes.push_back((note.is_problem ? "problem: " : "") + note.text);
        return notes;
    }
    Resolution resolution(const std::string& provider) {
        const auto store = load("main");
        const auto now = config();
        return resolve({.provider = provider, .agent_id = "main", .model = {}, .pinned = {}}, *store, *now,
                       later);
    }

    test::NewestState made;
    std::unique_ptr<FileSystem> files = platform::system_files();
};

TEST_F(NewestStores, AreNamedWhileNothingIsTakenOver) {
    EXPECT_EQ(elsewhere("main"),
              (Texts{"anthropic:default", "openai:manual", "openrouter:work", "anthropic:setup"}));
    EXPECT_EQ(elsewhere("work"), (Texts{"openrouter:team", "anthropic:default", "openai:manual",
                                        "openrouter:work", "anthropic:setup"}));
    EXPECT_TRUE(load("main")->profiles.empty());
    const auto found = resolution("anthropic");
    const auto error = no_credential(found, "store");
    EXPECT_THAT(error.message, AllOf(HasSubstr("state/openclaw.sqlite (of a newer OpenClaw): "),
                                     HasSubstr("anthropic:default, anthropic:setup not taken over")));
    EXPECT_EQ(error.hint, "run `openclaw migrate`");
    EXPECT_TRUE(resolution("google").elsewhere.empty());
    EXPECT_EQ(remedy_for(resolution("google")), "openclaw models auth paste-api-key --provider google");
}

TEST_F(NewestStores, AreTakenOverWhenTheGatewayStarts) {
    const auto notes = start();
    EXPECT_EQ(notes.size(), 5u);
    EXPECT_THAT(notes, testing::Each(HasSubstr("which stays as it is")));
    const auto main = load("main");
    EXPECT_EQ(main->profiles.size(), 4u);
    EXPECT_EQ(*main->order_of("anthropic"),
              (std::vector<ProfileId>{{"anthropic:setup"}, {"anthropic:default"}}));
    const auto work = load("work");
    EXPECT_EQ(wire_secret(work->find({"openrouter:team"})->credential), Secret("work-made-up-key"));
    EXPECT_TRUE(work->find({"anthropic:setup"})->inherited);
    EXPECT_EQ(elsewhere("work"), Texts());
    EXPECT_EQ(start(), Texts());
    EXPECT_EQ(resolution("anthropic").chosen()->profile.text, "anthropic:setup");
}

// It takes an auth-profiles.json in an agent's folder for something to bring over, and doesn't run before.
TEST_F(NewestStores, AreTakenOverToWhereTheirProgramDoesNotLook) {
    start();
    const auto agents = made.state() / "agents";
    for (const std::string agent : {"main", "work"}) {
        EXPECT_FALSE(platform::exists(*files, agents / agent / "agent/auth-profiles.json"));
        EXPECT_TRUE(platform::exists(*files, agents / agent / "agent/native/auth-profiles.json"));
    }
}

TEST_F(NewestStores, LeaveAStoreWhereItWasBegun) {
    const auto begun = made.state() / "agents/main/agent/auth-profiles.json";
    std::ofstream(begun)
        << R"({"version":1,"profiles":{"groq:old":{"type":"api_key","provider":"groq","key":"gsk-0"}}})";
    EXPECT_TRUE(load("main")->find({"groq:old"}));
    start();
    EXPECT_TRUE(load("main")->find({"groq:old"}) && load("main")->find({"openai:manual"}));
    EXPECT_EQ(store_folders(*config(), "main").own, begun.parent_path());
    EXPECT_EQ(store_folders(*config(), "work").own.filename(), "native");
}

TEST_F(NewestStores, AreTakenOverBesideWhatIsHereAlready) {
    const auto folders = store_folders(*config(), "main");
    Profile profile;
    profile.id.text = "anthropic:default";
    profile.provider = "anthropic";
    profile.credential = ApiKey{Secret("mine")};
    ASSERT_TRUE(ProfileStore(*files, folders).enter(profile));
    const auto notes = start();
    EXPECT_THAT(notes, testing::Contains(HasSubstr("another credential is stored under this name")));
    EXPECT_EQ(wire_secret(load("main")->find({"anthropic:default"})->credential), Secret("mine"));
    EXPECT_TRUE(load("main")->find({"openai:manual"}));
    EXPECT_EQ(elsewhere("main"), Texts());
}

TEST_F(NewestStores, ThatChangeLaterAreSaidAndNotTaken) {
    start();
    test::NewestState::run(
        made.shared(),
        "UPDATE config_machine_state SET updated_at_ms = 1900000000000, value_json = "
        "replace(replace(value_json, 'sk-made-up-openai', 'sk-newer-openai'), '\"profiles\":{', "
        "'\"profiles\":{\"groq:new\":{\"type\":\"api_key\",\"provider\":\"groq\",\"key\":\"gsk-1\"},') "
        "WHERE state_key = 'authProfiles.store'");
    EXPECT_EQ(elsewhere("main"), (Texts{"groq:new", "openai:manual changed"}));
    const auto notes = start();
    ASSERT_EQ(notes.size(), 2u);
    EXPECT_THAT(notes[0], AllOf(HasSubstr("not taken over: groq:new"), HasSubstr("`openclaw migrate`")));
    EXPECT_THAT(notes[1], AllOf(HasSubstr("has changed since it was taken over: openai:manual"),
                                HasSubstr("`openclaw migrate --rename-conflicts`")));
    EXPECT_THAT(std::string(wire_secret(load("main")->find({"openai:manual"})->credential) ==
                                    Secret("sk-made-up-openai-0000000000000000000000000000000000000000")
                                ? "kept"
                                : "changed"),
                "kept");
}

TEST_F(NewestStores, DontBringBackWhatWasRemovedHere) {
    start();
    const auto folders = store_folders(*config(), "main");
    ASSERT_TRUE(*ProfileStore(*files, folders).remove({"openai:manual"}));
    EXPECT_EQ(elsewhere("main"), Texts());
    EXPECT_EQ(start(), Texts());
}

TEST_F(NewestStores, GiveTheValueOfANamedSecret) {
    test::NewestState::run(
        made.shared(),
        "INSERT INTO secret_store_entries VALUES('team','','LAB','named-value','secret',1,1,NULL,"
        "NULL,NULL);");
    test::NewestState::run(made.database_of("work"),
                           R"(UPDATE auth_profile_store SET store_json = '{"version":1,"profiles":{
            "lab:a":{"type":"api_key","provider":"lab","keyRef":{"source":"store","provider":"default","id":"LAB"}},
            "lab:env":{"type":"api_key","provider":"lab","keyRef":{"source":"env","provider":"default","id":"LAB_KEY"}},
            "lab:gone":{"type":"api_key","provider":"lab","keyRef":{"source":"store","provider":"default","id":"X"}}}}')");
    const auto notes = start();
    const auto work = load("work");
    EXPECT_EQ(wire_secret(work->find({"lab:a"})->credential), Secret("named-value"));
    EXPECT_TRUE(work->find({"lab:env"})->reference_of("key"));
    EXPECT_FALSE(work->find({"lab:gone"}));
    EXPECT_THAT(notes, testing::Contains(HasSubstr("lab:gone")));
}

TEST_F(NewestStores, ThatAreDamagedCostNobodyAStart) {
    test::NewestState::run(made.shared(), "UPDATE config_machine_state SET value_json = '{broken'");
    EXPECT_EQ(elsewhere("work"), (Texts{"openrouter:team"}));
    EXPECT_THAT(start(), testing::Contains(HasSubstr("problem: ")));
    EXPECT_TRUE(load("work")->find({"openrouter:team"}));
}

}  // namespace
}  // namespace openclaw::auth
