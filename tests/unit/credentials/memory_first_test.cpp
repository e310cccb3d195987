// What requests learn counts at once, whatever the disk does, and reaches the file behind it.
#include <gtest/gtest.h>

#include "config/files/load.h"
#include "credentials/credentials.h"
#include "support/fake_clock.h"
#include "support/fake_log.h"
#include "support/faulty_file_system.h"
#include "support/memory_watch.h"

namespace openclaw::credentials {
namespace {

using namespace std::chrono_literals;
using auth::FailureReason;
using test::noon;

constexpr auto main_file = "/state/agents/main/agent/auth-profiles.json";
constexpr auto work_file = "/state/agents/work/agent/auth-profiles.json";
constexpr auto two_keys = R"({"version":1,"profiles":{
    "anthropic:a":{"type":"api_key","provider":"anthropic","key":"sk-ant-a-0123456789"},
    "anthropic:b":{"type":"api_key","provider":"anthropic","key":"sk-ant-b-0123456789"}},
    "order":{"anthropic":["anthropic:a","anthropic:b"]},"foreign":{"kept":true}})";

class MemoryFirst : public testing::Test {
protected:
    MemoryFirst() {
        files.put("/state/openclaw.json",
                  R"({"agents":{"list":[{"id":"main","default":true},{"id":"work"}]}})");
        files.put(main_file, two_keys);
        load();
        open();
    }
    ~MemoryFirst() override { owner.reset(); }

    void load() {
        config::Paths paths;
        paths.home = "/home/me";
        paths.state = "/state";
        paths.config_file = "/state/openclaw.json";
        config = config::load_config({.files = files, .variables = {}, .paths = paths});
        ASSERT_TRUE(config->valid());
    }
    void open() {
        owner = std::make_unique<Credentials>(Means{.loop = loop,
                                                    .files = disk,
                                                    .clock = clock,
                                                    .log = log,
                                                    .fingerprint_key = "test",
                                                    .sources = {},
                                                    .retry_pause = Milliseconds(0),
                                                    .watch = std::make_unique<test::MemoryWatch>(files)});
    }
    auth::ResolveRequest question(const std::string& agent = "main") {
        auth::ResolveRequest request;
        request.provider = "anthropic";
        request.agent_id = agent;
        request.model = "opus";
        return request;
    }
    std::optional<auth::Candidate> choose(const std::string& agent = "main") {
        loop.run_until(owner->catch_up(agent, config, {}));
        auto chosen = owner->choose(question(agent), config);
        EXPECT_TRUE(chosen) << chosen.error().message;
        return chosen ? *chosen : std::nullopt;
    }
    std::string chosen(const std::string& agent = "main") {
        const auto candidate = choose(agent);
        return candidate ? candidate->profile.text : "none";
    }
    // The next request of this agent is told to wait.
    void be_limited(const std::string& agent = "main", Milliseconds wait = 1h) {
        const auto use = owner->begin_use(agent, *choose(agent), "opus", config);
        providers::Failure failure;
        failure.reason = FailureReason::rate_limit;
        failure.status = 429;
        failure.retry_after = wait;
        failure.scope = auth::FailureScope::account;
        EXPECT_TRUE(owner->settle_failure(use, failure));
    }
    int complaints() const {
        const auto lines = log.lines();
        return static_cast<int>(std::ranges::count_if(
            lines, [](const auto& line) { return line.find("stays in memory") != std::string::npos; }));
    }

    net::Loop loop;
    test::MemoryFileSystem files;
    test::FaultyFileSystem disk{files};
    test::FakeClock clock;
    test::FakeLog log;
    std::shared_ptr<const config::Config> config;
    std::unique_ptr<Credentials> owner;
};

TEST_F(MemoryFirst, ARestCountsForTheNextRequestOfEveryAgentBeforeItIsWritten) {
    EXPECT_EQ(chosen("work"), "anthropic:a") << "inherited";
    be_limited();
    EXPECT_EQ(chosen("main"), "anthropic:b");
    EXPECT_EQ(chosen("work"), "anthropic:b");
}

TEST_F(MemoryFirst, AStoreThatCannotBeWrittenCostsNobodyARestAndIsSaidOnce) {
    disk.refuse_writes(true);
    be_limited();
    be_limited();
    EXPECT_EQ(chosen(), "none") << "both rest, and nobody is asked again";
    loop.run_until(owner->flush());
    loop.run_until(owner->flush());
    EXPECT_EQ(complaints(), 1);
    EXPECT_EQ(owner->unwritable().count(main_file), 1U);
    const auto rows = loop.run_until(owner->rests("main", config));
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->size(), 2U) << "the list of rests shows them";
    EXPECT_EQ(owner->remembered("main", config).size(), 2U) << "and so does what a command is told";
    const auto inputs = owner->inputs("main", config);
    ASSERT_TRUE(inputs);
    EXPECT_TRUE(inputs->store->usage_of({"anthropic:a"})->cooldown_until);

    disk.refuse_writes(false);
    loop.run_until(owner->flush());
    EXPECT_TRUE(owner->unwritable().empty());
    EXPECT_NE(files.text_of(main_file)->find("cooldownUntil"), std::string::npos);
}

TEST_F(MemoryFirst, KeepsWhatOtherProgramsWriteMeanwhile) {
    be_limited();
    loop.run_until(owner->flush());
    auto text = *files.text_of(main_file);
    EXPECT_NE(text.find(R"("foreign")"), std::string::npos);
    // Another program gives the second key another value while something waits to be written.
    const auto use = owner->begin_use("main", *choose(), "opus", config);
    owner->settle_success(use);
    text.replace(text.find("sk-ant-b-0123456789"), 19, "sk-ant-c-9876543210");
    files.put(main_file, text);
    EXPECT_EQ(*choose()->secret, Secret("sk-ant-c-9876543210")) << "seen by the next request";
    loop.run_until(owner->flush());
    EXPECT_NE(files.text_of(main_file)->find("sk-ant-c-9876543210"), std::string::npos);
}

TEST_F(MemoryFirst, TakesOverThatAnotherProcessEndedARest) {
    be_limited();
    loop.run_until(owner->flush());
    EXPECT_EQ(chosen(), "anthropic:b");
    files.put(main_file, two_keys);
    EXPECT_EQ(chosen(), "anthropic:a");
}

TEST_F(MemoryFirst, EndsRestsInMemoryAndInTheFile) {
    be_limited();
    EXPECT_EQ(loop.run_until(owner->clear_rests("main", {.provider = "anthropic"}, config)),
              std::vector<std::string>{"anthropic:a"});
    EXPECT_EQ(chosen(), "anthropic:a");
    EXPECT_EQ(files.text_of(main_file)->find("cooldownUntil"), std::string::npos);
}

TEST_F(MemoryFirst, IsThereAgainAfterARestart) {
    be_limited();
    owner.reset();
    open();
    EXPECT_EQ(chosen(), "anthropic:b");
}

TEST_F(MemoryFirst, ATurnUnderAnOlderConfigChangesNothingForTheOthers) {
    const auto old = config;
    ASSERT_EQ(chosen(), "anthropic:a");
    files.put(
        "/state/openclaw.json",
        R"({"agents":{"list":[{"id":"main","default":true}]},"auth":{"order":{"anthropic":["anthropic:b"]}}})");
    files.put(main_file, R"({"version":1,"profiles":{
        "anthropic:a":{"type":"api_key","provider":"anthropic","key":"sk-ant-a-0123456789"},
        "anthropic:b":{"type":"api_key","provider":"anthropic","key":"sk-ant-b-0123456789"}}})");
    load();
    owner->use(config);
    EXPECT_EQ(chosen(), "anthropic:b");
    // The turn that began before goes on under what it took, and records what it learns.
    loop.run_until(owner->catch_up("main", old, {}));
    const auto candidate = owner->choose(question(), old);
    ASSERT_TRUE(candidate && *candidate);
    EXPECT_EQ((*candidate)->profile.text, "anthropic:a");
    owner->settle_success(owner->begin_use("main", **candidate, "opus", old));
    EXPECT_EQ(chosen(), "anthropic:b");
}

TEST_F(MemoryFirst, SaysWhyWhenAStoreIsDamaged) {
    files.put(work_file, "{\"version\": 1, \"pro");
    loop.run_until(owner->catch_up("work", config, {}));
    const auto chosen = owner->choose(question("work"), config);
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code, Code::corrupt);
    EXPECT_FALSE(owner->choose(question("nobody"), config));
}

}  // namespace
}  // namespace openclaw::credentials
