#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace openclaw::net {

using SteadyTime = std::chrono::steady_clock::time_point;

// When a wait of that length ends: never, when it is longer than the clock can tell.
SteadyTime time_after(std::chrono::milliseconds duration);
std::chrono::milliseconds left_until(SteadyTime time);  // rounded up, not negative

class TimerQueue;

// Something that happens at a time, unless it is disarmed or destroyed first.
class Timer {
public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    virtual ~Timer();

    bool armed() const { return queue_ != nullptr; }
    SteadyTime when() const { return when_; }
    void disarm();

protected:
    // Called by the loop, between coroutines: may wake them, never resume them.
    virtual void expired() = 0;

private:
    friend class TimerQueue;
    TimerQueue* queue_ = nullptr;
    std::size_t place_ = 0;
    SteadyTime when_{};
};

// Timers by time, soonest first: a binary heap that knows each timer's place, so that one can leave early.
class TimerQueue {
public:
    // Also moves an armed one. A time that never comes only disarms.
    void arm(Timer& timer, SteadyTime when);
    void remove(Timer& timer);
    std::optional<SteadyTime> next() const;
    void expire(SteadyTime now);

private:
    void place(std::size_t index, Timer* timer);
    void up(std::size_t index);
    void down(std::size_t index);
    std::vector<Timer*> heap_;
};

}  // namespace openclaw::net
