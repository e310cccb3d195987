#include "net/loop/loop_impl.h"

namespace openclaw::net {

struct Event::State {
    Loop::Impl& loop;
    List<Waiter> waiters;
};

Event::Event(Loop& loop) : state_(std::make_shared<State>(loop.impl())) {}
Event::~Event() = default;

void Event::notify() {
    while (Waiter* waiter = state_->waiters.pop_front()) state_->loop.wake(*waiter, Wake::ready);
}

Task<void> Event::wait() {
    auto state = state_;  // the event may go away before its waiters
    Waiter waiter;
    state->waiters.push_back(waiter);
    co_await Suspend{waiter};
}

Task<bool> Event::wait_for(Milliseconds duration, Abort abort) {
    if (abort.requested()) co_return false;
    auto state = state_;
    Waiter waiter;
    WaiterTimer timer(state->loop, waiter);
    CountedWait counted(state->loop);
    state->waiters.push_back(waiter);
    state->loop.timers.arm(timer, time_after(duration));
    auto subscription = abort.on_request([&] {
        if (waiter.wake == Wake::none) state->loop.wake(waiter, Wake::cancelled);
    });
    co_return co_await Suspend{waiter} == Wake::ready;
}

}  // namespace openclaw::net
