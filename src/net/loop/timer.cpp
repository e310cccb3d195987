#include "net/loop/timer.h"

#include <algorithm>

#include "net/loop/exhaustion.h"

namespace openclaw::net {

SteadyTime time_after(std::chrono::milliseconds duration) {
    constexpr std::chrono::milliseconds too_long = std::chrono::years(100);
    if (duration >= too_long) return SteadyTime::max();
    return std::chrono::steady_clock::now() + duration;
}

std::chrono::milliseconds left_until(SteadyTime time) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(time - std::chrono::steady_clock::now());
    return std::max(left, std::chrono::milliseconds(0));
}

Timer::~Timer() {
    disarm();
}

void Timer::disarm() {
    if (queue_ != nullptr) queue_->remove(*this);
}

void TimerQueue::arm(Timer& timer, SteadyTime when) {
    timer.disarm();
    if (when == SteadyTime::max()) return;
    timer.queue_ = this;
    timer.when_ = when;
    heap_.push_back(&timer);
    timer.place_ = heap_.size() - 1;
    up(timer.place_);
}

void TimerQueue::remove(Timer& timer) {
    std::size_t index = timer.place_;
    timer.queue_ = nullptr;
    Timer* last = heap_.back();
    heap_.pop_back();
    if (last == &timer) return;
    place(index, last);
    up(index);
    down(last->place_);
}

std::optional<SteadyTime> TimerQueue::next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front()->when_;
}

void TimerQueue::expire(SteadyTime now) {
    while (!heap_.empty() && heap_.front()->when_ <= now) {
        Timer& timer = *heap_.front();
        remove(timer);
        attempt([&] { timer.expired(); });
    }
}

void TimerQueue::place(std::size_t index, Timer* timer) {
    heap_[index] = timer;
    timer->place_ = index;
}

void TimerQueue::up(std::size_t index) {
    Timer* timer = heap_[index];
    while (index > 0) {
        std::size_t parent = (index - 1) / 2;
        if (heap_[parent]->when_ <= timer->when_) break;
        place(index, heap_[parent]);
        index = parent;
    }
    place(index, timer);
}

void TimerQueue::down(std::size_t index) {
    Timer* timer = heap_[index];
    for (std::size_t child = 2 * index + 1; child < heap_.size(); child = 2 * index + 1) {
        if (child + 1 < heap_.size() && heap_[child + 1]->when_ < heap_[child]->when_) ++child;
        if (timer->when_ <= heap_[child]->when_) break;
        place(index, heap_[child]);
        index = child;
    }
    place(index, timer);
}

}  // namespace openclaw::net
