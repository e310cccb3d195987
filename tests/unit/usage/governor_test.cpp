#include "usage/governor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <thread>

#include "support/fake_clock.h"
#include "support/fake_log.h"
#include "support/temporary_folder.h"
#include "usage/standing.h"

namespace openclaw::usage {
namespace {

using testing::HasSubstr;
using Why = Refusal::Why;

// A price at which a token of input costs 1 and one of output 2 billionths.
const Price small{
    .rates = {.input = 1'000'000, .output = 2'000'000, .cache_read = 0, .cache_write = 1'000'000}};

struct World {
    explicit World(platform::Path where = {}) : path(where.empty() ? folder / "gateway.sqlite" : where) {
        open("one");
    }
    ~World() { governor.reset(); }

    // As a process that starts: what was not settled and given back stays with the one before.
    void open(const std::string& holder) {
        governor.reset();
        database.emplace(
            *files, path, std::vector{usage_schema()},
            store::Database::Options{.wait = Milliseconds(20), .what = "the gateway's database"});
        governor = std::make_unique<Governor>(
            Governor::Means{.loop = loop,
                            .files = *files,
                            .clock = clock,
                            .log = log,
                            .blocks = std::make_shared<KeptBlocks>(*database, holder),
                            .dirty = [this] { ++dirty; }});
    }
    std::expected<Permit, Refusal> admit(const Allowance& allowance, std::int64_t prompt = 100,
                                         std::int64_t output = 900,
                                         std::vector<std::optional<Price>> prices = {small},
                                         std::string account = "key:a") {
        return loop.run_until(governor->admit({.account = std::move(account),
                                               .allowance = std::make_shared<Allowance>(allowance),
                                               .prompt_max = prompt,
                                               .output_max = output,
                                               .prices = std::move(prices)}));
    }
    Standing look(const Allowance& allowance) {
        auto found = loop.run_until(governor->look("key:a", std::make_shared<Allowance>(allowance)));
        EXPECT_TRUE(found) << found.error().message;
        return *found;
    }
    std::int64_t used(const Allowance& allowance) { return look(allowance).budgets.front().used; }

    test::TemporaryFolder folder;
    platform::Path path;
    net::Loop loop;
    std::unique_ptr<platform::FileSystem> files = platform::system_files();
    test::FakeClock clock;
    test::FakeLog log;
    int dirty = 0;
    std::optional<store::Database> database;
    std::unique_ptr<Governor> governor;
};

Allowance tokens(std::uint64_t limit, BudgetWindow window = BudgetWindow::day) {
    return {.budgets = {{.window = window, .tokens = limit}}, .time_zone = "Europe/Berlin"};
}
Allowance money(std::int64_t nanos, std::string currency = "USD") {
    return {.budgets = {{.money = Money{nanos, std::move(currency)}}}, .time_zone = "Europe/Berlin"};
}

std::size_t notices(const test::FakeLog& log) {
    return static_cast<std::size_t>(std::ranges::count_if(
        log.lines(), [](const std::string& line) { return line.find("'s budget") != std::string::npos; }));
}

struct Crowd {
    std::vector<Permit> permits;
    int refused = 0;
};
net::Task<void> ask(World& world, std::shared_ptr<const Allowance> allowance, Crowd& crowd) {
    auto permit = co_await world.governor->admit({.account = "key:a",
                                                  .allowance = allowance,
                                                  .prompt_max = 700,
                                                  .output_max = 300,
                                                  .prices = {small}});
    if (permit)
        crowd.permits.push_back(std::move(*permit));
    else
        ++crowd.refused;
}

TEST(Governor, NeverLetsSixtyFourCallsAtOnceOverrunABudgetFromTheFirstOneOn) {
    World world;
    const auto allowance = std::make_shared<Allowance>(tokens(10'000));
    Crowd crowd;
    net::TaskGroup tasks(world.loop);
    for (int i = 0; i < 64; ++i) tasks.spawn(ask(world, allowance, crowd));
    world.loop.run_until(tasks.join());
    EXPECT_EQ(crowd.permits.size(), 10u);
    EXPECT_EQ(crowd.refused, 54);
    EXPECT_EQ(world.used(*allowance), 10'000);
    for (auto& permit : crowd.permits) permit.settle({.tokens = 500});
    EXPECT_EQ(world.used(*allowance), 5'000);
    EXPECT_TRUE(world.admit(*allowance, 700, 300));
}

TEST(Governor, SpendsFromSeveralThreadsNoMoreThanWasReserved) {
    Meter meter({.account = "key:a", .window = BudgetWindow::day, .from = {}, .kind = "tokens"}, {});
    meter.grant(100'000, 0);
    std::atomic<std::int64_t> taken{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int calls = 0; calls < 20'000; ++calls) {
                if (!meter.take(7, 99'000)) continue;
                if (calls % 2 == 0)
                    meter.give_back(7);
                else
                    taken += 7;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(meter.used(), taken);
    EXPECT_LE(taken, 99'000);
    EXPECT_GT(taken, 98'900);
}

TEST(Governor, CountsTheOpenBlockOfADeadProcessAsSpentAndGivesBackWhatAnEndedOneHeld) {
    World world;
    const auto allowance = tokens(64'000);
    {
        auto permit = world.admit(allowance);
        ASSERT_TRUE(permit);
        permit->settle({.tokens = 600});
    }
    EXPECT_EQ(world.used(allowance), 600);
    world.open("two");  // the first one noted nothing
    EXPECT_EQ(world.used(allowance), 1'000 + 64'000 / 32);
    world.open("three");
    ASSERT_TRUE(world.admit(allowance));
    ASSERT_TRUE(world.governor->note(true));
    const auto before = world.used(allowance);
    world.open("four");
    EXPECT_EQ(world.used(allowance), before);
}

TEST(Governor, KeepsWhatAKilledProcessHadReserved) {
    test::TemporaryFolder folder;
    const auto path = folder / "gateway.sqlite";
    const auto allowance = tokens(32'000);
    const auto child = ::fork();
    if (child == 0) {
        World world(path);
        auto permit = world.admit(allowance);
        ::kill(::getpid(), permit ? SIGKILL : SIGTERM);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    World world(path);
    world.open("the next");
    EXPECT_EQ(world.used(allowance), 2'000);
}

TEST(Governor, AsksForNoMoreThanWhatIsLeftPaysForAndRefusesWithTheTimeOfTheNextWindow) {
    World world;
    const auto allowance = tokens(2'000);
    auto first = world.admit(allowance, 100, 1'000);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->output_max(), 1'000);
    auto second = world.admit(allowance, 100, 1'000);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->output_max(), 800);
    const auto third = world.admit(allowance, 100, 1'000);
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().why, Why::budget);
    EXPECT_THAT(third.error().error.message, HasSubstr("2000 of 2000 tokens are spent"));
    EXPECT_EQ(third.error().again_in, std::chrono::hours(11));  // noon in UTC is one o'clock in Berlin
    world.clock.advance(std::chrono::hours(11));
    EXPECT_EQ(world.used(allowance), 0);
    EXPECT_TRUE(world.admit(allowance));
}

TEST(Governor, ChargesWhatWasUsedEvenIfItIsMoreAndAllOfItWhenNobodySettles) {
    World world;
    const auto allowance = tokens(10'000);
    world.admit(allowance)->settle({.tokens = 4'000});
    EXPECT_EQ(world.used(allowance), 4'000);
    world.admit(allowance)->settle({.tokens = 0});
    EXPECT_EQ(world.used(allowance), 4'000);
    {
        const auto lost = world.admit(allowance);
    }
    EXPECT_EQ(world.used(allowance), 5'000);
    auto twice = world.admit(allowance);
    twice->settle({.tokens = 10});
    twice->settle({.tokens = 10});
    EXPECT_EQ(world.used(allowance), 5'010);
}

TEST(Governor, ReservesMoneyAtTheDearestOfTheModelsThatMayAnswer) {
    World world;
    Price dear = small;
    dear.tiers.push_back({50, {.input = 10'000'000, .output = 20'000'000}});
    auto permit = world.admit(money(1'000'000), 100, 900, {small, dear});
    ASSERT_TRUE(permit);
    EXPECT_EQ(world.used(money(1'000'000)), 100 * 10 + 900 * 20);
    permit->settle({.tokens = 1'000, .cost = 42});
    EXPECT_EQ(world.used(money(1'000'000)), 42);
    world.admit(money(1'000'000))->settle({.tokens = 1'000});  // a cost that nobody knows
    EXPECT_EQ(world.used(money(1'000'000)), 42 + 100 + 1'800);
}

TEST(Governor, RefusesMoneyWithoutAPriceACurrencyWithoutOneAndABudgetOfNothing) {
    World world;
    const auto unknown = world.admit(money(1'000'000), 100, 900, {small, std::nullopt});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().why, Why::no_price);
    EXPECT_THAT(unknown.error().error.hint, HasSubstr("usage.fallbackPrice"));
    EXPECT_TRUE(world.admit(tokens(10'000), 100, 900, {std::nullopt}));
    const auto foreign = world.admit(money(1'000'000, "EUR"));
    EXPECT_THAT(foreign.error().error.message, HasSubstr("nothing has a price in EUR"));
    for (const auto& nothing : {tokens(0), money(0)}) {
        const auto refused = world.admit(nothing, 0, 0);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().why, Why::budget);
        EXPECT_THAT(refused.error().error.message, HasSubstr("is 0"));
    }
}

TEST(Governor, SaysOnceAWindowThatFourFifthsAreSpent) {
    World world;
    const auto allowance = tokens(10'000);
    const auto spend = [&](std::int64_t amount) { world.admit(allowance)->settle({.tokens = amount}); };
    spend(7'900);
    EXPECT_EQ(notices(world.log), 0u);
    EXPECT_FALSE(world.look(allowance).budgets.front().warned);
    spend(200);
    spend(100);
    EXPECT_EQ(notices(world.log), 1u);
    EXPECT_TRUE(world.look(allowance).budgets.front().warned);
    world.clock.advance(std::chrono::days(1));
    spend(8'100);
    EXPECT_EQ(notices(world.log), 2u);
}

TEST(Governor, HoldsRequestsTokensAndStreamsOfAMinute) {
    World world;
    const Allowance requests{.requests_per_minute = 2};
    ASSERT_TRUE(world.admit(requests));
    world.clock.advance(std::chrono::seconds(30));
    ASSERT_TRUE(world.admit(requests));
    const auto third = world.admit(requests);
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().why, Why::requests);
    ASSERT_TRUE(third.error().again_in);
    EXPECT_LE(*third.error().again_in, std::chrono::seconds(31));
    world.clock.advance(*third.error().again_in);
    EXPECT_TRUE(world.admit(requests));
    EXPECT_FALSE(world.admit({.requests_per_minute = 0}, 100, 900, {small}, "key:none"));

    const Allowance streams{.streams = 1};
    auto open = world.admit(streams, 100, 900, {small}, "key:b");
    ASSERT_TRUE(open);
    EXPECT_EQ(world.admit(streams, 100, 900, {small}, "key:b").error().why, Why::streams);
    open->settle({});
    EXPECT_TRUE(world.admit(streams, 100, 900, {small}, "key:b"));

    const Allowance few{.tokens_per_minute = 2'000};
    auto call = world.admit(few, 100, 900, {small}, "key:c");
    ASSERT_TRUE(call);
    EXPECT_EQ(world.admit(few, 900, 900, {small}, "key:c").error().why, Why::tokens);
    call->settle({.tokens = 150});
    EXPECT_TRUE(world.admit(few, 900, 900, {small}, "key:c"));
}

TEST(Governor, IsClosedWhereItsDatabaseCantBeUsedAndSaysTheRepair) {
    World world;
    ASSERT_TRUE(world.files->create(world.path, 0600));
    ASSERT_EQ(::truncate(world.path.c_str(), 8192), 0);
    const auto refused = world.admit(tokens(10'000));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().why, Why::closed);
    EXPECT_THAT(refused.error().error.message, HasSubstr("damaged"));
    EXPECT_THAT(refused.error().error.hint, HasSubstr("move it aside"));
    EXPECT_TRUE(world.admit({.requests_per_minute = 5}));  // needs no database
    auto nowhere = tokens(10'000);
    nowhere.time_zone = "Europe/Bielefeld";
    EXPECT_THAT(world.admit(nowhere).error().error.message, HasSubstr("Europe/Bielefeld"));
}

TEST(Governor, IsClosedWhereTheDiskTakesNoMoreAndGoesOnWithWhatWasReserved) {
    test::TemporaryFolder folder;
    const auto path = folder / "gateway.sqlite";
    const auto child = ::fork();
    if (child == 0) {
        World world(path);
        const auto allowance = tokens(64'000);
        const bool reserved = world.admit(allowance).has_value();
        ::signal(SIGXFSZ, SIG_IGN);
        const ::rlimit nothing{.rlim_cur = 1, .rlim_max = 1};
        ::setrlimit(RLIMIT_FSIZE, &nothing);
        const bool goes_on = world.admit(allowance).has_value();
        const auto refused = world.admit(allowance, 10'000, 20'000);
        const bool closed = !refused && refused.error().why == Why::closed &&
                            refused.error().error.hint.find("nothing was changed") != std::string::npos;
        ::_exit(reserved && goes_on && closed ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    World world(path);
    world.open("the next");
    EXPECT_EQ(world.used(tokens(64'000)), 1'000 + 64'000 / 32)
        << "what was reserved before the disk was full";
}

TEST(Governor, GivesAClockThatIsSetBackNothingAnew) {
    World world;
    const auto allowance = tokens(10'000);
    world.admit(allowance)->settle({.tokens = 9'900});
    world.clock.jump_to(test::noon + std::chrono::days(1));
    world.admit(allowance)->settle({.tokens = 9'900});
    world.clock.jump_to(test::noon);
    EXPECT_FALSE(world.admit(allowance));
    EXPECT_EQ(world.used(allowance), 9'900);
}

TEST(Governor, IsClosedToBudgetsWhileTheClockShowsATimeBeforeWhatWasSpentAlready) {
    World world;
    const auto allowance = tokens(10'000);
    world.clock.jump_to(test::noon + std::chrono::days(1));
    world.admit(allowance)->settle({.tokens = 500});
    world.clock.jump_to(test::noon);
    for (const bool restarted : {false, true}) {
        if (restarted) world.open("after a restart");
        const auto refused = world.admit(allowance);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().why, Why::closed);
        EXPECT_THAT(refused.error().error.message, HasSubstr("the gateway's clock was set back"));
        EXPECT_EQ(refused.error().again_in, std::chrono::hours(11));  // midnight in Berlin
    }
    EXPECT_THAT(world.admit(allowance).error().error.hint, HasSubstr("--account NAME-2"));
    EXPECT_TRUE(world.admit(allowance, 100, 900, {small}, "NAME-2"));
    EXPECT_TRUE(world.admit({.requests_per_minute = 5}));
    EXPECT_EQ(std::ranges::count_if(
                  world.log.lines(),
                  [](const std::string& line) { return line.contains("who has a budget isn't answered"); }),
              2)
        << "once each start";
    world.clock.jump_to(test::noon + std::chrono::hours(11));
    EXPECT_TRUE(world.admit(allowance));
}

// Says who asks.
class WatchedBlocks final : public BlockStore {
public:
    Result<std::vector<BlockGrant>> reserve(std::span<const BlockWish> wishes) override {
        asked_by.insert(std::this_thread::get_id());
        ++asked;
        std::vector<BlockGrant> grants;
        for (const auto& wish : wishes) grants.push_back({.granted = wish.used + wish.need + wish.ahead});
        return grants;
    }
    Result<void> note(std::span<const BlockCount>) override { return {}; }
    std::set<std::thread::id> asked_by;
    int asked = 0;
};

TEST(Governor, AsksTheDiskNeverOnTheLoopAndForMostCallsNotAtAll) {
    World world;
    const auto blocks = std::make_shared<WatchedBlocks>();
    Governor governor({.loop = world.loop,
                       .files = *world.files,
                       .clock = world.clock,
                       .log = world.log,
                       .blocks = blocks,
                       .dirty = [] {}});
    const auto allowance = std::make_shared<Allowance>(tokens(1'000'000));
    for (int i = 0; i < 300; ++i) {
        auto permit = world.loop.run_until(governor.admit(
            {.account = "key:a", .allowance = allowance, .prompt_max = 100, .output_max = 900}));
        ASSERT_TRUE(permit);
        permit->settle({.tokens = 900});
        EXPECT_EQ(governor.standing("key:a", *allowance).budgets.front().used, 900 * (i + 1));
    }
    EXPECT_FALSE(blocks->asked_by.contains(std::this_thread::get_id()));
    EXPECT_GT(blocks->asked, 0);
    EXPECT_LE(blocks->asked, 12);
}

TEST(Governor, ShowsWhatItLeftAsTheNextOneWillFindIt) {
    World world;
    const auto allowance = tokens(64'000);
    const auto kept = [&] {
        return kept_standing(*world.database, *world.files, world.clock, "key:a", allowance);
    };
    ASSERT_TRUE(kept());
    EXPECT_EQ(kept()->budgets.front().used, 0);
    EXPECT_FALSE(std::filesystem::exists(world.path)) << "looking has made it";
    world.admit(allowance)->settle({.tokens = 600});
    EXPECT_EQ(kept()->budgets.front().used, 1'000 + 64'000 / 32);
    ASSERT_TRUE(world.governor->note(true));
    EXPECT_EQ(kept()->budgets.front().used, 600);
    world.open("the next");
    EXPECT_EQ(world.used(allowance), 600);
    EXPECT_EQ(standing_json(*kept()).at("budgets").at(0).at("left"), json::value(64'000 - 600));
}

}  // namespace
}  // namespace openclaw::usage
