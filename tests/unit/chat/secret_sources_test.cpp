#include "credentials/secret_sources.h"

#include <gtest/gtest.h>

#include <condition_variable>

#include "chat_world.h"
#include "support/fake_processes.h"
#include "support/memory_watch.h"

namespace openclaw::chat {
namespace {

using test::prints;
using test::says;

// Two providers, each with a key behind a command of its own; the second has a plain key in reserve.
constexpr auto config_text = R"({"agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-4-5"}},
    "list":[{"id":"main"},{"id":"other","model":"openai/gpt-5"}]},
    "secrets":{"providers":{"vault":{"source":"exec","command":"/opt/vault"},
                            "slow":{"source":"exec","command":"/opt/slow"}}}})";
constexpr auto store_text = R"({"version":1,"profiles":{
    "anthropic:work":{"type":"api_key","provider":"anthropic","keyRef":{"source":"exec","provider":"vault","id":"work"}},
    "openai:slow":{"type":"api_key","provider":"openai","keyRef":{"source":"exec","provider":"slow","id":"key"}}}})";

class TurnsWithSources : public testing::Test {
protected:
    void hear(std::string_view place, std::span<const Secret* const> secrets) {
        auto& held = heard[std::string(place)];
        held.clear();
        for (const auto* secret : secrets) held.push_back(*secret);
    }
    TurnsWithSources() {
        files.put("/state/openclaw.json", config_text);
        files.put("/state/agents/main/agent/auth-profiles.json", store_text);
        files.put("/opt/vault", "#!", 0755);
        files.put("/opt/slow", "#!", 0755);
        config::Paths paths;
        paths.home = "/home/me";
        paths.state = "/state";
        paths.config_file = "/state/openclaw.json";
        config = config::load_config({.files = files, .variables = {}, .paths = paths});
        EXPECT_TRUE(config->valid()) << (config->valid() ? "" : config->problems().front().message);
        owner.emplace(credentials::Means{
            .loop = loop,
            .files = files,
            .clock = clock,
            .log = log,
            .fingerprint_key = "test",
            .sources = {.processes = &processes,
                        .user_id = 1000,
                        .random = {},
                        .on_secrets = [this](auto place, auto secrets) { hear(place, secrets); }},
            .retry_pause = Milliseconds(0),
            .watch = std::make_unique<test::MemoryWatch>(files)});
        chat.emplace(Means{.loop = loop,
                           .files = files,
                           .clock = clock,
                           .log = log,
                           .providers = provider,
                           .config = [this] { return config; },
                           .credentials = *owner,
                           .version = "2026.1.30",
                           .retry_pause = Milliseconds(0)});
    }
    ~TurnsWithSources() override {
        release();
        provider.release();
        loop.run_until(chat->drain(Milliseconds(0)));
    }
    // Programs are run on threads of their own.
    Result<platform::ProcessResult> run(const platform::ProcessRequest& request) {
        std::unique_lock lock(mutex);
        if (request.arguments.front() == "/opt/slow") changed.wait(lock, [&] { return released; });
        if (answers.empty()) return prints(R"({"protocolVersion":1,"values":{}})");
        const auto answer = answers.front();
        if (answers.size() > 1) answers.erase(answers.begin());
        return answer;
    }
    void release() {
        std::lock_guard lock(mutex);
        released = true;
        changed.notify_all();
    }
    static Result<platform::ProcessResult> gives(const std::string& value) {
        return prints(R"({"protocolVersion":1,"values":{"work":")" + value + "\"}}");
    }
    std::string start(const std::string& key = "main") {
        const auto ack = chat->send(
            {.asked_by = access::Doorman::this_process(), .session_key = key, .message = "Hello?"});
        EXPECT_TRUE(ack) << ack.error().message;
        return ack ? ack->run_id : "";
    }
    RunOutcome outcome(const std::string& run_id) {
        return loop.run_until(chat->wait(access::Doorman::this_process(), run_id, std::chrono::seconds(30)))
            .value_or(RunOutcome{});
    }
    std::vector<std::string> secrets_seen() const {
        std::vector<std::string> secrets;
        for (const auto& seen : provider.seen()) secrets.push_back(seen.secret);
        return secrets;
    }

    net::Loop loop;
    test::MemoryFileSystem files;
    test::FakeClock clock;
    test::FakeLog log;
    test::ScriptedProvider provider{loop};
    std::shared_ptr<const config::Config> config;
    std::map<std::string, std::vector<Secret>, std::less<>> heard;  // by place
    std::mutex mutex;
    std::condition_variable changed;
    bool released = false;
    std::vector<Result<platform::ProcessResult>> answers;
    test::FakeProcesses processes{[this](const auto& request) { return run(request); }};
    std::optional<credentials::Credentials> owner;
    std::optional<Chat> chat;
};

TEST_F(TurnsWithSources, UseWhatACommandGivesAndAskItOnce) {
    answers = {gives("from-vault")};
    const auto first = start("one"), second = start("two");
    EXPECT_EQ(outcome(first).state, RunOutcome::State::final) << outcome(first).error->message;
    EXPECT_EQ(outcome(second).state, RunOutcome::State::final);
    EXPECT_EQ(outcome(start("one")).state, RunOutcome::State::final);
    EXPECT_EQ(secrets_seen(), (std::vector<std::string>(3, "from-vault")));
    EXPECT_EQ(processes.seen().size(), 1u);
    EXPECT_EQ(heard["work of vault"], (std::vector{Secret("from-vault")}))
        << "the log must know what to hide";
}

TEST_F(TurnsWithSources, DoNotWaitForAnotherProvidersSource) {
    answers = {gives("from-vault")};
    const auto stuck = start("agent:other:main");
    const auto free = start("agent:main:main");
    EXPECT_EQ(outcome(free).state, RunOutcome::State::final);
    EXPECT_FALSE(chat->find_run(access::Doorman::this_process(), stuck)->over());
    release();
    EXPECT_EQ(outcome(stuck).state, RunOutcome::State::error) << "it gave no such id";
}

TEST_F(TurnsWithSources, TryABriefFailureOnceMore) {
    answers = {prints("", 1, "starting up"), gives("late")};
    EXPECT_EQ(outcome(start()).state, RunOutcome::State::final);
    EXPECT_EQ(secrets_seen(), (std::vector<std::string>{"late"}));
}

TEST_F(TurnsWithSources, SayWhichSourceFailedAndRecoverByThemselves) {
    answers = {prints("", 1, "sealed vault"), prints("", 1, "sealed vault"), gives("back")};
    const auto failed = outcome(start());
    ASSERT_EQ(failed.state, RunOutcome::State::error);
    EXPECT_NE(failed.error->message.find("exec vault work: its command ended with 1: sealed vault"),
              std::string::npos)
        << failed.error->message;
    EXPECT_TRUE(provider.seen().empty()) << "nothing is sent without a secret";
    clock.advance(std::chrono::minutes(1));
    EXPECT_EQ(outcome(start()).state, RunOutcome::State::final);
}

TEST_F(TurnsWithSources, GoOnWithTheLastGoodValueWhileTheSourceIsDown) {
    answers = {gives("good"), prints("", 1, "down")};
    EXPECT_EQ(outcome(start()).state, RunOutcome::State::final);
    clock.advance(std::chrono::hours(1));
    EXPECT_EQ(outcome(start()).state, RunOutcome::State::final);
    EXPECT_EQ(secrets_seen(), (std::vector<std::string>{"good", "good"}));
}

TEST_F(TurnsWithSources, AskOnceMoreWhenTheProviderRefusesTheValue) {
    answers = {gives("old"), gives("rotated")};
    provider.script("anthropic:work", {test::fails(auth::FailureReason::auth, 401), says("hello")});
    EXPECT_EQ(outcome(start()).state, RunOutcome::State::final);
    EXPECT_EQ(secrets_seen(), (std::vector<std::string>{"old", "rotated"}));
    EXPECT_EQ(heard["work of vault"], (std::vector{Secret("rotated")})) << "instead of the old one";
    loop.run_until(owner->flush());
    const auto store = files.text_of("/state/agents/main/agent/auth-profiles.json").value_or("");
    EXPECT_EQ(store.find("lastFailure"), std::string::npos) << "nobody failed: " << store;
    EXPECT_EQ(store.find("rotated"), std::string::npos) << "no value is written down";
}

TEST_F(TurnsWithSources, TellTheLogWhatADamagedStoreMayStillHold) {
    const auto record = [](const std::string& name) {
        return fmt::format(
            R"("anthropic:{0}":{{"type":"api_key","provider":"anthropic","key":"sk-ant-{0}-0123456789"}})",
            name);
    };
    const auto keys = [&] {
        std::set<std::string> texts;
        for (const auto& secret : heard["store of main"]) texts.emplace(secret.reveal());
        return texts;
    };
    const std::string path = "/state/agents/main/agent/auth-profiles.json";
    const std::string whole = R"({"version":1,"profiles":{)" + record("work") + "," + record("home") + "}}";
    const std::set<std::string> both{"sk-ant-home-0123456789", "sk-ant-work-0123456789"};
    files.put(path, whole);
    outcome(start());
    EXPECT_EQ(keys(), both);
    files.put(path, whole.substr(0, whole.size() - 10));
    clock.advance(std::chrono::seconds(5));
    outcome(start());
    EXPECT_EQ(keys(), both) << "the bytes of the other one are still there";
    files.put(path, R"({"version":1,"profiles":{)" + record("home") + "}}");
    clock.advance(std::chrono::seconds(5));
    outcome(start());
    EXPECT_EQ(keys(), (std::set<std::string>{"sk-ant-home-0123456789"}));
}

TEST_F(TurnsWithSources, RecordARefusalWhenTheSourceStillGivesTheSame) {
    answers = {gives("bad")};
    provider.script("anthropic:work", {test::fails(auth::FailureReason::auth, 401)});
    EXPECT_EQ(outcome(start()).state, RunOutcome::State::error);
    EXPECT_EQ(secrets_seen(), (std::vector<std::string>{"bad"}));
    EXPECT_EQ(processes.seen().size(), 2u);
}

}  // namespace
}  // namespace openclaw::chat
