// What is judged before a credential is stored, and how stored ones are removed, ordered and allowed.
#include "auth/enrol/agent_folders.h"
#include "auth/enrol/allowance.h"
#include "auth/enrol/config_entries.h"
#include "auth/enrol/credential_order.h"
#include "auth/enrol/login_methods.h"
#include "auth/enrol/provider_name.h"
#include "auth/enrol/remove_credential.h"
#include "base/text.h"
#include "enrol_world.h"
#include "support/temporary_folder.h"

namespace openclaw::auth {
namespace {

using test::main_store_file;
using test::noon;

const std::string agents = R"("agents":{"list":[{"id":"main"},{"id":"work"}]})";
const std::string two_keys =
    R"({"version":1,"profiles":{"anthropic:a":{"type":"api_key","provider":"anthropic","key":"ka"},
        "anthropic:b":{"type":"api_key","provider":"Anthropic","key":"kb"},
        "openai:c":{"type":"api_key","provider":"openai","key":"kc"},
        "anthropic:bad":{"type":"api_key","provider":"anthropic"}},
        "order":{"anthropic":["anthropic:b","anthropic:a"]}})";

std::string texts_of(const std::vector<ProfileId>& ids) {
    std::vector<std::string> texts;
    for (const auto& id : ids) texts.push_back(id.text);
    return joined(texts, " ");
}

TEST(ProviderName, IsNormalisedKnownOrTheirOwn) {
    const std::vector<std::string> known{"anthropic", "google", "zai"};
    EXPECT_EQ(*checked_provider(" Z.AI ", known, false), "zai");
    EXPECT_EQ(*checked_provider("corp", known, true), "corp");
    EXPECT_TRUE(checked_provider("corp", known, false).error().hint.contains("--custom"));
    EXPECT_TRUE(checked_provider("antropic", known, false).error().hint.contains("did you mean anthropic?"));
    EXPECT_TRUE(checked_provider("claude", known, false).error().hint.contains("did you mean anthropic?"));
    for (const auto* typed : {"", "a b", "a/b", "ä"})
        EXPECT_EQ(checked_provider(typed, known, true).error().code, Code::invalid_input) << typed;
}

TEST(ProviderName, OfAProductCountsOnlyWhereItsProviderIsKnown) {
    EXPECT_EQ(meant_provider("Gemini", std::vector<std::string>{"google"}), "google");
    EXPECT_EQ(meant_provider("gemini", std::vector<std::string>{"zai"}), std::nullopt);
}

TEST(NewCredentialPlan, NamesWhatNobodyNamed) {
    const Store empty;
    EXPECT_EQ(plan_credential({.provider = "zai"}, empty, noon)->id.text, "zai:default");
    EXPECT_EQ(plan_credential({.provider = "zai", .kind = EnteredKind::token}, empty, noon)->id.text,
              "zai:manual");
    EXPECT_EQ(plan_credential({.provider = "zai", .id = " zai:work "}, empty, noon)->id.text, "zai:work");
}

TEST(NewCredentialPlan, RefusesWhatMakesNoSense) {
    const auto store = test::store_of(two_keys);
    struct Row {
        NewCredentialRequest request;
        std::string message;
    };
    const Row rows[] = {
        {{.provider = "anthropic", .id = " "}, "this can't be a profile id"},
        {{.provider = "anthropic", .id = "a\nb"}, "this can't be a profile id"},
        {{.provider = "anthropic", .id = std::string(201, 'x')}, "this can't be a profile id"},
        {{.provider = "anthropic", .id = "sk-ant-api03-0123456789abcdefghij0123456789"},
         "looks like a secret"},
        {{.provider = "anthropic", .id = "openai:c"},
         "Auth profile \"openai:c\" is for openai, not anthropic."},
        {{.provider = "anthropic", .id = {}, .lifetime = "soon"}, "duration"},
        {{.provider = "anthropic", .id = {}, .lifetime = "0s"}, "invalid duration: 0s"},
    };
    for (const auto& row : rows) {
        const auto planned = plan_credential(row.request, store, noon);
        ASSERT_FALSE(planned) << row.message;
        EXPECT_EQ(planned.error().code, Code::invalid_input);
        EXPECT_TRUE(planned.error().message.contains(row.message)) << planned.error().message;
    }
}

TEST(NewCredentialPlan, TakesTheIdOfTheSameProviderInAnotherSpellingAndAnotherKind) {
    const auto store = test::store_of(two_keys);
    const auto planned = plan_credential(
        {.provider = "anthropic", .kind = EnteredKind::token, .id = "anthropic:b", .lifetime = "1h"}, store,
        noon);
    ASSERT_TRUE(planned);
    EXPECT_EQ(planned->expires, noon + std::chrono::hours(1));
    const auto profile = profile_of(*planned, Secret("t"), noon);
    EXPECT_EQ(profile.credential, Credential(Token{Secret("t"), planned->expires}));
    EXPECT_EQ(profile.added, noon);
}

TEST(NewCredentialPlan, PointsToWhereTheSecretStands) {
    const NewCredential planned{
        .provider = "openai", .kind = EnteredKind::api_key, .id = {"o"}, .expires = {}};
    const SecretRef reference{.source = SecretRef::Source::env, .provider = "default", .id = "KEY"};
    const auto profile = profile_of(planned, reference, noon);
    ASSERT_NE(profile.reference_of("key"), nullptr);
    EXPECT_EQ(*profile.reference_of("key"), reference);
    EXPECT_TRUE(wire_secret(profile.credential).blank());
}

TEST(NewCredentialPlan, KnowsTwinsAndTakesBlankOnesForNone) {
    const auto store = test::store_of(two_keys);
    EXPECT_EQ(texts_of(twins_of(key_of("x", "anthropic", "kb"), store)), "anthropic:b");
    EXPECT_EQ(texts_of(twins_of(key_of("anthropic:b", "anthropic", "kb"), store)), "");
    EXPECT_EQ(texts_of(twins_of(key_of("x", "anthropic", ""), store)), "");
}

TEST(LoginMethod, IsFoundByIdOrLabelInAnyCase) {
    EXPECT_EQ((*find_login_method("anthropic", " Setup-Token "))->entered(), EnteredKind::token);
    EXPECT_EQ((*find_login_method("openai", "api KEY"))->entered(), EnteredKind::api_key);
    EXPECT_TRUE(find_login_method("openai", "browser").error().hint.contains("api-key, token"));
    EXPECT_TRUE(find_login_method("codex-cli", "api-key").error().hint.contains("codex login"));
}

TEST(LoginMethod, JudgesASetupTokenByItsShape) {
    EXPECT_TRUE(check_setup_token(Secret("sk-ant-oat01-" + std::string(80, 'a')), false));
    EXPECT_TRUE(check_setup_token(Secret("another-token-0123456789"), false)
                    .error()
                    .message.contains("expected a token that starts with"));
    EXPECT_FALSE(check_setup_token(Secret("sk-ant-oat01-short"), false));
}

TEST(CredentialOrder, TakesStoredProfilesOfTheProviderOnce) {
    EnrolWorld world("{}", two_keys);
    const auto credentials = world.open();
    const auto order = [&](std::vector<std::string> typed) {
        return checked_order(*credentials, "anthropic", typed);
    };
    EXPECT_EQ(texts_of(*order({" anthropic:b", "anthropic:b", "", "anthropic:a"})),
              "anthropic:b anthropic:a");
    EXPECT_EQ(order({"anthropic:x"}).error().code, Code::not_found);
    EXPECT_TRUE(order({"anthropic:c"}).error().hint.contains("did you mean anthropic:"));
    EXPECT_EQ(order({"openai:c"}).error().message, "Auth profile \"openai:c\" is for openai, not anthropic.");
    EXPECT_EQ(order({" "}).error().code, Code::invalid_input);
}

TEST(CredentialOrder, KnowsWhatIsGone) {
    const auto store = test::store_of(two_keys);
    EXPECT_EQ(texts_of(gone_from({{"anthropic:a"}, {"anthropic:bad"}, {"anthropic:x"}}, store)),
              "anthropic:x");
}

TEST(CredentialOrder, PutsOneInFrontOfThoseThatTakePart) {
    const auto present = [](const std::string& store, const std::string& config) {
        return resolve({.provider = "anthropic", .agent_id = "main", .model = {}, .pinned = {}},
                       test::store_of(store), *test::config_of(config), noon);
    };
    // A damaged one keeps its place for the day when it is mended.
    EXPECT_EQ(texts_of(order_with_first(present(two_keys, ""), {"anthropic:a"})),
              "anthropic:a anthropic:b anthropic:bad");
    const auto excluding = present(R"({"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"k"},
                    "a:2":{"type":"api_key","provider":"anthropic","key":"l"}}})",
                                   R"({"auth":{"profiles":{"a:2":{"provider":"anthropic","mode":"api_key"},
                    "a:3":{"provider":"anthropic","mode":"api_key"}}}})");
    EXPECT_EQ(texts_of(order_with_first(excluding, {"a:2"})), "a:2");
}

TEST(Allowance, NamesConfiguredAgentsOnce) {
    const auto config = test::config_of("{" + agents + "}");
    const auto named = [&](std::vector<std::string> lists) { return agents_named(*config, lists); };
    EXPECT_EQ(*named({"work, main", " Work"}), (std::vector<std::string>{"work", "main"}));
    EXPECT_TRUE(named({"wrok"}).error().hint.contains("did you mean work?"));
    EXPECT_EQ(named({" , "}).error().code, Code::invalid_input);
}

TEST(Allowance, IsSaidWhereTheProfileLivesAndKnowsWhoIsLeftOut) {
    EnrolWorld world("{" + agents + "}", two_keys);
    const auto credentials = world.open("work");
    const auto allowed = allow_agents(*credentials, {"anthropic:a"}, {{"work"}});
    ASSERT_TRUE(allowed);
    EXPECT_EQ(allowed->file, main_store_file);
    EXPECT_EQ(allowed->owner_left_out, "main");
    credentials->profiles = *credentials->store.load();
    EXPECT_EQ(allowance_of(*credentials, {"anthropic:a"})->agents, AllowedAgents({"work"}));
    EXPECT_FALSE(allow_agents(*credentials, {"anthropic:a"}, std::nullopt)->owner_left_out);
    EXPECT_EQ(allow_agents(*credentials, {"anthropic:x"}, std::nullopt).error().code, Code::not_found);
}

TEST(Allowance, OfOneThatIsRemovedMeanwhileIsNotFound) {
    EnrolWorld world("{" + agents + "}", two_keys);
    const auto credentials = world.open();
    ASSERT_TRUE(*world.open()->store.remove({"anthropic:a"}));
    EXPECT_EQ(allow_agents(*credentials, {"anthropic:a"}, {{"main"}}).error().code, Code::not_found);
}

const std::string naming =
    R"({"auth":{"profiles":{"anthropic:a":{"provider":"anthropic","mode":"api_key"}},"order":{"anthropic":["anthropic:a"]}},)" +
    agents + "}";

TEST(RemoveCredential, LeavesNothingThatNamesIt) {
    EnrolWorld world(naming, two_keys);
    const auto credentials = world.open();
    auto writer = world.writer();
    const auto removed = remove_credential(*credentials, writer, {"anthropic:a"});
    ASSERT_TRUE(removed) << removed.error().message;
    EXPECT_EQ(removed->file, main_store_file);
    EXPECT_TRUE(removed->was_stored);
    EXPECT_TRUE(removed->config);
    EXPECT_EQ(removed->still_read_from, nullptr);
    EXPECT_FALSE(world.text_of(main_store_file).contains("anthropic:a"));
    EXPECT_FALSE(world.text_of(config_file).contains("anthropic:a"));
}

TEST(RemoveCredential, KeepsTheConfigsNameForAnotherAgentsOfThatName) {
    EnrolWorld world(naming, two_keys);
    world.disk.put(work_store_file, two_keys);
    const auto credentials = world.open("work");
    auto writer = world.writer();
    const auto removed = remove_credential(*credentials, writer, {"anthropic:a"});
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->file, work_store_file);
    EXPECT_FALSE(removed->config);
    EXPECT_EQ(world.text_of(config_file), naming);
}

TEST(RemoveCredential, RefusesWhatIsInheritedDamagedOrNot) {
    EnrolWorld world(naming, two_keys);
    const auto before = world.text_of(main_store_file);
    const auto credentials = world.open("work");
    auto writer = world.writer();
    for (const std::string id : {"anthropic:a", "anthropic:bad"}) {
        const auto removed = remove_credential(*credentials, writer, {id});
        ASSERT_FALSE(removed) << id;
        EXPECT_TRUE(removed.error().message.starts_with("work inherits it from main"))
            << removed.error().message;
    }
    EXPECT_EQ(world.text_of(main_store_file), before);
}

TEST(RemoveCredential, DropsADamagedRecordAndKnowsNoOthers) {
    EnrolWorld world("{}", two_keys);
    const auto credentials = world.open();
    auto writer = world.writer();
    EXPECT_TRUE(remove_credential(*credentials, writer, {"anthropic:bad"}));
    EXPECT_FALSE(world.text_of(main_store_file).contains("anthropic:bad"));
    EXPECT_EQ(remove_credential(*credentials, writer, {"anthropic:x"}).error().code, Code::not_found);
}

// The secret goes first; what could not be written then is ended by the same call.
TEST(RemoveCredential, IsEndedLaterWhereTheConfigCouldNotBeWritten) {
    EnrolWorld world(naming, two_keys);
    {
        const auto credentials = world.open();
        auto writer = world.writer();
        world.disk.put(config_file, "{");
        const auto removed = remove_credential(*credentials, writer, {"anthropic:a"});
        ASSERT_FALSE(removed);
        EXPECT_TRUE(
            removed.error().message.starts_with("anthropic:a is removed, but the config still names it"));
        EXPECT_FALSE(world.text_of(main_store_file).contains("\"ka\""));
    }
    world.disk.put(config_file, naming);
    const auto credentials = world.open();
    auto writer = world.writer();
    const auto again = remove_credential(*credentials, writer, {"anthropic:a"});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_FALSE(again->was_stored);
    EXPECT_FALSE(world.text_of(config_file).contains("anthropic:a"));
    EXPECT_FALSE(remove_credential(*world.open(), writer, {"anthropic:a"}));
}

TEST(RemoveCredential, ChangesNothingWhenTheStoreCantBeWritten) {
    EnrolWorld world(naming, two_keys);
    const auto credentials = world.open();
    auto writer = world.writer();
    world.disk.put(main_store_file, "{\"version\":1,");
    EXPECT_EQ(remove_credential(*credentials, writer, {"anthropic:a"}).error().code, Code::corrupt);
    EXPECT_EQ(world.text_of(config_file), naming);
}

TEST(RemoveCredential, CountsAnAgentsOwnProfilesAndTheirProviders) {
    EnrolWorld world("{" + agents + "}", two_keys);
    const auto main = world.open("main");
    EXPECT_EQ(texts_of(own_profiles_of(*main->profiles, "ANTHROPIC")), "anthropic:a anthropic:b");
    EXPECT_TRUE(own_profiles_of(*world.open("work")->profiles, "anthropic").empty());
    const std::vector<ProfileId> ids{
        {"openai:c"}, {"anthropic:b"}, {"anthropic:a"}, {"anthropic:bad"}, {"x"}};
    EXPECT_EQ(providers_of(*main->profiles, ids), (std::vector<std::string>{"openai", "anthropic"}));
}

TEST(AgentFolders, GoToATrashWhereNothingIsOverwritten) {
    const test::TemporaryFolder folder;
    const auto files = platform::system_files();
    config::Paths paths;
    paths.home = folder / "home";
    paths.state = folder / "state";
    config::AgentEntry agent;
    agent.id = "work";
    agent.workspace = paths.home / "work";
    agent.agent_folder = paths.agent_folder("work");
    agent.sessions_folder = paths.sessions_folder("work");
    EXPECT_EQ(*move_to_trash(*files, agent, paths, noon), std::nullopt);
    for (const std::string ending : {"", "-2"}) {
        ASSERT_TRUE(make_agent_folders(*files, agent, paths));
        EXPECT_EQ(files->info(agent.agent_folder)->mode & 0777, 0700u);
        const auto moved = move_to_trash(*files, agent, paths, noon);
        ASSERT_TRUE(moved && *moved);
        EXPECT_EQ(**moved, paths.state / ("trash/agents/work-1769774400" + ending));
        EXPECT_TRUE(platform::exists(*files, **moved / "agent"));
        EXPECT_FALSE(platform::exists(*files, agent.agent_folder));
        EXPECT_TRUE(platform::exists(*files, agent.workspace));
    }
}

}  // namespace
}  // namespace openclaw::auth
