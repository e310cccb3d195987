#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "net/loop/blocking_pool.h"
#include "net/loop/link.h"
#include "net/loop/loop.h"
#include "net/loop/timer.h"

// The inside of the loop, for the .cpp files of net/ only.
namespace openclaw::net {

// A piece of work for the loop's run queue.
class Job : public Link {
public:
    virtual ~Job() = default;
    virtual void run() = 0;
};

enum class Wake : std::uint8_t { none, ready, timed_out, cancelled };

// A suspended coroutine. It lives in the coroutine's frame; whatever ends the wait puts it into the run
// queue, so that no coroutine is ever resumed inside a callback.
class Waiter final : public Job {
public:
    void run() override { handle.resume(); }
    std::coroutine_handle<> handle;
    Wake wake = Wake::none;
};

// A descriptor that epoll watches, edge-triggered.
class Watch {
public:
    virtual ~Watch() = default;
    virtual void ready(std::uint32_t events) = 0;  // may wake coroutines, never resume them
};

// The end of work on a pool, on its way to the loop.
struct Completion final : Link {
    std::move_only_function<void()> then;
};

struct Loop::Impl {
    Impl();
    ~Impl();

    void wake(Waiter& waiter, Wake why) {
        waiter.wake = why;
        ready.push_back(waiter);
    }
    void post(std::move_only_function<void()> work);
    void complete(std::unique_ptr<Completion> completion) noexcept;  // from any thread, without allocating
    void watch(int descriptor, Watch& watch);
    void unwatch(int descriptor);
    void turn();
    bool idle() const;

    List<Job> ready;    // runs in this turn or the next
    List<Job> next;     // runs in the next turn
    List<Job> flushes;  // runs at the end of the turn: what was written in it leaves in one call
    TimerQueue timers;
    // Waits that something outside the loop can end; without any, run() has nothing left to wait for.
    std::size_t waits = 0;
    std::uint64_t turns = 0;
    std::atomic<bool> stopping = false;
    BlockingPool pool;

private:
    int timeout_ms() const;
    void poll();
    void run_posted();
    void run_completed();
    std::unique_ptr<Completion> next_completed();
    void run_ready();
    void run_flushes();
    void interrupt() const;

    std::array<epoll_event, 256> events_{};
    int epoll_ = -1;
    int interrupt_ = -1;
    mutable std::mutex posted_mutex_;
    std::vector<std::move_only_function<void()>> posted_;
    List<Completion> completed_;
    friend class Loop;
};

// Suspends until somebody calls Loop::Impl::wake on the waiter.
struct Suspend {
    Waiter& waiter;
    bool await_ready() const noexcept { return waiter.wake != Wake::none; }
    void await_suspend(std::coroutine_handle<> handle) noexcept { waiter.handle = handle; }
    Wake await_resume() const noexcept { return waiter.wake; }
};

// Counts a wait that keeps run() going.
class CountedWait {
public:
    explicit CountedWait(Loop::Impl& loop) : loop_(loop) { ++loop_.waits; }
    ~CountedWait() { --loop_.waits; }
    CountedWait(const CountedWait&) = delete;
    CountedWait& operator=(const CountedWait&) = delete;

private:
    Loop::Impl& loop_;
};

// Ends a wait when its time has come.
class WaiterTimer final : public Timer {
public:
    WaiterTimer(Loop::Impl& loop, Waiter& waiter) : loop_(loop), waiter_(waiter) {}

private:
    void expired() override {
        if (waiter_.wake == Wake::none) loop_.wake(waiter_, Wake::timed_out);
    }
    Loop::Impl& loop_;
    Waiter& waiter_;
};

}  // namespace openclaw::net
