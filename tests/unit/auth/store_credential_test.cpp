// What it means to store a credential: the store, the config that follows, and a disk that fails in between.
#include "auth/enrol/store_credential.h"

#include "auth/enrol/config_entries.h"
#include "auth/estate/estate.h"
#include "base/text.h"
#include "enrol_world.h"

namespace openclaw::auth {
namespace {

using test::main_store_file;
using test::noon;

const std::string one_key =
    R"({"version":1,"profiles":{"anthropic:old":{"type":"api_key","provider":"anthropic","key":"sk-old"}}})";
const std::string ordered = R"({"auth":{"order":{"Anthropic":["anthropic:old"]}}})";
const std::string restricted =
    R"({"auth":{"profiles":{"anthropic:old":{"provider":"anthropic","mode":"api_key"}}}})";

json::object document_of(const std::string& text) {
    return text.empty() ? json::object() : parse_json(text)->as_object();
}

TEST(ConfigEntries, FollowWhatWasStoredWhereTheyChoose) {
    struct Row {
        std::string before;
        bool alone;
        std::string after;
    };
    const Row rows[] = {
        // Nothing chooses: an entry would be the first to exclude others.
        {"", false, ""},
        {R"({"auth":{"order":{"openai":["o"]},"profiles":{"o":{"provider":"openai","mode":"token"}}}})",
         false,
         R"({"auth":{"order":{"openai":["o"]},"profiles":{"o":{"provider":"openai","mode":"token"}}}})"},
        // Nobody is there to be excluded.
        {"", true, R"({"auth":{"profiles":{"a:new":{"provider":"anthropic","mode":"api_key"}}}})"},
        {restricted, false,
         R"({"auth":{"profiles":{"anthropic:old":{"provider":"anthropic","mode":"api_key"},
             "a:new":{"provider":"anthropic","mode":"api_key"}}}})"},
        // Another kind under the same id; what a person wrote beside it stays.
        {R"({"auth":{"profiles":{"a:new":{"provider":"anthropic","mode":"token","email":"me@x"}}}})", false,
         R"({"auth":{"profiles":{"a:new":{"provider":"anthropic","mode":"api_key","email":"me@x"}}}})"},
        {ordered, false, R"({"auth":{"order":{"Anthropic":["anthropic:old","a:new"]}}})"},
        {R"({"auth":{"order":{"anthropic":["a:new","anthropic:old"]}}})", false,
         R"({"auth":{"order":{"anthropic":["a:new","anthropic:old"]}}})"},
        // Of two spellings the first counts.
        {R"({"auth":{"order":{"Anthropic":["x"],"anthropic":["y"]}}})", false,
         R"({"auth":{"order":{"Anthropic":["x","a:new"],"anthropic":["y"]}}})"},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.before);
        auto document = document_of(row.before);
        const bool left_out = leaves_out(document, key_of("a:new"));
        ASSERT_TRUE(follow_stored(document, key_of("a:new"), row.alone));
        EXPECT_EQ(document, document_of(row.after));
        EXPECT_EQ(left_out, !row.alone && row.before != row.after);
    }
}

TEST(ConfigEntries, RefuseASectionThatIsNone) {
    auto document = document_of(R"({"auth":{"profiles":[]}})");
    const auto followed = follow_stored(document, key_of("a:new"), true);
    ASSERT_FALSE(followed);
    EXPECT_EQ(followed.error().code, Code::invalid_input);
    EXPECT_EQ(followed.error().message, "auth.profiles in the config is not an object");
}

TEST(ConfigEntries, ForgetAProfileAndTheOrderThatItLeavesEmpty) {
    auto document = document_of(
        R"({"auth":{"profiles":{"a":{"provider":"p"},"b":{"provider":"p"}},"order":{"p":["a"],"q":["b","a"]}}})");
    EXPECT_TRUE(names_profile(document, {"a"}));
    forget_profile(document, {"a"});
    EXPECT_EQ(document, document_of(R"({"auth":{"profiles":{"b":{"provider":"p"}},"order":{"q":["b"]}}})"));
    EXPECT_FALSE(names_profile(document, {"a"}));
    EXPECT_TRUE(names_profile(document, {"b"}));
    auto nothing = document_of(R"({"auth":{"profiles":5,"order":{"p":"a"}}})");
    const auto before = nothing;
    forget_profile(nothing, {"a"});
    EXPECT_EQ(nothing, before);
}

TEST(StoreCredential, SaysWhatWasStoredAndWhatChanged) {
    EnrolWorld world;
    const auto credentials = world.open();
    auto writer = world.writer();
    const auto stored = store_credential(*credentials, writer, key_of("anthropic:default"));
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_EQ(stored->id.text, "anthropic:default");
    EXPECT_EQ(stored->file, main_store_file);
    ASSERT_TRUE(stored->config);
    EXPECT_EQ(stored->config->changed, std::vector{config_file});
    EXPECT_FALSE(stored->config_problem);
    EXPECT_EQ(world.at(config_file, {"auth", "profiles", "anthropic:default", "mode"}), "api_key");
    EXPECT_EQ(world.at(main_store_file, {"profiles", "anthropic:default", "key"}), "sk-new-0123456789");
}

TEST(StoreCredential, ExcludesNobodyByAnEntryForTheSecond) {
    EnrolWorld world(R"({"agents":{"list":[{"id":"main"},{"id":"work"}]}})", one_key);
    for (const std::string agent : {"main", "work"}) {
        const auto credentials = world.open(agent);
        auto writer = world.writer();
        ASSERT_TRUE(store_credential(*credentials, writer, key_of("anthropic:" + agent)));
        EXPECT_EQ(world.at(config_file, {"auth"}), json::value(nullptr)) << agent;
    }
}

TEST(StoreCredential, TakesTheDamagedStoreOfAnotherAgentForOneThatHoldsSomething) {
    EnrolWorld world(R"({"agents":{"list":[{"id":"main"},{"id":"work"}]}})");
    world.disk.put(work_store_file, "{\"version\":1,");
    const auto credentials = world.open("main");
    auto writer = world.writer();
    ASSERT_TRUE(store_credential(*credentials, writer, key_of("anthropic:default")));
    EXPECT_EQ(world.at(config_file, {"auth"}), json::value(nullptr));
}

TEST(StoreCredential, JoinsTheAgentsOrderAtItsEndUnlessThatOrderIsIgnored) {
    struct Row {
        std::string main_order, expected;
    };
    const Row rows[] = {
        {R"(["anthropic:old"])", R"(["anthropic:old","anthropic:new"])"},
        {R"(["anthropic:new","anthropic:old"])", "null"},  // named already: nothing of its own
        {R"(["anthropic:gone"])", "null"},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.main_order);
        EnrolWorld world(
            R"({"agents":{"list":[{"id":"main"},{"id":"work"}]}})",
            one_key.substr(0, one_key.size() - 1) + R"(,"order":{"anthropic":)" + row.main_order + "}}");
        const auto before = world.text_of(main_store_file);
        const auto credentials = world.open("work");
        auto writer = world.writer();
        ASSERT_TRUE(store_credential(*credentials, writer, key_of("anthropic:new")));
        EXPECT_EQ(world.at(work_store_file, {"order", "anthropic"}), *parse_json(row.expected));
        EXPECT_EQ(world.text_of(main_store_file), before);
    }
}

TEST(StoreCredential, StartsCleanUnlessTheSameIsEnteredAgain) {
    const std::string store =
        R"({"version":1,"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"k"},
            "a:2":{"type":"token","provider":"anthropic","token":"t"},
            "a:3":{"type":"oauth","provider":"anthropic","access":"a","refresh":"r","expires":@now+1h},
            "a:4":{"type":"nonsense","provider":"anthropic"}},
            "usageStats":{"a:1":{"lastUsed":@now-1h,"errorCount":3,"cooldownUntil":@now+1h},
                          "a:2":{"lastUsed":@now-1h,"errorCount":3,"cooldownUntil":@now+1h},
                          "a:3":{"lastUsed":@now-1h,"errorCount":3,"cooldownUntil":@now+1h},
                          "a:4":{"lastUsed":@now-1h,"errorCount":3,"cooldownUntil":@now+1h}}})";
    const auto token = [](std::optional<TimePoint> end) {
        return profile_of(
            NewCredential{.provider = "anthropic", .kind = EnteredKind::token, .id = {"a:2"}, .expires = end},
            Secret("t"), noon);
    };
    const auto login = [](const char* access) {
        return Profile{.id = {"a:3"},
                       .provider = "anthropic",
                       .credential = OAuth{.access = Secret(access),
                                           .refresh = Secret("r"),
                                           .expires = noon + std::chrono::hours(1),
                                           .account_id = {},
                                           .project_id = {}},
                       .email = {},
                       .added = {},
                       .note = {}};
    };
    struct Row {
        Profile profile;
        std::int64_t errors;
        bool keeps_last_used;
    };
    const Row rows[] = {{key_of("a:1", "anthropic", "k"), 3, true},
                        {key_of("a:1", "anthropic", "another"), 0, false},
                        {token({}), 3, true},
                        {login("a"), 3, true},
                        {login("renewed"), 0, true},                 // a login's tokens change by themselves
                        {key_of("a:4", "anthropic", "k"), 0, true},  // whatever it was is lost
                        {token(noon + Milliseconds(1)), 0, true},    // the same secret with another end
                        {key_of("a:2", "anthropic", "t"), 0, false}};  // the same id with another kind
    for (const auto& row : rows) {
        EnrolWorld world("", store);
        const auto credentials = world.open();
        auto writer = world.writer();
        ASSERT_TRUE(store_credential(*credentials, writer, row.profile));
        const auto loaded = *credentials->store.load();
        const auto* usage = loaded->usage_of(row.profile.id);
        EXPECT_EQ(usage ? usage->error_count : 0, row.errors);
        EXPECT_EQ(usage && usage->last_used, row.keeps_last_used);
        EXPECT_EQ(usage && usage->cooldown_until, row.errors > 0);
    }
}

// The config decides who is used, so that a credential it can't follow would be stored for nobody.
TEST(StoreCredential, StoresNothingWhenTheConfigWouldLeaveItOut) {
    for (const auto& config : {ordered, restricted}) {
        SCOPED_TRACE(config);
        EnrolWorld world(config, one_key);
        const auto credentials = world.open();
        auto writer = world.writer();
        const auto before = parse_json(world.text_of(main_store_file));
        world.disk.put(config_file, config + " and more");  // somebody is editing it
        const auto stored = store_credential(*credentials, writer, key_of("anthropic:new"));
        ASSERT_FALSE(stored);
        EXPECT_TRUE(stored.error().message.starts_with("anthropic:new was not stored"))
            << stored.error().message;
        EXPECT_EQ(parse_json(world.text_of(main_store_file)), before);
        EXPECT_EQ(world.text_of(config_file), config + " and more");
    }
}

TEST(StoreCredential, StoresItAllTheSameWhenTheEntryWouldHaveChangedNothing) {
    EnrolWorld world("{}");
    const auto credentials = world.open();
    auto writer = world.writer();
    world.disk.put(config_file, "{");
    const auto stored = store_credential(*credentials, writer, key_of("anthropic:new"));
    ASSERT_TRUE(stored);
    EXPECT_FALSE(stored->config);
    ASSERT_TRUE(stored->config_problem);
    EXPECT_EQ(stored->config_problem->code, Code::corrupt);
    EXPECT_TRUE(stored->config_problem->message.starts_with(
        "anthropic:new is stored, but the config was not changed"));
    EXPECT_NE((*credentials->store.load())->find({"anthropic:new"}), nullptr);
}

TEST(StoreCredential, GivesBackTheFormerSecretWithItsRecord) {
    EnrolWorld world(
        R"({"auth":{"profiles":{"a:1":{"provider":"anthropic","mode":"token"}}}})",
        R"({"version":1,"profiles":{"a:1":{"type":"token","provider":"anthropic","token":"t","theirs":[1]}},
            "usageStats":{"a:1":{"errorCount":2,"lastUsed":@now-1h}},"lastGood":{"anthropic":"a:1"}})");
    const auto before = parse_json(world.text_of(main_store_file));
    const auto credentials = world.open();
    auto writer = world.writer();
    world.disk.put(config_file, "{");
    ASSERT_FALSE(store_credential(*credentials, writer, key_of("a:1")));
    EXPECT_EQ(parse_json(world.text_of(main_store_file)), before);
}

// Whatever the disk does once: it is stored and can be used, or it is as it was before.
TEST(StoreCredential, LeavesNothingHalfDoneAtAnyFault) {
    int faults = 0;
    for (int at = 1;; ++at) {
        EnrolWorld world(ordered, one_key);
        const auto credentials = world.open();
        auto writer = world.writer();
        const auto before = parse_json(world.text_of(main_store_file));
        world.files.fail_at(at, {Code::no_space, "no space left on device", {}});
        const auto stored = store_credential(*credentials, writer, key_of("anthropic:new"));
        const auto operation = world.files.last_operation();
        if (operation.empty()) break;  // past the last one
        SCOPED_TRACE(fmt::format("{} {}", at, operation));
        ++faults;
        if (operation == "sync_folder") continue;  // it is there, and may not survive a power cut
        world.files.fail_at(0, {});
        const auto profiles = *credentials->store.load();
        if (stored) {
            const auto after =
                resolve({.provider = "anthropic", .agent_id = "main", .model = {}, .pinned = {}}, *profiles,
                        *world.config(), noon);
            const auto use = next_use(after, after, {"anthropic:new"});
            ASSERT_TRUE(use);
            EXPECT_NE(use->kind, NextUse::Kind::none) << use->stored->reason;
        } else {
            EXPECT_EQ(parse_json(world.text_of(main_store_file)), before) << stored.error().message;
        }
    }
    EXPECT_GT(faults, 20);
}

TEST(StoreCredential, WritesNeitherFileWhenTheStoreIsDamaged) {
    EnrolWorld world(restricted, one_key);
    const auto credentials = world.open();
    auto writer = world.writer();
    world.disk.put(main_store_file, "{\"version\":1,");
    const auto stored = store_credential(*credentials, writer, key_of("anthropic:new"));
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, Code::corrupt);
    EXPECT_EQ(world.text_of(main_store_file), "{\"version\":1,");
    EXPECT_EQ(world.text_of(config_file), restricted);
}

// A state directory whose secrets are sealed with a key file.
void seal(EnrolWorld& world) {
    world.disk.put("/keys/one", "the key, which is certainly 32 characters long\n");
    const auto config = world.config();
    auto writer = world.writer();
    sealed::KeyRing keys(world.files, sealed::places_of(*config));
    sealed::Estate estate{.files = world.files,
                          .agents = sealed::agent_folders(world.files, *config),
                          .config_files = config->files(),
                          .writer = writer,
                          .keys = keys,
                          .now = noon};
    sealed::Protection protection{.method = sealed::Method::file, .key_file = "/keys/one"};
    auto key = keys.protecting_key(protection);
    ASSERT_TRUE(key);
    const sealed::Protector with{protection, std::move(*key)};
    const auto done = sealed::seal_estate(estate, {.protector = &with});
    ASSERT_TRUE(done) << done.error().message;
}

TEST(StoreCredential, SealsWhereSecretsAreSealedAndStoresNothingWithoutTheKey) {
    EnrolWorld world(ordered, one_key);
    seal(world);
    {
        const auto credentials = world.open();
        auto writer = world.writer();
        ASSERT_TRUE(store_credential(*credentials, writer, key_of("anthropic:new")));
    }
    EXPECT_FALSE(world.text_of(main_store_file).contains("sk-new")) << world.text_of(main_store_file);
    const auto before = world.text_of(main_store_file), config = world.text_of(config_file);
    ASSERT_TRUE(world.disk.remove("/keys/one"));
    const auto credentials = world.open();
    auto writer = world.writer();
    ASSERT_FALSE(store_credential(*credentials, writer, key_of("anthropic:third")));
    EXPECT_EQ(world.text_of(main_store_file), before);
    EXPECT_EQ(world.text_of(config_file), config);
}

TEST(StoreCredential, GivesBackASealedSecretSealed) {
    EnrolWorld world(restricted, one_key);
    seal(world);
    const auto before = parse_json(world.text_of(main_store_file));
    const auto credentials = world.open();
    auto writer = world.writer();
    world.disk.put(config_file, "{");
    auto token = profile_of(
        NewCredential{
            .provider = "anthropic", .kind = EnteredKind::token, .id = {"anthropic:old"}, .expires = {}},
        Secret("sk-new-0123456789"), noon);
    ASSERT_FALSE(store_credential(*credentials, writer, token));
    EXPECT_EQ(parse_json(world.text_of(main_store_file)), before);
}

TEST(NextUse, SaysWhereANewCredentialStands) {
    const auto resolved = [](const std::string& profiles, const std::string& rest = "",
                             const std::string& config = "") {
        return resolve({.provider = "anthropic", .agent_id = "main", .model = {}, .pinned = {}},
                       test::store_of(R"({"profiles":{)" + profiles + "}" + rest + "}"),
                       *test::config_of(config), noon);
    };
    const std::string key = R"("a:key":{"type":"api_key","provider":"anthropic","key":"k"})";
    const std::string token = R"("a:tok":{"type":"token","provider":"anthropic","token":"t"})";
    const auto none = resolved(""), key_alone = resolved(key), both = resolved(key + "," + token);

    auto use = next_use(none, key_alone, {"a:key"});
    ASSERT_TRUE(use);
    EXPECT_EQ(use->kind, NextUse::Kind::first);
    use = next_use(key_alone, key_alone, {"a:key"});  // entered again
    EXPECT_EQ(use->kind, NextUse::Kind::first);
    use = next_use(key_alone, both, {"a:tok"});
    EXPECT_EQ(use->kind, NextUse::Kind::takes_over);
    EXPECT_EQ(use->other->profile.text, "a:key");
    use = next_use(resolved(token), both, {"a:key"});
    EXPECT_EQ(use->kind, NextUse::Kind::in_reserve);
    EXPECT_EQ(use->other->profile.text, "a:tok");
    const auto excluded = resolved(key + "," + token, R"(,"order":{"anthropic":["a:tok"]})");
    use = next_use(resolved(token), excluded, {"a:key"});
    EXPECT_EQ(use->kind, NextUse::Kind::none);
    EXPECT_FALSE(use->stored->reason.empty());
    EXPECT_FALSE(next_use(none, none, {"a:key"}));
}

}  // namespace
}  // namespace openclaw::auth
