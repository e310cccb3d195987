#include "credentials/renewer.h"

#include <gtest/gtest.h>

#include "auth/store/profile_store.h"
#include "base/text.h"
#include "config/files/load.h"
#include "support/fake_clock.h"
#include "support/fake_log.h"
#include "support/faulty_file_system.h"
#include "support/store_builder.h"
#include "support/temporary_folder.h"
#include "support/token_server.h"

namespace openclaw::credentials {
namespace {

using namespace std::chrono_literals;
using auth::oauth::Wish;
using test::noon;
using test::with_times;

constexpr std::string_view ended =
    R"({"version":1,"profiles":{"lab:me":{"type":"oauth","provider":"lab","access":"access-1","refresh":"refresh-1","expires":@now-1m}}})";

// A state directory on the real disk: leases are locks of the kernel.
struct World {
    World() {
        put("agents/main/agent/auth-profiles.json", with_times(std::string(ended)));
        load();
        start();
    }
    void start() {
        renewer.emplace(Renewer::Means{.loop = loop,
                                       .files = files,
                                       .clock = clock,
                                       .log = log,
                                       .http = http,
                                       .holder = "the test",
                                       .fingerprint_key = "key",
                                       .random = [] { return 0.0; },
                                       .on_secrets = {}});
    }
    void load(std::string_view more = "") {
        put("openclaw.json", fmt::format("{{{}{}}}", server.config(), more));
        config::Paths paths;
        paths.home = folder.path();
        paths.state = folder.path();
        paths.config_file = folder / "openclaw.json";
        platform::Variables variables;
        variables["HOME"] = Secret(folder.path().string());
        config = config::load_config({.files = *disk, .variables = variables, .paths = paths});
        keys = std::make_shared<auth::sealed::KeyRing>(files, auth::sealed::places_of(*config));
    }
    void put(const std::string& name, const std::string& text) {
        ASSERT_TRUE(platform::make_folders(*disk, (folder / name).parent_path(), 0700));
        (void)disk->remove(folder / name);
        auto file = disk->create(folder / name, 0600);
        ASSERT_TRUE(file && (*file)->write(text) && (*file)->close());
    }
    Result<Renewed> renew(Wish wish = Wish::fresh, std::string agent = "main",
                          std::optional<Secret> refused = {}) {
        return loop.run_until(renewer->renew({std::move(agent), {"lab:me"}}, {wish, std::move(refused)},
                                             config, keys, 10min, {}));
    }
    auth::OAuth stored(std::string_view agent = "main") {
        auth::ProfileStore store(*disk, auth::store_folders(*config, agent), keys);
        return std::get<auth::OAuth>((*store.load())->find({"lab:me"})->credential);
    }

    test::TemporaryFolder folder;
    std::unique_ptr<platform::FileSystem> disk = platform::system_files();
    test::FaultyFileSystem files{*disk};
    net::Loop loop;
    test::FakeClock clock;
    test::FakeLog log;
    net::HttpClient http{loop, {}};
    test::TokenServer server{loop};
    std::shared_ptr<const config::Config> config;
    std::shared_ptr<auth::sealed::KeyRing> keys;
    std::optional<Renewer> renewer;
};

TEST(Renewing, PutsNewTokensInPlaceOfTheOldOnes) {
    World world;
    const auto renewed = world.renew();
    ASSERT_TRUE(renewed) << renewed.error().message;
    EXPECT_TRUE(renewed->changed);
    EXPECT_EQ(world.stored().access, Secret("access-2"));
    EXPECT_EQ(world.stored().refresh, Secret("refresh-2"));
    EXPECT_EQ(world.stored().expires, noon + 1h);
    EXPECT_EQ(world.server.spent, std::vector<std::string>{"refresh-1"});
    EXPECT_FALSE(world.renew()->changed);  // it is good for an hour
    EXPECT_EQ(world.server.spent.size(), 1U);
}

TEST(Renewing, IsOneCallForAllWhoAskAtOnce) {
    World world;
    int changed = 0;
    net::TaskGroup tasks(world.loop);
    const auto ask = [](World& here, int& count) -> net::Task<void> {
        const auto renewed =
            co_await here.renewer->renew({"main", {"lab:me"}}, {}, here.config, here.keys, 10min, {});
        if (renewed && renewed->changed) ++count;
    };
    for (int i = 0; i < 32; ++i) tasks.spawn(ask(world, changed));
    world.loop.run_until(tasks.join());
    EXPECT_EQ(changed, 32);
    EXPECT_EQ(world.server.spent.size(), 1U);
}

TEST(Renewing, IsOneCallForCopiesOfALogin) {
    World world;
    world.put("agents/work/agent/auth-profiles.json", with_times(std::string(ended)));
    world.load(R"(, agents: {list: [{id: "main"}, {id: "work"}]})");
    ASSERT_TRUE(world.renew());
    EXPECT_EQ(world.stored("work").access, Secret("access-2"));
    EXPECT_FALSE(world.renew(Wish::fresh, "work")->changed);
    EXPECT_EQ(world.server.spent.size(), 1U);
}

TEST(Renewing, NeverSendsATokenAgainWhoseAnswerWasLost) {
    World world;
    world.server.script = {{.cuts = true}};
    EXPECT_EQ(world.renew().error().code, Code::denied);
    for (const auto wish : {Wish::fresh, Wish::refused, Wish::by_person}) {
        const auto again = world.renew(wish);
        ASSERT_FALSE(again);
        EXPECT_NE(again.error().hint.find("log in again"), std::string::npos);
    }
    EXPECT_EQ(world.server.spent.size(), 1U);
    EXPECT_EQ(world.stored().access, Secret("access-1"));  // nothing is blanked
}

TEST(Renewing, NeverSendsATokenAgainThatTheIssuerCalledDead) {
    World world;
    world.server.script = {{.status = 400, .body = R"({"error":"invalid_grant"})"}};
    EXPECT_EQ(world.renew().error().code, Code::denied);
    world.start();  // a restart changes nothing
    EXPECT_EQ(world.renew(Wish::by_person).error().code, Code::denied);
    EXPECT_EQ(world.server.spent.size(), 1U);
    // A new login lifts it.
    world.put("agents/main/agent/auth-profiles.json",
              replaced(with_times(std::string(ended)), "refresh-1", "refresh-new"));
    EXPECT_TRUE(world.renew());
}

TEST(Renewing, AsksAgainLaterWhereNothingWasDecided) {
    World world;
    world.server.script = {{.status = 503, .body = ""}};
    EXPECT_EQ(world.renew().error().code, Code::unavailable);
    EXPECT_EQ(world.renew().error().code, Code::unavailable);
    EXPECT_EQ(world.server.spent.size(), 1U);
    world.clock.advance(1min);
    EXPECT_TRUE(world.renew());
    EXPECT_EQ(world.server.spent.size(), 2U);
}

TEST(Renewing, LosesNothingWhereNobodyAnswers) {
    World world;
    world.put(
        "openclaw.json",
        R"({auth: {oauth: {providers: {lab: {clientId: "c", tokenEndpoint: "http://127.0.0.1:1/token"}}}}})");
    const auto good = world.config;
    config::Paths paths = good->paths();
    platform::Variables variables;
    world.config = config::load_config({.files = *world.disk, .variables = variables, .paths = paths});
    EXPECT_EQ(world.renew().error().code, Code::unavailable);
    world.clock.advance(1min);
    world.config = good;
    EXPECT_TRUE(world.renew());
}

TEST(Renewing, LeavesATokenAloneThatSomebodyElseIsSending) {
    World world;
    world.server.on_request = [&] {
        auth::oauth::LoginBook book(*world.disk, world.folder.path(), world.keys);
        const auto name = auth::oauth::LoginBook::name_of(Secret("refresh-1"));
        EXPECT_EQ(book.lease(name).error().code, Code::busy);
        EXPECT_EQ((*book.read(name))->stage, auth::oauth::Stage::sent);
        EXPECT_EQ((*book.read(name))->holder, "the test");
    };
    EXPECT_TRUE(world.renew());
}

TEST(Renewing, SendsNothingWhereThatCannotBeWrittenDownFirst) {
    World world;
    world.files.refuse_writes(true);
    EXPECT_FALSE(world.renew());
    EXPECT_TRUE(world.server.spent.empty());
    world.files.refuse_writes(false);
    EXPECT_TRUE(world.renew());
}

TEST(Renewing, SurvivesAFaultAtEachStepWithoutSendingTwice) {
    for (int step = 1; step < 200; ++step) {
        World world;
        const auto before = world.files.operations();
        world.files.fail_at(before + step, EIO);
        const auto first = world.renew();
        if (world.files.operations() - before < step) break;
        world.files.stop_failing();
        world.clock.advance(10min);
        world.load();
        world.start();
        const auto second = world.renew();
        EXPECT_EQ(world.server.reused(), 0U) << step;
        // What the issuer gave is in the store, unless it is not known that it did.
        if (second && !world.server.spent.empty())
            EXPECT_FALSE(world.stored().access == Secret("access-1")) << step;
        if (world.server.spent.size() == 1 && first)
            EXPECT_EQ(world.stored().access, Secret("access-2")) << step;
    }
}

TEST(Renewing, KeepsALoginOfAnotherAccountAsItIs) {
    World world;
    world.put("agents/main/agent/auth-profiles.json",
              replaced(with_times(std::string(ended)), R"("type")", R"("accountId":"mine","type")"));
    // {"sub":"theirs"}
    world.server.script = {
        {.body =
             R"({"access_token":"a","id_token":"e30.eyJzdWIiOiJ0aGVpcnMifQ.c2ln","refresh_token":"r","expires_in":60})"}};
    const auto renewed = world.renew();
    ASSERT_FALSE(renewed);
    EXPECT_NE(renewed.error().message.find("theirs"), std::string::npos);
    EXPECT_NE(renewed.error().message.find("mine"), std::string::npos);
    EXPECT_EQ(world.stored().access, Secret("access-1"));
}

TEST(Renewing, LosesNoTokenToAConnectionThatNeverStood) {
    World world;
    const auto good = world.config;
    world.put(
        "openclaw.json",
        R"({auth: {oauth: {providers: {lab: {clientId: "c", tokenEndpoint: "http://127.0.0.1:1/token"}}}}})");
    platform::Variables variables;
    world.config =
        config::load_config({.files = *world.disk, .variables = variables, .paths = good->paths()});
    world.files.refuse_writes(true);  // so that not even its failure can be written down
    EXPECT_FALSE(world.renew());
    world.files.refuse_writes(false);
    auth::oauth::LoginBook book(*world.disk, world.folder.path(), world.keys);
    EXPECT_EQ(*book.read(auth::oauth::LoginBook::name_of(Secret("refresh-1"))), std::nullopt);
    world.config = good;
    EXPECT_TRUE(world.renew());
}

TEST(Renewing, KeepsNothingFromOthersForAStoreThatIsDamaged) {
    World world;
    world.put("agents/work/agent/auth-profiles.json", with_times(std::string(ended)));
    world.load(R"(, agents: {list: [{id: "work"}, {id: "main"}]})");
    const auto whole = with_times(std::string(ended));
    world.put("agents/work/agent/auth-profiles.json", whole.substr(0, whole.size() - 2));
    const auto renewed = world.renew();
    ASSERT_TRUE(renewed) << renewed.error().message;
    EXPECT_EQ(world.stored().access, Secret("access-2"));
    // Mended, it finds what came for its token.
    world.put("agents/work/agent/auth-profiles.json", whole);
    ASSERT_TRUE(world.renew(Wish::fresh, "work"));
    EXPECT_EQ(world.stored("work").access, Secret("access-2"));
    EXPECT_EQ(world.server.spent.size(), 1U);
}

TEST(Renewing, SpendsNothingForARefusalOfTheTokenBefore) {
    World world;
    ASSERT_TRUE(world.renew());
    for (int late = 0; late < 5; ++late) {
        const auto renewed = world.renew(Wish::refused, "main", Secret("access-1"));
        ASSERT_TRUE(renewed) << renewed.error().message;
        EXPECT_TRUE(renewed->changed);
    }
    EXPECT_EQ(world.server.spent.size(), 1U);
    EXPECT_TRUE(world.renew(Wish::refused, "main", Secret("access-2"))->changed);
    EXPECT_EQ(world.server.spent.size(), 2U);
}

TEST(Renewing, LeavesAShortTokenAloneForNineTenthsOfItsLife) {
    World world;
    world.server.script = {
        {.body = R"({"access_token":"access-2","refresh_token":"refresh-2","expires_in":60})"}};
    ASSERT_TRUE(world.renew());
    EXPECT_EQ(world.stored().lifetime, 1min);
    world.clock.advance(50s);
    EXPECT_FALSE(world.renew()->changed);
    world.clock.advance(9s);
    EXPECT_TRUE(world.renew()->changed);
}

TEST(Renewing, BringsNoRefusalOfTheOldTokenAlong) {
    const auto with_usage = [](std::string_view reason) {
        return replaced(
            with_times(std::string(ended)), R"("version":1,)",
            with_times(R"("version":1,"usageStats":{"lab:me":{"errorCount":1,"cooldownUntil":@now+1h,)"
                       R"("lastFailureAt":@now-1m,"lastFailure":{"reason":")") +
                std::string(reason) + R"("},"credential":"print"}},)");
    };
    for (const std::string_view reason : {"auth", "rate_limit"}) {
        World world;
        world.put("agents/main/agent/auth-profiles.json", with_usage(reason));
        ASSERT_TRUE(world.renew());
        auth::ProfileStore store(*world.disk, auth::store_folders(*world.config, "main"), world.keys);
        const auto* usage = (*store.load())->usage_of({"lab:me"});
        ASSERT_NE(usage, nullptr);
        EXPECT_EQ(usage->cooldown_until.has_value(), reason == "rate_limit") << reason;
    }
}

TEST(Renewing, LeavesLoginsOfOtherProgramsToThem) {
    World world;
    world.put("agents/main/agent/auth-profiles.json",
              replaced(with_times(std::string(ended)), R"("type")", R"("managedBy":"codex","type")"));
    EXPECT_EQ(world.renew().error().code, Code::denied);
    EXPECT_TRUE(world.server.spent.empty());
}

}  // namespace
}  // namespace openclaw::credentials
