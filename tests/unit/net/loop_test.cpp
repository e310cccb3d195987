#include "net/loop/loop.h"

#include <gtest/gtest.h>

#include <thread>

namespace openclaw::net {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

Task<int> answer() {
    co_return 42;
}

Task<void> note(std::vector<int>& order, int number) {
    order.push_back(number);
    co_return;
}

TEST(Loop, RunsATaskToItsEndFromOrdinaryCode) {
    Loop loop;
    EXPECT_EQ(loop.run_until(answer()), 42);
}

TEST(Loop, RunsPostedWorkInOrderAndEndsWhenNothingIsLeft) {
    Loop loop;
    std::vector<int> order;
    for (int i = 0; i < 3; ++i) loop.post([&order, i] { order.push_back(i); });
    loop.post([&] { loop.post([&order] { order.push_back(3); }); });
    loop.run();
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3}));
}

TEST(Loop, IsWokenByAPostFromAnotherThread) {
    Loop loop;
    Event event(loop);
    struct Local {
        static Task<void> wait(Event& event) { co_await event.wait(); }
    };
    std::thread other([&] { loop.post([&] { event.notify(); }); });
    loop.run_until(Local::wait(event));
    other.join();
}

Task<void> note_later(Loop& loop, std::vector<int>& order, int number) {
    co_await loop.next_turn();
    order.push_back(number);
}

Task<void> yield_to_others(Loop& loop, std::vector<int>& order) {
    TaskGroup group(loop);
    group.spawn(note_later(loop, order, 3));
    group.spawn(note(order, 1));
    group.spawn(note(order, 2));
    co_await group.join();
}

TEST(Loop, TheNextTurnComesWhenEverythingElseHasRun) {
    Loop loop;
    std::vector<int> order;
    loop.run_until(yield_to_others(loop, order));
    EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

Task<bool> sleep_with(Loop& loop, Milliseconds duration, Abort abort) {
    co_return co_await loop.sleep(duration, abort);
}

TEST(Loop, SleepTellsWhetherItWasCutShort) {
    Loop loop;
    EXPECT_TRUE(loop.run_until(sleep_with(loop, Milliseconds(1), {})));
    Abort before;
    before.request();
    EXPECT_FALSE(loop.run_until(sleep_with(loop, hours(1), before)));
    Abort during;
    loop.post([&] { during.request(); });
    EXPECT_FALSE(loop.run_until(sleep_with(loop, hours(1), during)));
}

Task<std::vector<int>> order_of_sleeps(Loop& loop) {
    struct Local {
        static Task<void> one(Loop& loop, std::vector<int>& order, int ms) {
            co_await loop.sleep(Milliseconds(ms));
            order.push_back(ms);
        }
    };
    std::vector<int> order;
    TaskGroup group(loop);
    for (int ms : {7, 3, 9, 1, 5}) group.spawn(Local::one(loop, order, ms));
    co_await group.join();
    co_return order;
}

TEST(Loop, TimersEndInTheOrderOfTheirTimes) {
    Loop loop;
    EXPECT_EQ(loop.run_until(order_of_sleeps(loop)), (std::vector{1, 3, 5, 7, 9}));
}

Task<std::string> think(Loop& loop, std::thread::id& worker) {
    co_return co_await loop.blocking<std::string>([&worker] {
        worker = std::this_thread::get_id();
        return std::string("done");
    });
}

TEST(Loop, BlockingWorkRunsElsewhereAndItsResultComesBack) {
    Loop loop;
    std::thread::id worker;
    EXPECT_EQ(loop.run_until(think(loop, worker)), "done");
    EXPECT_NE(worker, std::this_thread::get_id());
}

Task<int> many(Loop& loop) {
    struct Local {
        static Task<void> one(Loop& loop, int& sum, int i) {
            sum += co_await loop.blocking<int>([i] { return i; });
        }
    };
    int sum = 0;
    TaskGroup group(loop);
    for (int i = 0; i < 100; ++i) group.spawn(Local::one(loop, sum, i));
    co_await group.join();
    co_return sum;
}

TEST(Loop, MorePiecesOfBlockingWorkThanThreadsAllFinish) {
    Loop loop;
    EXPECT_EQ(loop.run_until(many(loop)), 4950);
}

TEST(Loop, StopsFromAnotherThread) {
    Loop loop;
    TaskGroup group(loop);
    Abort abort;
    struct Local {
        static Task<void> wait(Loop& loop, Abort abort) { co_await loop.sleep(hours(1), abort); }
    };
    group.spawn(Local::wait(loop, abort));
    std::thread other([&] { loop.stop(); });
    loop.run();
    other.join();
    abort.request();
    loop.run_until(group.join());
    EXPECT_EQ(group.size(), 0U);
}

Task<std::vector<int>> spawn_two(Loop& loop) {
    std::vector<int> order;
    TaskGroup group(loop);
    group.spawn(note(order, 2));
    group.spawn(note(order, 3));
    order.push_back(1);  // spawned tasks start on the next turn
    co_await group.join();
    order.push_back(4);
    co_return order;
}

TEST(TaskGroup, StartsTasksLaterAndJoinsThemAll) {
    Loop loop;
    EXPECT_EQ(loop.run_until(spawn_two(loop)), (std::vector{1, 2, 3, 4}));
}

Task<std::vector<bool>> wait_three_ways(Loop& loop) {
    struct Local {
        static Task<void> notify(Event& event) {
            event.notify();
            co_return;
        }
    };
    std::vector<bool> results;
    Event event(loop);
    TaskGroup group(loop);
    group.spawn(Local::notify(event));
    results.push_back(co_await event.wait_for(hours(1)));
    results.push_back(co_await event.wait_for(Milliseconds(1)));
    Abort abort;
    abort.request();
    results.push_back(co_await event.wait_for(hours(1), abort));
    co_await group.join();
    co_return results;
}

TEST(Event, SaysWhetherItWasNotifiedTimedOutOrAborted) {
    Loop loop;
    EXPECT_EQ(loop.run_until(wait_three_ways(loop)), (std::vector{true, false, false}));
}

TEST(Abort, CallsEachSubscriberOnceAndAtOnceWhenLate) {
    Abort abort;
    int calls = 0;
    auto first = abort.on_request([&] { ++calls; });
    {
        auto gone = abort.on_request([&] { calls += 100; });
    }
    Abort copy = abort;
    copy.request();
    copy.request();
    EXPECT_EQ(calls, 1);
    auto late = abort.on_request([&] { ++calls; });
    EXPECT_EQ(calls, 2);
    EXPECT_TRUE(abort.requested());
}

TEST(Abort, ASubscriberMayEndItsOwnSubscriptionAndOthers) {
    Abort abort;
    std::optional<Abort::Subscription> one;
    std::optional<Abort::Subscription> two;
    int calls = 0;
    one = abort.on_request([&] {
        ++calls;
        one.reset();
        two.reset();
    });
    two = abort.on_request([&] { ++calls; });
    abort.request();
    EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace openclaw::net
