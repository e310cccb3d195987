#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace openclaw::net {

using SteadyTime = std::chrono::steady_clock::time_point;

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
    void arm(Timer& timer, SteadyTime when);  // also moves an armed one
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
