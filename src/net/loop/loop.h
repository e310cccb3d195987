#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "net/loop/abort.h"
#include "net/loop/task.h"

namespace openclaw::net {

// The event loop: one thread runs it and everything in net/, chat/ and gateway/ lives on that thread.
class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void run();                                       // until stop() or until nothing is left to wait for
    void stop();                                      // from any thread
    void post(std::move_only_function<void()> work);  // from any thread; runs in order, later
    std::chrono::steady_clock::time_point now() const;

    // Blocking work (getaddrinfo, fsync, Argon2, JSON over 1 MB) on a small pool of threads; the
    // awaiting coroutine goes on here. At most `blocking_max` at a time, the rest waits in order.
    template <class T>
    Task<T> blocking(std::move_only_function<T()> work);

    // Until the next turn: everything else that can go on does so first, and what was written leaves. For
    // work whose amount a peer chooses.
    Task<void> next_turn();

    // Waits. False when `abort` was requested first.
    Task<bool> sleep(Milliseconds duration, Abort abort = {});

    // Runs a task to its end from ordinary code: for main.cpp and tests.
    template <class T>
    T run_until(Task<T> task) {
        bool unfinished = true;
        if constexpr (std::is_void_v<T>) {
            start(finish(std::move(task), unfinished));
            run_while(unfinished);
        } else {
            std::optional<T> result;
            start(keep(std::move(task), result, unfinished));
            run_while(unfinished);
            return std::move(*result);
        }
    }

    struct Impl;
    Impl& impl() const { return *impl_; }  // for the .cpp files of net/ only

    // `work` on the pool, then `then` here: what `blocking` is made of, for waits with a deadline.
    void submit(std::move_only_function<void()> work, std::move_only_function<void()> then);

private:
    template <class T>
    struct BlockingState;
    template <class T>
    static Task<void> keep(Task<T> task, std::optional<T>& result, bool& unfinished) {
        result.emplace(co_await task);
        unfinished = false;
    }
    static Task<void> finish(Task<void> task, bool& unfinished) {
        co_await task;
        unfinished = false;
    }
    void start(Task<void> task);  // detached
    void run_while(const bool& unfinished);
    std::unique_ptr<Impl> impl_;
};

// Owns detached coroutines. Destroyed only after `join` has returned: whoever spawns also awaits. A task for
// which memory runs out ends, and the others go on.
class TaskGroup {
public:
    explicit TaskGroup(Loop& loop);
    ~TaskGroup();  // asserts that it is empty
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    void spawn(Task<void> task);  // starts on the loop's next turn
    std::size_t size() const;
    Task<void> join();  // returns when every spawned task has ended

private:
    struct State;
    std::shared_ptr<State> state_;
};

// A one-shot or repeated wake-up between coroutines on one loop: `notify` wakes every waiter.
class Event {
public:
    explicit Event(Loop& loop);
    ~Event();
    void notify();
    Task<void> wait();  // until the next notify
    // False when `duration` passed or `abort` was requested first.
    Task<bool> wait_for(Milliseconds duration, Abort abort = {});

private:
    struct State;
    std::shared_ptr<State> state_;
};

template <class T>
struct Loop::BlockingState {
    BlockingState(Loop& loop, std::move_only_function<T()> what) : work(std::move(what)), done(loop) {}
    std::move_only_function<T()> work;
    std::optional<std::conditional_t<std::is_void_v<T>, std::monostate, T>> result;
    bool exhausted = true;  // there is no result, for want of memory: thrown where it is awaited
    Event done;

    void run() {
        try {
            if constexpr (std::is_void_v<T>)
                work();
            else
                result.emplace(work());
            exhausted = false;
        } catch (const std::bad_alloc&) {
            result.reset();
        }
        work = nullptr;
    }
};

template <class T>
Task<T> Loop::blocking(std::move_only_function<T()> work) {
    // Shared: the awaiting coroutine may be destroyed while the work still runs.
    auto state = std::make_shared<BlockingState<T>>(*this, std::move(work));
    submit([state] { state->run(); }, [state] { state->done.notify(); });
    co_await state->done.wait();
    if (state->exhausted) throw std::bad_alloc();
    if constexpr (!std::is_void_v<T>) co_return std::move(*state->result);
}

}  // namespace openclaw::net
