#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace openclaw::store {

// Makes way for whoever answers, where there is one core: the calling thread's work can wait. What happens
// without the right to that is no matter.
void make_way_for_answers();

// Puts into files what memory already has, on a thread of its own, so that nobody waits for a disk: at once
// where nothing was written lately, else gathered. Usable from several threads.
class WriteBehind {
public:
    struct Pace {
        int busy_share = 10;            // passes take at most one part in so many of the time
        Milliseconds gather_max{1000};  // but what waits is written after so long
        Milliseconds retry_min{1000}, retry_max{60'000};  // after a pass that failed
    };
    // Writes all that waits, on the writer's thread; false when something couldn't be written.
    using Pass = std::function<bool()>;

    WriteBehind(Pass pass, Pace pace);
    ~WriteBehind();  // one more pass when something waits
    WriteBehind(const WriteBehind&) = delete;
    WriteBehind& operator=(const WriteBehind&) = delete;

    // Something waits.
    void wake();
    // Something waits that has time for so long.
    void wake_within(Milliseconds delay);
    // A pass now, whatever the pace; `done` is told, on the writer's thread, after a pass that began later.
    void flush(std::function<void()> done);

private:
    using Time = std::chrono::steady_clock::time_point;
    void start();
    std::optional<Time> next() const;
    void serve();
    void run_pass(std::unique_lock<std::mutex>& lock);

    const Pass pass_;
    const Pace pace_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::optional<Time> due_;    // of what waits
    std::optional<Time> later_;  // of what has time
    Time earliest_{};            // of the next pass
    Milliseconds retry_{0};      // before the next pass, while passes fail
    std::vector<std::function<void()>> flushes_;
    bool stopping_ = false;
    std::thread thread_;  // started by the first wake
};

}  // namespace openclaw::store
