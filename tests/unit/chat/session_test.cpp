#include <gtest/gtest.h>

#include "chat/sessions/session_key.h"
#include "chat/sessions/session_reset.h"
#include "chat/sessions/session_salvage.h"
#include "chat/sessions/session_store.h"
#include "chat/turn.h"
#include "config/files/load.h"
#include "support/fake_clock.h"
#include "support/memory_file_system.h"

namespace openclaw::chat {
namespace {

using test::noon;

struct Disk {
    explicit Disk(std::string text) {
        files.put("/state/openclaw.json", std::move(text));
        config::Paths paths;
        paths.home = "/home/me";
        paths.state = "/state";
        paths.config_file = "/state/openclaw.json";
        config = config::load_config({.files = files, .variables = variables, .paths = paths});
    }
    test::MemoryFileSystem files;
    platform::Variables variables;
    std::shared_ptr<const config::Config> config;
};

const char* const two_agents =
    R"({"agents":{"list":[{"id":"main","default":true},{"id":"work"}]},"session":{"mainKey":"home"}})";

TEST(SessionKey, ComesOutCanonicalFromWhatClientsWrite) {
    const Disk disk(two_agents);
    struct Case {
        const char *written, *key, *agent;
    };
    for (const auto& [written, key, agent] :
         {Case{"", "agent:main:main", "main"}, Case{"main", "agent:main:main", "main"},
          Case{" MAIN ", "agent:main:main", "main"}, Case{"home", "agent:main:main", "main"},
          Case{"agent:main:home", "agent:main:main", "main"},
          Case{"agent:work:main", "agent:work:main", "work"},
          Case{"Agent:Work:Hook:ABC", "agent:work:hook:abc", "work"},
          Case{"cron:7", "agent:main:cron:7", "main"}, Case{"agent:work", "agent:main:agent:work", "main"},
          Case{"global", "global", "main"}}) {
        const auto found = resolve_session_key(written, *disk.config, disk.config->default_agent().id);
        ASSERT_TRUE(found) << written;
        EXPECT_EQ(found->text, key) << written;
        EXPECT_EQ(found->agent_id, agent) << written;
    }
    EXPECT_EQ(resolve_session_key("agent:wrok:main", *disk.config, "main").error().hint,
              "did you mean work?");
}

TEST(SessionReset, FollowsTheDayTheIdleTimeAndTheType) {
    using std::chrono::hours;
    using std::chrono::minutes;
    const SessionKey direct{"agent:main:main", "main"}, group{"agent:main:x:group:1", "main"};
    struct Case {
        const char* settings;
        const SessionKey& key;
        Milliseconds age;
        bool stale;
    };
    for (const auto& [settings, key, age, stale] :
         {Case{"{}", direct, hours(7), false}, Case{"{}", direct, hours(9), true},
          Case{R"({"reset":{"mode":"idle"}})", direct, minutes(59), false},
          Case{R"({"reset":{"mode":"idle"}})", direct, minutes(61), true},
          Case{R"({"reset":{"mode":"daily","atHour":11}})", direct, minutes(59), false},
          Case{R"({"reset":{"mode":"daily","atHour":11}})", direct, minutes(61), true},
          Case{R"({"reset":{"mode":"daily","idleMinutes":5}})", direct, minutes(6), true},
          Case{R"({"idleMinutes":30})", direct, minutes(31), true},
          Case{R"({"idleMinutes":30})", direct, minutes(29), false},
          Case{R"({"resetByType":{"group":{"mode":"idle","idleMinutes":1}}})", group, minutes(2), true},
          Case{R"({"resetByType":{"group":{"mode":"idle","idleMinutes":1}}})", direct, minutes(2), false},
          Case{R"({"resetByChannel":{"x":{"mode":"idle","idleMinutes":1}}})", group, minutes(2), true}}) {
        const Disk disk(fmt::format(R"({{"session":{}}})", settings));
        const auto policy = ResetPolicy::from(*disk.config, key, key.text == group.text ? "x" : "");
        EXPECT_EQ(is_stale(policy, noon - age, noon, std::chrono::seconds(0)), stale)
            << settings << age.count();
    }
}

TEST(SessionReset, UsesTheHostsDayAndEndsNothingWhenTheClockIsSetBack) {
    const ResetPolicy policy;
    EXPECT_FALSE(is_stale(policy, noon + std::chrono::hours(30), noon, std::chrono::seconds(0)));
    // Noon in UTC is 3 in the morning at UTC-9: the day began at 4 of the day before.
    EXPECT_FALSE(is_stale(policy, noon - std::chrono::hours(20), noon, -std::chrono::hours(9)));
    EXPECT_TRUE(is_stale(policy, noon - std::chrono::hours(20), noon, std::chrono::hours(0)));
}

TEST(SessionEntry, ReadsOldRecordsAndChangesOnlyWhatIsMeant) {
    auto record = parse_json(R"({"sessionId":"a","updatedAt":5000,"authProfileOverride":"p:1","other":1,
        "authProfileOverrideCompactionCount":2,"queueMode":"steer","compactionCount":2})")
                      ->as_object();
    EXPECT_EQ(SessionEntry::from(record).pin, (Pin{{"p:1"}, PinSource::automatic, 2}));
    record.stable_erase("authProfileOverrideCompactionCount");
    EXPECT_EQ(SessionEntry::from(record).pin->source, PinSource::user);
    touch(record, from_ms(4000));
    EXPECT_EQ(integer_at(record, "updatedAt"), 5000) << "never goes back";
    renew(record, "b", from_ms(6000));
    EXPECT_EQ(
        json::serialize(record),
        R"({"sessionId":"b","updatedAt":6000,"authProfileOverride":"p:1","other":1,"queueMode":"steer",)"
        R"("compactionCount":0,"systemSent":false,"abortedLastRun":false,"inputTokens":0,"outputTokens":0,)"
        R"("totalTokens":0})");
    EXPECT_EQ(SessionEntry::from(json::object{{"sessionId", 7}, {"updatedAt", "x"}}).session_id, "");
}

TEST(SessionStore, FindsTranscriptsOnlyInItsOwnFolder) {
    test::MemoryFileSystem files;
    const SessionStore store(files, "/state/sessions/sessions.json", main_session("main"));
    struct Case {
        const char *id, *file, *path;
    };
    for (const auto& [id, file, path] :
         {Case{"abc", "", "/state/sessions/abc.jsonl"},
          Case{"abc", "/state/sessions/other.jsonl", "/state/sessions/other.jsonl"},
          Case{"abc", "/etc/passwd", "/state/sessions/abc.jsonl"},
          Case{"abc", "/state/sessions/../../etc/x.jsonl", "/state/sessions/abc.jsonl"},
          Case{"../../etc/x", "", "/state/sessions/unnamed.jsonl"}}) {
        SessionEntry entry;
        entry.session_id = id;
        entry.session_file = file;
        EXPECT_EQ(store.transcript_of(entry), path) << id << " " << file;
    }
}

TEST(SessionSalvage, KeepsTheRecordsThatAreWhole) {
    test::MemoryFileSystem files;
    const std::string text = R"({"agent:main:main": {"sessionId": "a", "origin": {"x": "}"}}, "agent:main:x":
        {"label": "\ud83d", "sessionId": "b"}, "agent:main:torn": {"sessionId": "c", "inner": {"sessionFile": )";
    for (const std::string& torn : {text, text.substr(1), "garbage \"" + text, text + "\0\0\0"}) {
        const auto salvage = salvage_sessions(torn, files, "/s", main_session("main"));
        EXPECT_EQ(salvage.records.size(), 2U) << json::serialize(salvage.records);
        EXPECT_EQ(string_at(*object_at(salvage.records, "agent:main:x"), "sessionId"), "b");
        EXPECT_FALSE(salvage.main_from_transcript);
    }
}

TEST(SessionSalvage, LetsTheMainSessionGoOnWithTheNewestTranscriptThatNobodyHas) {
    test::MemoryFileSystem files;
    files.put("/s/old.jsonl", "{}\n");
    files.put("/s/newest.jsonl", "{}\n");
    files.put("/s/named.jsonl", "{}\n");
    files.put("/s/empty.jsonl", "");
    files.put("/s/gone.jsonl.deleted.2026", "{}\n");
    const auto salvage = salvage_sessions(R"({"agent:main:x":{"sessionId":"named"},"agent:)", files, "/s",
                                          main_session("main"));
    EXPECT_TRUE(salvage.main_from_transcript);
    EXPECT_EQ(string_at(*object_at(salvage.records, "agent:main:main"), "sessionId"), "newest");
    EXPECT_EQ(salvage.records.size(), 2U);
    test::MemoryFileSystem bare;
    EXPECT_TRUE(salvage_sessions("", bare, "/s", main_session("main")).records.empty());
}

TEST(SessionSalvage, ReadsNoTextManyTimesOver) {
    test::MemoryFileSystem files;
    std::string hostile;
    for (int at = 0; at < 100'000; ++at) hostile += "\"agent:a\":{";
    EXPECT_TRUE(salvage_sessions(hostile, files, "/s", main_session("main")).records.empty());
}

TEST(SessionStore, ServesWhatItCanSalvageAndWritesNothingForIt) {
    test::MemoryFileSystem files;
    const std::string torn = R"({"agent:main:main":{"sessionId":"a"},"agent:main:x":{"sess)";
    files.put("/s/sessions.json", torn);
    SessionStore store(files, "/s/sessions.json", main_session("main"));
    EXPECT_EQ(string_at(**store.find(main_session("main")), "sessionId"), "a");
    EXPECT_EQ(store.list()->size(), 1U);
    EXPECT_EQ(files.text_of("/s/sessions.json"), torn);
    EXPECT_FALSE(store.take_notice());
    ASSERT_TRUE(
        store.update({"agent:main:y", "main"}, [](json::object& record) { record["label"] = "new"; }));
    EXPECT_EQ(store.list()->size(), 2U);
    const auto notice = store.take_notice();
    ASSERT_TRUE(notice);
    EXPECT_TRUE(
        notice->contains("/s/sessions.json can't be read and is set aside as sessions.json.damaged-"));
    EXPECT_FALSE(store.take_notice());
}

TEST(SessionStore, StandsWhereTheConfigSays) {
    const Disk disk(R"({"session":{"store":"~/chats/{agentId}/s.json"}})");
    EXPECT_EQ(session_store_file(*disk.config, disk.config->default_agent()), "/home/me/chats/main/s.json");
}

TEST(ModelsToTry, EndWithTheDefaultUnlessTheAgentHasItsOwnFallbacks) {
    const auth::ModelRef opus{"anthropic", "opus"}, gpt{"openai", "gpt"}, tiny{"lab", "tiny"};
    auth::ModelPlan plan;
    plan.primary = opus;
    plan.fallbacks = {gpt};
    EXPECT_EQ(models_to_try(tiny, plan), (std::vector{tiny, gpt, opus}));
    EXPECT_EQ(models_to_try(opus, plan), (std::vector{opus, gpt}));
    plan.fallbacks_from_agent = true;
    EXPECT_EQ(models_to_try(tiny, plan), (std::vector{tiny, gpt}));
}

}  // namespace
}  // namespace openclaw::chat
