// The reloader by itself: which thread reads, who waits for it, and what happens where nobody tells of
// changes.
#include "gateway/serving/reloader.h"

#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "config/files/load.h"
#include "support/fake_clock.h"
#include "support/fake_log.h"
#include "support/temporary_folder.h"

namespace openclaw::gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ReloaderWorld : public testing::Test {
protected:
    ReloaderWorld() { write("first"); }
    ~ReloaderWorld() override {
        life.ending.request();
        loop.run_until(tasks.join());
    }

    void write(std::string_view name) const {
        write_text(fmt::format(
            R"({{"gateway":{{"auth":{{"token":"a-long-enough-token"}}}},"ui":{{"assistant":{{"name":"{}"}}}}}})",
            name));
    }
    void write_text(const std::string& text) const {
        const auto file = folder / "openclaw.json";
        std::ofstream(file) << text;
        std::filesystem::permissions(file, std::filesystem::perms(0600));
    }
    Result<std::shared_ptr<const config::Config>> load() {
        ++loads;
        read_by = std::this_thread::get_id();
        config::Paths paths;
        paths.home = paths.state = folder / "";
        paths.config_file = folder / "openclaw.json";
        return config::load_config({.files = *files, .variables = variables, .paths = paths});
    }
    ServingPointer first() {
        auto config = *load();
        auto secret = *access::resolve_gateway_secret(*config, *files, {});
        return make_serving(std::move(config), std::move(secret), {}, {});
    }
    void start(bool told = true, bool loopback_only = true) {
        serving.emplace(first());
        doorman.emplace(access::Doorman::Means{.clock = clock, .log = log}, serving->take()->lock("key"),
                        access::GuessRules{});
        credentials.emplace(credentials::Means{.loop = loop,
                                               .files = *files,
                                               .clock = clock,
                                               .log = log,
                                               .fingerprint_key = "key",
                                               .sources = {},
                                               .retry_pause = 0ms,
                                               .watch = credentials::system_watch(loop)});
        reloader = std::make_unique<Reloader>(
            Reloader::Means{.loop = loop,
                            .tasks = tasks,
                            .files = *files,
                            .clock = clock,
                            .log = log,
                            .load_config = [this] { return load(); },
                            .tls = {*files, [](const config::Config&) { return std::nullopt; }, nullptr},
                            .options = {},
                            .loopback_only = loopback_only,
                            .fingerprint_key = "key",
                            .life = life,
                            .serving = *serving,
                            .doorman = *doorman,
                            .credentials = *credentials,
                            .is_told_of_changes = [told](const platform::Path&) { return told; }},
            Reloader::Reactions{.news = [this] { ++news; }, .lock_changed = [this] { ++lock_changes; }});
        reloader->follow();
        loads = 0;
    }
    static net::Task<void> wait_for(Reloader& reloader) { co_await reloader.up_to_date(); }
    // The name that a request finds which comes now.
    std::string seen_by_a_request() {
        loop.run_until(wait_for(*reloader));
        return serving->take()->config->text("ui.assistant.name").value_or("none");
    }

    net::Loop loop;
    test::TemporaryFolder folder;
    std::unique_ptr<platform::FileSystem> files = platform::system_files();
    platform::Variables variables;
    test::FakeClock clock;
    test::FakeLog log;
    net::TaskGroup tasks{loop};
    Lifetime life{.started = {}, .stopping = false, .ending = {}};
    std::optional<Swapped<Serving>> serving;
    std::optional<access::Doorman> doorman;
    std::optional<credentials::Credentials> credentials;
    std::unique_ptr<Reloader> reloader;
    std::atomic<int> loads = 0;
    std::atomic<std::thread::id> read_by;
    int news = 0, lock_changes = 0;
};

TEST_F(ReloaderWorld, KeepsNobodyWaitingWhileNothingChanges) {
    start();
    for (int request = 0; request < 100; ++request) EXPECT_TRUE(reloader->up_to_date().await_ready());
    EXPECT_EQ(loads, 0);
}

TEST_F(ReloaderWorld, ReadsOnAnotherThreadWhileTheRequestWaits) {
    start();
    write("second");
    EXPECT_EQ(seen_by_a_request(), "second");
    EXPECT_NE(read_by.load(), std::this_thread::get_id());
    EXPECT_EQ(news, 1);
}

TEST_F(ReloaderWorld, ReadsOnceForAllWhoComeMeanwhile) {
    start();
    write("second");
    net::TaskGroup requests(loop);
    for (int request = 0; request < 50; ++request) requests.spawn(wait_for(*reloader));
    loop.run_until(requests.join());
    EXPECT_EQ(serving->take()->config->text("ui.assistant.name"), "second");
    EXPECT_EQ(loads, 1);
}

TEST_F(ReloaderWorld, LetsNoRequestThatComesAfterAChangeMissIt) {
    start();
    for (int round = 0; round < 50; ++round) {
        const auto name = fmt::format("name {}", round);
        write(name);
        ASSERT_EQ(seen_by_a_request(), name);
    }
}

TEST_F(ReloaderWorld, LooksOnceASecondAtMostWhereNobodyTellsOfChanges) {
    start(false);
    EXPECT_THAT(log.lines().back(), HasSubstr("changes are seen when a request comes"));
    // A watch would tell of this one, so that it is taken out of the way: the file is replaced unseen.
    EXPECT_TRUE(reloader->up_to_date().await_ready()) << "it was looked at just now";
    clock.advance(1s);
    EXPECT_FALSE(reloader->up_to_date().await_ready());
    loop.run_until(wait_for(*reloader));
    EXPECT_TRUE(reloader->up_to_date().await_ready());
    EXPECT_EQ(loads, 0) << "nothing had changed";
    write("second");
    clock.advance(1s);
    EXPECT_EQ(seen_by_a_request(), "second");
}

TEST_F(ReloaderWorld, TriesABrokenConfigAgainAndSaysTheSameTroubleOnce) {
    start();
    write_text("{ broken");
    EXPECT_EQ(seen_by_a_request(), "first");
    EXPECT_FALSE(reloader->currency().up_to_date());
    const auto before = loads.load();
    while (loads < before + 2) loop.run_until(loop.sleep(1ms));
    EXPECT_EQ(std::ranges::count_if(
                  log.lines(),
                  [](const auto& line) { return line.find("config reload skipped") != std::string::npos; }),
              1);
    write("second");
    EXPECT_EQ(seen_by_a_request(), "second");
    EXPECT_TRUE(reloader->currency().up_to_date());
}

TEST_F(ReloaderWorld, KeepsItsLockWhereTheNewOneCouldBeGuessedFromTheNetwork) {
    start(true, false);
    const std::string guessable = R"({gateway:{auth:{token:"hunter2"}},ui:{assistant:{name:"weak"}}})";
    write_text(guessable);
    EXPECT_EQ(seen_by_a_request(), "first");
    EXPECT_THAT(reloader->currency().problem, HasSubstr("gateway.auth.token is no lock"));
}

TEST_F(ReloaderWorld, SaysWhatBecomesWeak) {
    start();
    write_text(R"({gateway:{auth:{token:"hunter2"}},ui:{assistant:{name:"weak"}}})");
    EXPECT_EQ(seen_by_a_request(), "weak");
    EXPECT_TRUE(std::ranges::any_of(log.lines(), [](const auto& line) {
        return line.find("the gateway's token can be guessed") != std::string::npos;
    }));
}

TEST_F(ReloaderWorld, TellsOfAnotherLockAndOfNoneThatStandsElsewhereNow) {
    start();
    write_text(R"({gateway:{auth:{token:"a-long-enough-token"}},ui:{assistant:{name:"other place"}}})");
    EXPECT_EQ(seen_by_a_request(), "other place");
    EXPECT_EQ(lock_changes, 0);
    write_text(R"({gateway:{auth:{token:"quite-another-token"}},ui:{assistant:{name:"other lock"}}})");
    EXPECT_EQ(seen_by_a_request(), "other lock");
    EXPECT_EQ(lock_changes, 1);
    write_text("{}");
    EXPECT_EQ(seen_by_a_request(), "other lock")
        << "a secret that has vanished opens nothing and closes nothing";
    EXPECT_THAT(reloader->currency().problem, HasSubstr("secret is gone"));
    EXPECT_EQ(lock_changes, 1);
}

TEST_F(ReloaderWorld, TakesOverNothingWhereItIsOffUnlessItIsAskedTo) {
    write_text(R"({gateway:{auth:{token:"a-long-enough-token"},reload:{mode:"off"}}})");
    start();
    write("second");
    EXPECT_EQ(seen_by_a_request(), "none");
    loop.run_until(reloader->reload());
    EXPECT_EQ(seen_by_a_request(), "second");
}

}  // namespace
}  // namespace openclaw::gateway
