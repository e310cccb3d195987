#include <gtest/gtest.h>

#include "auth/estate/audit.h"
#include "auth/estate/estate.h"
#include "auth/estate/leftover_text.h"
#include "auth/sealed/open_all.h"
#include "support/config_builder.h"
#include "support/faulty_file_system.h"
#include "support/store_builder.h"

namespace openclaw::auth::sealed {
namespace {

using test::FaultyFileSystem;
using test::MemoryFileSystem;
using test::noon;
using test::state_folder;

const Path work_file = state_folder / "agents/work/agent/auth-profiles.json";
const Path config_file = state_folder / "openclaw.json";
const Path secret_file = state_folder / "gateway/authority/client-root.key";
const Path key_document = state_folder / "credentials/sealing.json";

const std::map<std::string, std::string> secrets = {
    {"main:a", "sk-main-aaaaaaaa"},           {"main:b", "sk-main-bbbbbbbb"},
    {"work:login access", "access-cccccccc"}, {"work:login refresh", "refresh-dddddddd"},
    {"config", "sk-corp-eeeeeeee"},           {"client-root.key", "-----BEGIN PRIVATE KEY-----\nffff\n"}};

// Two agents and a config with five secrets, a file that is the sixth, and two key files on another path.
struct Place {
    MemoryFileSystem files;
    test::FakeClock clock;
    platform::Variables variables{{"HOME", Secret("/home/u")}, {"OTHER", Secret("a-variable")}};
    config::Paths paths;

    Place() {
        paths.home = test::home_folder;
        paths.state = state_folder;
        paths.config_file = config_file;
        files.put("/keys/old", "the old key, which is 32 characters long\n");
        files.put("/keys/new", "the new key, which is 32 characters long\n");
        files.put(
            test::main_store_file,
            R"({"version":1,"profiles":{"main:a":{"type":"api_key","provider":"p","key":"sk-main-aaaaaaaa","mine":1},)"
            R"("main:b":{"type":"token","provider":"p","token":"sk-main-bbbbbbbb"}},"order":{"p":["main:a"]}})");
        files.put(
            work_file,
            R"({"version":1,"profiles":{"work:login":{"type":"oauth","provider":"q","access":"access-cccccccc",)"
            R"("refresh":"refresh-dddddddd","expires":1}}})");
        files.put(
            config_file,
            "{\n  // mine\n  models: {providers: {corp: {baseUrl: 'http://h', apiKey: 'sk-corp-eeeeeeee', "
            "models: []}, other: {baseUrl: 'http://h', apiKey: '${OTHER}', models: []}}},\n"
            "  agents: {list: [{id: 'main'}, {id: 'work'}]},\n}\n");
        files.put(secret_file, secrets.at("client-root.key"));
    }
};

// A run of a command on the place, through any file system.
struct Attempt {
    FileSystem& files;
    Place& place;
    config::LoadRequest request{.files = files, .variables = place.variables, .paths = place.paths};
    std::shared_ptr<const config::Config> config = config::load_config(request);
    config::ConfigWriter writer{request, place.clock, "2026.1.30"};
    KeyRing keys{files, places_of(*config)};
    Estate estate{.files = files,
                  .agents = agent_folders(files, *config),
                  .config_files = config->files(),
                  .writer = writer,
                  .keys = keys,
                  .now = noon,
                  .state = place.paths.state};

    explicit Attempt(Place& where, FileSystem* disk = nullptr)
        : files(disk ? *disk : where.files), place(where) {}

    Protector protector(const Path& file) {
        Protection protection{.method = Method::file, .key_file = file.string()};
        auto key = keys.protecting_key(protection);
        return {protection, key ? std::move(*key) : Secret("")};
    }
    Result<Outcome> seal() {
        const auto with = protector("/keys/old");
        if (with.key.empty() || !config->valid()) return fail(Code::unavailable, "no key or no config");
        return seal_estate(estate, {.protector = &with});
    }
    Result<Outcome> rekey() {
        const auto with = protector("/keys/new");
        if (with.key.empty() || !config->valid()) return fail(Code::unavailable, "no key or no config");
        return rekey_estate(estate, &with);
    }
    Result<Outcome> unseal() {
        if (!config->valid()) return fail(Code::unavailable, "no config");
        return unseal_estate(estate);
    }
};

// All six, whether they are sealed or not, as a request would get them.
std::map<std::string, std::string> readable(Place& place) {
    Attempt run(place);
    std::map<std::string, std::string> found;
    const auto known = known_secrets(run.estate);
    if (!known) return {{"error", known.error().message}};
    for (const auto& secret : *known) {
        auto name = secret.name;
        if (name.starts_with("models.")) name = "config";
        if (name.starts_with("client-root.key")) name = "client-root.key";
        if (name.starts_with("main:")) name = name.substr(0, 6);
        if (name.starts_with("work:login"))
            name = name.contains("access") ? "work:login access" : "work:login refresh";
        found[name] = std::string(secret.value.reveal());
    }
    return found;
}

// Files that hold one of the secrets in plain.
std::vector<std::string> plain_files(Place& place) {
    std::vector<std::string> found;
    for (const auto& path : place.files.all_paths())
        for (const auto& [name, value] : secrets)
            if (place.files.text_of(path)->contains(value)) {
                found.push_back(path);
                break;
            }
    return found;
}

std::size_t sealed_count(Place& place) {
    Attempt run(place);
    std::size_t sum = 0;
    for (const auto& count : *count_estate(run.estate, true)) {
        EXPECT_TRUE(count.unopened.empty()) << count.problem;
        sum += count.sealed;
    }
    return sum;
}

TEST(Seal, SealsEverySecretAndNothingElse) {
    Place place;
    const auto outcome = Attempt(place).seal();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->changed(), 6u);
    EXPECT_EQ(plain_files(place), std::vector<std::string>());
    EXPECT_EQ(readable(place), secrets);
    EXPECT_EQ(sealed_count(place), 6u);
    const auto store = parse_json(*place.files.text_of(test::main_store_file))->as_object();
    EXPECT_EQ(store.at("profiles").at("main:a").at("mine"), 1);
    EXPECT_EQ(store.at("order").at("p").at(0), "main:a");
    EXPECT_TRUE(place.files.text_of(config_file)->contains("// mine"));
    EXPECT_TRUE(place.files.text_of(config_file)->contains("${OTHER}"));
    EXPECT_FALSE(place.files.text_of(key_document)->contains("the old key"));
}

TEST(Seal, SealsTheSecretsOfTheConfigWhereverTheyStand) {
    Place place;
    place.files.put(
        config_file,
        "{\n  gateway: {mode: 'local', auth: {token: 'token-ffffffff', mode: 'token'}}, // the lock\n"
        "  env: {vars: {A_KEY: 'variable-gggggggg'}},\n"
        "  channels: {telegram: {botToken: 'bot-hhhhhhhh'}},\n"
        "  models: {providers: {corp: {baseUrl: 'http://h', apiKey: 'sk-corp-eeeeeeee', headers: {'X-A': "
        "'head-iiiiiiii', "
        "'X-B': '${OTHER}'}, models: []}, other: {baseUrl: 'http://h', apiKey: 'OTHER_KEY', models: "
        "[]}}},\n}\n");
    ASSERT_TRUE(Attempt(place).seal());
    const auto text = *place.files.read(config_file, 1 << 20);
    for (const auto* value : {"ffffffff", "gggggggg", "hhhhhhhh", "eeeeeeee", "iiiiiiii"})
        EXPECT_EQ(text.find(value), std::string::npos) << value;
    for (const auto* kept : {"// the lock", "'${OTHER}'", "'OTHER_KEY'"})
        EXPECT_NE(text.find(kept), std::string::npos) << kept;

    Attempt run(place);
    EXPECT_TRUE(run.config->valid());
    EXPECT_EQ(run.config->text("gateway.auth.token"), std::nullopt) << "nobody opened it";
    EXPECT_TRUE(run.config->closed().contains("gateway.auth.token"));
    EXPECT_EQ(run.config->environment().find_filled("A_KEY"), std::nullopt);
    auto request = run.request;
    request.unseal = [&](const std::string& sealed_text, const std::string& path) {
        return run.keys.open(sealed_text, {.record = {}, .field = path});
    };
    const auto opened = config::load_config(request);
    EXPECT_EQ(opened->text("gateway.auth.token"), "token-ffffffff");
    EXPECT_EQ(opened->text("channels.telegram.botToken"), "bot-hhhhhhhh");
    EXPECT_EQ(opened->text("models.providers.corp.headers.X-A"), "head-iiiiiiii");
    EXPECT_EQ(opened->environment().find_filled("A_KEY"), "variable-gggggggg");
    EXPECT_TRUE(opened->closed().empty());
}

TEST(Seal, IsNotStoppedByARecordWhoseKeyIsGone) {
    Place place;
    place.files.put(work_file,
                    R"({"version":1,"profiles":{"work:lost":{"type":"api_key","provider":"q","keyRef":)"
                    R"({"source":"sealed","provider":"default","id":"v1.0000000000000000.AAAA"}}}})");
    const auto outcome = Attempt(place).seal();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->changed(), 4u);
}

TEST(Seal, FindsNothingMoreToDoTheSecondTime) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    const auto before = place.files.text_of(test::main_store_file);
    EXPECT_EQ(Attempt(place).seal()->changed(), 0u);
    EXPECT_EQ(place.files.text_of(test::main_store_file), before);
}

TEST(Seal, TakesThePlainValuesOutOfBackupsAndNamesWhatItKeeps) {
    Place place;
    const auto folder = test::main_agent_folder;
    place.files.put(folder / "auth-profiles.json.bak", R"({"key":"sk-main-aaaaaaaa"})");
    place.files.put(folder / "auth-profiles.json.0a1b2c.tmp", R"({"key":"sk-main-aa)"
                                                              "aaaaaa\"");
    place.files.put(folder / "auth-profiles.json.corrupt-17", R"({"key":"sk-main-aaaaaaaa")");
    place.files.put(folder / "auth.json", R"({"p":{"type":"api_key","key":"sk-main-aaaaaaaa"}})");
    place.files.put(config_file.string() + ".bak.2",
                    "{models: {providers: {corp: {apiKey: 'sk-corp-eeeeeeee'}}}, x: 1}");
    const auto outcome = Attempt(place).seal();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->removed.size(), 2u);
    EXPECT_EQ(outcome->kept,
              (std::vector<Path>{folder / "auth-profiles.json.corrupt-17", folder / "auth.json"}));
    EXPECT_EQ(plain_files(place),
              (std::vector<std::string>{(folder / "auth-profiles.json.corrupt-17").string(),
                                        (folder / "auth.json").string()}));
    Attempt again(place);
    ASSERT_TRUE(seal_estate(again.estate, {.purge_legacy = true}));
    EXPECT_EQ(plain_files(place), std::vector<std::string>());
}

TEST(Seal, LeavesNoSecretThatWasReplacedLongAgo) {
    Place place;
    const auto folder = test::main_agent_folder;
    place.files.put(folder / "auth-profiles.json.bak",
                    R"({"profiles":{"main:a":{"type":"api_key","key":"the one before"}}})");
    place.files.put(folder / "auth-profiles.json.0a1b2c.tmp", R"({"profiles":{"x":{"token" : "torn th)");
    place.files.put(folder / "auth-profiles.json.damaged-20261122", R"({"access":"set aside")");
    place.files.put(folder / "auth.json", R"({"p":{"type":"api_key","key":"in no store"}})");
    place.files.put(config_file.string() + ".mine",
                    "{models: {providers: {corp: {apiKey: 'an older one'}}}, x: 1}");
    const auto outcome = Attempt(place).seal();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->removed, (std::vector<Path>{folder / "auth-profiles.json.0a1b2c.tmp",
                                                   folder / "auth-profiles.json.bak"}));
    EXPECT_EQ(outcome->kept,
              (std::vector<Path>{folder / "auth-profiles.json.damaged-20261122", folder / "auth.json"}));
    EXPECT_FALSE(place.files.text_of(config_file.string() + ".mine")->contains("an older one"));
    EXPECT_TRUE(place.files.text_of(config_file.string() + ".mine")->contains("x: 1"));
}

TEST(Seal, KeepsAFileOfOldThatHoldsSomethingThatIsNotSealed) {
    Place place;
    const auto old = test::main_agent_folder / "auth.json";
    place.files.put(
        old, R"({"p":{"type":"api_key","key":"sk-main-aaaaaaaa"},"q":{"type":"api_key","key":"only here"}})");
    Attempt run(place);
    const auto with = run.protector("/keys/old");
    ASSERT_TRUE(seal_estate(run.estate, {.protector = &with, .purge_legacy = true}));
    EXPECT_TRUE(place.files.text_of(old));
}

TEST(Seal, TakesOverTheFilesOfOld) {
    Place place;
    ASSERT_TRUE(place.files.remove(test::main_store_file));
    place.files.put(test::main_agent_folder / "auth.json",
                    R"({"p":{"type":"api_key","key":"sk-main-aaaaaaaa"}})");
    ASSERT_TRUE(Attempt(place).seal());
    EXPECT_TRUE(place.files.text_of(test::main_store_file)->contains("\"sealed\""));
    EXPECT_FALSE(place.files.text_of(test::main_store_file)->contains("sk-main-aaaaaaaa"));
}

TEST(Seal, TouchesNothingWithTheWrongKey) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    const auto before = place.files.text_of(key_document);
    place.files.put("/keys/old", "another key than that which sealed it all\n");
    EXPECT_EQ(Attempt(place).seal().error().code, Code::denied);
    EXPECT_EQ(Attempt(place).unseal().error().code, Code::denied);
    EXPECT_EQ(Attempt(place).rekey().error().code, Code::denied);
    EXPECT_EQ(place.files.text_of(key_document), before);
}

TEST(Seal, RunsOnlyOnceAtATime) {
    Place place;
    place.files.put(key_document.parent_path() / "x", "");
    const auto other = place.files.lock(state_folder / "credentials/sealing.flock", Milliseconds(0));
    EXPECT_EQ(Attempt(place).seal().error().code, Code::busy);
}

TEST(Rekey, SealsEverythingWithANewKeyAndForgetsTheOld) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    const auto old = place.files.text_of(test::main_store_file);
    const auto outcome = Attempt(place).rekey();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(outcome->finished);
    EXPECT_EQ(outcome->changed(), 6u);
    ASSERT_TRUE(place.files.remove("/keys/old"));
    EXPECT_EQ(readable(place), secrets);
    // What was sealed with the old key is of no use any more, wherever a copy of it lies.
    place.files.put(test::main_store_file, *old);
    EXPECT_NE(readable(place), secrets);
}

TEST(Rekey, MakesANewKeyUnderTheSameProtection) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    Attempt run(place);
    const auto before = (*run.keys.document())->current;
    ASSERT_TRUE(rekey_estate(run.estate, nullptr));
    const auto after = *run.keys.document();
    EXPECT_NE(after->current, before);
    EXPECT_EQ(after->keys.size(), 1u);
    EXPECT_EQ(after->keys.front().wraps.size(), 1u);
    EXPECT_EQ(readable(place), secrets);
}

TEST(Rekey, KeepsTheOldKeyAsLongAsARecordNeedsIt) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    auto text = *place.files.text_of(test::main_store_file);
    text[text.rfind("v1.") + 40] ^= 1;
    place.files.put(test::main_store_file, text);
    const auto outcome = Attempt(place).rekey();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_FALSE(outcome->finished);
    EXPECT_TRUE(outcome->left_any());
    Attempt run(place);
    EXPECT_EQ((*run.keys.document())->keys.size(), 2u);
}

TEST(Unseal, BringsEverythingBackInPlain) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    const auto outcome = Attempt(place).unseal();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(sealed_count(place), 0u);
    EXPECT_EQ(readable(place), secrets);
    EXPECT_FALSE(place.files.text_of(key_document));
    EXPECT_EQ(Attempt(place).unseal().error().code, Code::not_found);
}

// What each fault must leave: all five secrets readable with the keys at hand, by the old or by the new key.
using Step = Result<Outcome> (*)(Place& place, FileSystem& files);

void survives_each_fault(bool sealed_before, Step step, const std::function<void(Place&)>& finish) {
    for (const bool crash : {false, true}) {
        int operation = 1;
        for (bool more = true; more; ++operation) {
            ASSERT_LT(operation, 2000);
            Place place;
            if (sealed_before) {
                ASSERT_TRUE(Attempt(place).seal());
            }
            FaultyFileSystem faulty(place.files);
            if (crash)
                faulty.crash_at(operation);
            else
                faulty.fail_at(operation, {Code::no_space, "disk full", {}});
            const auto outcome = step(place, faulty);
            more = !faulty.last_operation().empty();
            if (crash && more) place.files.crash(test::CrashOutcome::lost);
            ASSERT_EQ(readable(place), secrets)
                << operation << " " << faulty.last_operation() << "\n"
                << place.files.text_of(test::main_store_file).value_or("(none)");
            finish(place);
            ASSERT_EQ(readable(place), secrets) << operation << " " << faulty.last_operation();
            if (testing::Test::HasFailure()) return;
        }
        EXPECT_GT(operation, 30);
    }
}

TEST(Seal, LosesNothingAtAnyFaultAndIsFinishedByAnotherRun) {
    survives_each_fault(
        false, [](Place& place, FileSystem& files) { return Attempt(place, &files).seal(); },
        [](Place& place) {
            const auto again = Attempt(place).seal();
            ASSERT_TRUE(again) << again.error().message;
            EXPECT_EQ(sealed_count(place), 6u);
            for (const auto& path : plain_files(place)) EXPECT_TRUE(path.ends_with(".tmp")) << path;
        });
}

TEST(Unseal, LosesNothingAtAnyFaultAndIsFinishedByAnotherRun) {
    survives_each_fault(
        true, [](Place& place, FileSystem& files) { return Attempt(place, &files).unseal(); },
        [](Place& place) {
            const auto again = Attempt(place).unseal();
            if (!again) EXPECT_EQ(again.error().code, Code::not_found) << again.error().message;
            EXPECT_EQ(sealed_count(place), 0u);
        });
}

TEST(Rekey, LosesNothingAtAnyFaultAndIsFinishedByAnotherRun) {
    survives_each_fault(
        true, [](Place& place, FileSystem& files) { return Attempt(place, &files).rekey(); },
        [](Place& place) {
            const auto again = Attempt(place).rekey();
            ASSERT_TRUE(again) << again.error().message;
            EXPECT_TRUE(again->finished);
            ASSERT_TRUE(place.files.remove("/keys/old"));
            EXPECT_EQ(sealed_count(place), 6u);
            Attempt run(place);
            EXPECT_EQ((*run.keys.document())->keys.size(), 1u);
        });
}

TEST(Rekey, NeedsOnlyOneOfTheTwoKeysWhileItIsUnfinished) {
    for (const auto* gone : {"/keys/old", "/keys/new"})
        for (int operation = 1; operation < 400; operation += 7) {
            Place place;
            ASSERT_TRUE(Attempt(place).seal());
            FaultyFileSystem faulty(place.files);
            faulty.crash_at(operation);
            if (Attempt(place, &faulty).rekey()) break;
            place.files.crash(test::CrashOutcome::kept);
            Attempt run(place);
            const auto keys = *run.keys.document();
            const bool begun = keys->keys.size() > 1;
            const bool ended =
                keys->find_current()->wraps.front().protection.key_file == "/keys/new" && !begun;
            if (!begun && (ended ? gone == std::string("/keys/new") : gone == std::string("/keys/old")))
                continue;
            ASSERT_TRUE(place.files.remove(gone));
            ASSERT_EQ(readable(place), secrets) << operation << " without " << gone;
        }
}

TEST(ProfileStore, SealsWhatIsWrittenToASealedStore) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    Attempt run(place);
    ProfileStore store(place.files, store_folders(*run.config, "main"));
    Profile profile{.id = {"main:c"},
                    .provider = "p",
                    .credential = ApiKey{Secret("sk-new-ffffffff")},
                    .email = {},
                    .added = {},
                    .note = {}};
    ASSERT_TRUE(store.enter(profile));
    ASSERT_TRUE(store.report(test::worked({"main:a"}, noon)));
    EXPECT_FALSE(place.files.text_of(test::main_store_file)->contains("sk-new-ffffffff"));
    const auto loaded = *store.load();
    SourceValues values;
    EXPECT_TRUE(open_all(values, *loaded, *run.config, run.keys, noon));
    EXPECT_EQ(values.find(*loaded->find({"main:c"})->reference_of("key"), {"main:c", "key"})->value,
              Secret("sk-new-ffffffff"));
    EXPECT_TRUE(loaded->usage_of({"main:a"}));
}

TEST(ProfileStore, KnowsWhetherAnotherSecretIsEnteredWhereTheOldOneIsSealed) {
    struct Case {
        const char *what, *value, *variable;
        bool is_kept;  // what is known of its use
    };
    for (const auto& [what, value, variable, is_kept] :
         {Case{"the same", "sk-main-aaaaaaaa", "", true}, Case{"another", "sk-new-ffffffff", "", false},
          Case{"one that stands elsewhere", "", "MAIN_A", false}}) {
        Place place;
        ASSERT_TRUE(Attempt(place).seal());
        Attempt run(place);
        ProfileStore store(place.files, store_folders(*run.config, "main"));
        ASSERT_TRUE(store.update_usage({"main:a"}, [](UsageStats usage) {
            usage.last_used = noon;
            return usage;
        }));
        Profile profile{.id = {"main:a"},
                        .provider = "p",
                        .credential = ApiKey{Secret(value)},
                        .email = {},
                        .added = {},
                        .note = {}};
        if (*variable)
            profile.references = {{"key", SecretRef{.source = SecretRef::Source::env, .id = variable}}};
        ASSERT_TRUE(store.enter(profile)) << what;
        const auto loaded = *store.load();
        const auto* usage = loaded->usage_of({"main:a"});
        EXPECT_EQ(usage != nullptr && usage->last_used == noon, is_kept) << what;
    }
}

// What takes the lock away, and what the refusal has to say.
struct Unlocked {
    const char* what;
    void (*unlock)(Place& place);
    const char *message, *hint;
};
const Unlocked unlocked[] = {
    {"deleted", [](Place& place) { ASSERT_TRUE(place.files.remove(key_document)); }, "sealing.json is gone",
     "bring that file back from a backup"},
    {"not active",
     [](Place& place) {
         auto document = parse_json(*place.files.text_of(key_document))->as_object();
         document["active"] = false;
         place.files.put(key_document, json::serialize(document));
     },
     "says that new ones are not", "openclaw secrets seal"},
};

TEST(ProfileStore, WritesNoSecretInPlainBesideSealedOnesWhenTheLockIsGone) {
    for (const auto& [what, unlock, message, hint] : unlocked)
        for (const std::string agent : {"main", "work", "new"}) {
            Place place;
            ASSERT_TRUE(Attempt(place).seal());
            unlock(place);
            Attempt run(place);
            auto folders = store_folders(*run.config, agent);
            folders.own = run.config->paths().agent_folder(agent);
            ProfileStore store(place.files, folders);
            const auto file = (folders.own / "auth-profiles.json").string();
            const auto before = place.files.text_of(file);
            const Profile profile{.id = {"p:new"},
                                  .provider = "p",
                                  .credential = ApiKey{Secret("sk-new-ffffffff")},
                                  .email = {},
                                  .added = {},
                                  .note = {}};
            const auto put = store.enter(profile);
            ASSERT_FALSE(put) << what << agent;
            EXPECT_EQ(put.error().code, Code::denied) << put.error().message;
            EXPECT_TRUE(put.error().message.contains(message)) << put.error().message;
            EXPECT_TRUE(put.error().hint.contains(hint)) << put.error().hint;
            EXPECT_EQ(place.files.text_of(file), before);
        }
}

TEST(ProfileStore, KeepsWhatItKnowsOfUseWhenTheLockIsGone) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    ASSERT_TRUE(place.files.remove(key_document));
    Attempt run(place);
    ProfileStore store(place.files, store_folders(*run.config, "main"));
    EXPECT_TRUE(store.report(test::worked({"main:a"}, noon)));
}

TEST(Seal, OfTheConfigRefusesANewSecretWhenTheLockIsGone) {
    for (const auto& [what, unlock, message, hint] : unlocked) {
        Place place;
        ASSERT_TRUE(Attempt(place).seal());
        unlock(place);
        Attempt run(place);
        auto document =
            parse_json(R"({"models":{"providers":{"corp":{"apiKey":"sk-new-ffffffff"}}}})")->as_object();
        const auto refused = seal_new(spots_in_config(document), {}, run.keys);
        ASSERT_FALSE(refused) << what;
        EXPECT_TRUE(refused.error().message.contains(message)) << refused.error().message;
        // What stood there before is no new one.
        EXPECT_TRUE(seal_new(spots_in_config(document), plain_secrets(spots_in_config(document)), run.keys));
    }
    Place fresh;
    Attempt run(fresh);
    auto document = parse_json(R"({"gateway":{"auth":{"token":"a-token-that-is-new"}}})")->as_object();
    EXPECT_TRUE(seal_new(spots_in_config(document), {}, run.keys)) << "nothing is sealed here";
}

TEST(Seal, OfTheConfigKnowsWhatIsSealedWhereverItStandsAndFearsWhatItCantRead) {
    struct Case {
        const char* what;
        void (*leave)(Place& place, const std::string& sealed);
        bool refused = true;
    };
    for (const auto& [what, leave, refused] :
         {Case{"beside a newer OpenClaw's databases",
               [](Place& place, const std::string& sealed) {
                   place.files.put(state_folder / "state/openclaw.sqlite", "");
                   place.files.put(state_folder / "agents/work/agent/native/auth-profiles.json", sealed);
               }},
          Case{"in a store that is torn",
               [](Place& place, const std::string& sealed) {
                   place.files.put(state_folder / "agents/work/agent/auth-profiles.json",
                                   sealed.substr(0, sealed.size() - 3));
               }},
          Case{"in a file that is one secret as a whole",
               [](Place& place, const std::string&) {
                   place.files.put(secret_file.parent_path().string() + ".replaced-x/server.key",
                                   "v1.0000000000000000.AAAA\n");
               }},
          Case{"nowhere, in a store that is torn",
               [](Place& place, const std::string&) {
                   place.files.put(state_folder / "agents/work/agent/auth-profiles.json", "{\"version\":");
               },
               false}}) {
        Place place;
        ASSERT_TRUE(Attempt(place).seal());
        const auto sealed = *place.files.text_of(work_file);
        for (const auto& path :
             {Path(key_document), Path(test::main_store_file), Path(work_file), secret_file})
            ASSERT_TRUE(place.files.remove(path));
        place.files.put(config_file, "{}");
        leave(place, sealed);
        Attempt run(place);
        auto document = parse_json(R"({"gateway":{"auth":{"token":"a-token-that-is-new"}}})")->as_object();
        EXPECT_EQ(!seal_new(spots_in_config(document), {}, run.keys), refused) << what;
    }
}

TEST(Unseal, IsTakenBackOrEndedAfterItWasInterrupted) {
    for (const bool back : {true, false}) {
        Place place;
        ASSERT_TRUE(Attempt(place).seal());
        auto started = Attempt(place);
        ASSERT_TRUE(started.keys.update([](std::optional<KeyDocument>& keys) -> Result<void> {
            keys->active = false;
            return {};
        }));
        const auto outcome = back ? Attempt(place).seal() : Attempt(place).unseal();
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_EQ(sealed_count(place), back ? 6u : 0u);
        EXPECT_EQ(readable(place), secrets);
    }
}

TEST(ProfileStore, WritesNoSecretInPlainWhenTheKeyIsMissing) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    ASSERT_TRUE(place.files.remove("/keys/old"));
    Attempt run(place);
    ProfileStore store(place.files, store_folders(*run.config, "main"));
    const auto before = place.files.text_of(test::main_store_file);
    Profile profile{.id = {"main:a"},
                    .provider = "p",
                    .credential = ApiKey{Secret("sk-new-ffffffff")},
                    .email = {},
                    .added = {},
                    .note = {}};
    const auto put = store.enter(profile);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, Code::unavailable);
    EXPECT_FALSE(put.error().hint.empty());
    EXPECT_EQ(place.files.text_of(test::main_store_file), before);
    // What holds no secret needs no key.
    EXPECT_TRUE(store.report(test::worked({"main:a"}, noon)));
    place.files.put(key_document, "damaged");
    EXPECT_FALSE(store.enter(profile));
}

TEST(Audit, NamesFileLineAndSecretButNeverTheValue) {
    Place place;
    place.files.put(state_folder / "logs/a.log",
                    "one\ntwo c2stbWFpbi1hYWFhYWFhYQ==\n736b2d6d61696e2d6161616161616161\n");
    place.files.put(state_folder / "notes.txt", "ghp_0123456789012345678901234567890123456\nplain words\n");
    place.files.put(state_folder / "credentials/gateway-token", "sk-main-aaaaaaaa");
    Attempt run(place);
    const auto found = audit(place.files, {.root = state_folder,
                                           .known = {{"main:a (key)", Secret("sk-main-aaaaaaaa")}},
                                           .own = {state_folder / "credentials/gateway-token"}});
    std::vector<std::string> lines;
    for (const auto& finding : found.findings)
        if (!finding.file.string().contains("agents/") && finding.file != config_file)
            lines.push_back(
                fmt::format("{}:{} {}", finding.file.filename().string(), finding.line, finding.what));
    EXPECT_EQ(lines,
              (std::vector<std::string>{"client-root.key:1 a secret by its shape", "a.log:2 main:a (key)",
                                        "a.log:3 main:a (key)", "notes.txt:1 a secret by its shape"}));
    EXPECT_EQ(found.own, std::vector<Path>{state_folder / "credentials/gateway-token"});
    EXPECT_FALSE(found.clean());
}

TEST(Audit, KnowsWhatCopiesAndFilesOfOldHold) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    const auto folder = test::main_agent_folder;
    place.files.put(folder / "auth-profiles.json.bak",
                    R"({"profiles":{"main:a":{"type":"api_key","key":"the one before"}}})");
    place.files.put(folder / "auth-profiles.json.77.tmp", R"({"profiles":{"x":{"token" : "torn there)");
    place.files.put(folder / "auth.json", R"({"p":{"access":"quoted \"access\"","refresh":"and refresh"}})");
    place.files.put(state_folder / "trash/agents/gone/auth-profiles.json",
                    R"({"profiles":{"p":{"key":"in the trash"}}})");
    place.files.put(
        config_file.string() + ".bak.4",
        "{models: {providers: {corp: {apiKey: 'an older one'}}}, gateway: {auth: {token: '<removed>'}}}");
    place.files.put(state_folder / "agents/main/sessions/a.jsonl", "{\"text\":\"it was the one before\"}\n");
    const auto found =
        audit(place.files, {.root = state_folder,
                            .known = secrets_of_copies(place.files, state_folder, {config_file}),
                            .own = {}});
    std::vector<std::string> lines;
    for (const auto& finding : found.findings)
        lines.push_back(fmt::format("{} {}", finding.file.filename().string(), finding.what));
    EXPECT_EQ(lines,
              (std::vector<std::string>{"auth-profiles.json.77.tmp a credential of auth-profiles.json.77.tmp",
                                        "auth-profiles.json.bak a credential of auth-profiles.json.bak",
                                        "auth.json a credential of auth.json",
                                        "a.jsonl a credential of auth-profiles.json.bak",
                                        "openclaw.json.bak.4 a secret of openclaw.json.bak.4",
                                        "auth-profiles.json a credential of auth-profiles.json"}));
}

TEST(Audit, IsCleanAfterSealing) {
    Place place;
    ASSERT_TRUE(Attempt(place).seal());
    Attempt run(place);
    const auto found =
        audit(place.files, {.root = state_folder, .known = *known_secrets(run.estate), .own = {}});
    EXPECT_TRUE(found.clean()) << found.findings.front().file.string() << found.findings.front().what;
    EXPECT_GT(found.files, 3u);
}

}  // namespace
}  // namespace openclaw::auth::sealed
