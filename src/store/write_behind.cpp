#include "store/write_behind.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "net/loop/exhaustion.h"

namespace openclaw::store {

void make_way_for_answers() {
    constexpr int behind_answers = 5;
    [[maybe_unused]] const int granted =
        setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), behind_answers);
}

WriteBehind::WriteBehind(Pass pass, Pace pace) : pass_(std::move(pass)), pace_(pace) {}

WriteBehind::~WriteBehind() {
    {
        const std::scoped_lock guard(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void WriteBehind::start() {
    if (!thread_.joinable()) thread_ = std::thread([this] { serve(); });
}

// Every message calls this: the thread is woken only for what isn't due already.
void WriteBehind::wake() {
    const std::scoped_lock guard(mutex_);
    if (due_) return;
    due_ = std::max(std::chrono::steady_clock::now() + retry_, earliest_);
    start();
    wake_.notify_one();
}

void WriteBehind::wake_within(Milliseconds delay) {
    const std::scoped_lock guard(mutex_);
    const auto due = std::max(std::chrono::steady_clock::now() + delay, earliest_);
    if (later_ && *later_ <= due) return;
    later_ = due;
    start();
    wake_.notify_one();
}

void WriteBehind::flush(std::function<void()> done) {
    const std::scoped_lock guard(mutex_);
    due_ = Time::min();
    flushes_.push_back(std::move(done));
    start();
    wake_.notify_one();
}

void WriteBehind::run_pass(std::unique_lock<std::mutex>& lock) {
    due_.reset();
    later_.reset();
    const auto flushes = std::exchange(flushes_, {});
    lock.unlock();
    const auto started = std::chrono::steady_clock::now();
    bool written = false;
    net::attempt([&] { written = pass_(); });  // what ran out of memory is tried again
    const auto ended = std::chrono::steady_clock::now();
    for (const auto& done : flushes) net::insist(done);
    lock.lock();
    const auto gather = std::min<Time::duration>((ended - started) * pace_.busy_share, pace_.gather_max);
    earliest_ = ended + gather;
    retry_ = written ? Milliseconds(0) : std::clamp(retry_ * 2, pace_.retry_min, pace_.retry_max);
    if (!written && !due_) due_ = ended + retry_;
}

std::optional<WriteBehind::Time> WriteBehind::next() const {
    if (!due_ || !later_) return due_ ? due_ : later_;
    return std::min(*due_, *later_);
}

void WriteBehind::serve() {
    make_way_for_answers();
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto due = next();
        if (due && *due <= std::chrono::steady_clock::now())
            run_pass(lock);
        else if (due)
            wake_.wait_until(lock, *due);
        else
            wake_.wait(lock);
    }
    if (next()) run_pass(lock);
}

}  // namespace openclaw::store
