#include <cassert>
#include <new>

#include "net/loop/loop_impl.h"

namespace openclaw::net {
namespace {

// A coroutine that owns itself: it ends with its work.
struct Detached {
    struct promise_type {
        Detached get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
};

Detached drive_alone(Task<void> task) {
    co_await task;
}

}  // namespace

void Loop::start(Task<void> task) {
    drive_alone(std::move(task));
}

struct TaskGroup::State {
    explicit State(Loop& owner) : loop(owner), emptied(owner) {}
    Loop& loop;
    Event emptied;
    std::size_t running = 0;

    static Detached drive(std::shared_ptr<State> state, Task<void> task);
};

Detached TaskGroup::State::drive(std::shared_ptr<State> state, Task<void> task) {
    {
        auto mine = std::move(task);  // destroyed before the group is told
        Waiter start;
        state->loop.impl().wake(start, Wake::none);
        co_await Suspend{start};
        try {
            co_await mine;
        } catch (const std::bad_alloc&) {
            // It has ended, and what it held is free again. Whoever must learn of that catches it itself.
        }
    }
    if (--state->running == 0) state->emptied.notify();
}

TaskGroup::TaskGroup(Loop& loop) : state_(std::make_shared<State>(loop)) {}

TaskGroup::~TaskGroup() {
    assert(state_->running == 0 && "a task group is joined before it is destroyed");
}

void TaskGroup::spawn(Task<void> task) {
    State::drive(state_, std::move(task));  // runs from the loop's queue on
    ++state_->running;
}

std::size_t TaskGroup::size() const {
    return state_->running;
}

Task<void> TaskGroup::join() {
    auto state = state_;
    while (state->running > 0) co_await state->emptied.wait();
}

}  // namespace openclaw::net
