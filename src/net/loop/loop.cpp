#include "net/loop/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "net/loop/completion.h"
#include "net/loop/exhaustion.h"
#include "net/loop/loop_impl.h"

namespace openclaw::net {
namespace {

// Nobody stands above what the loop calls: where memory runs out in it, that piece of work ends, and the loop
// goes on. Whoever must learn of it catches it himself.

// How often the run queue is drained before the descriptors get their turn again.
constexpr int rounds_max = 16;

}  // namespace

Loop::Impl::Impl()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), interrupt_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    // Without descriptors for its own wake-ups the program can do nothing at all, not even say so nicely.
    if (epoll_ < 0 || interrupt_ < 0) std::abort();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, interrupt_, &event);
}

Loop::Impl::~Impl() {
    pool.stop();
    while (next_completed()) {
    }
    close(interrupt_);
    close(epoll_);
}

void Loop::Impl::watch(int descriptor, Watch& watch) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &watch;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

// Always before close(): a child process between fork and exec keeps the description, and with it the
// registration, alive.
void Loop::Impl::unwatch(int descriptor) {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
}

void Loop::Impl::post(std::move_only_function<void()> work) {
    bool first = false;
    {
        std::lock_guard lock(posted_mutex_);
        first = posted_.empty();
        posted_.push_back(std::move(work));
    }
    if (first) interrupt();
}

void Loop::Impl::complete(std::unique_ptr<Completion> completion) noexcept {
    {
        std::lock_guard lock(posted_mutex_);
        completed_.push_back(*completion.release());  // owned by the list from here on
    }
    interrupt();
}

std::unique_ptr<Completion> Loop::Impl::next_completed() {
    std::lock_guard lock(posted_mutex_);
    return std::unique_ptr<Completion>(completed_.pop_front());
}

void Loop::Impl::interrupt() const {
    std::uint64_t one = 1;
    [[maybe_unused]] auto written = ::write(interrupt_, &one, sizeof one);  // full means: already awake
}

bool Loop::Impl::idle() const {
    if (waits > 0 || !ready.empty() || !next.empty() || !flushes.empty()) return false;
    std::lock_guard lock(posted_mutex_);
    return posted_.empty() && completed_.empty();
}

int Loop::Impl::timeout_ms() const {
    if (!ready.empty() || !next.empty() || !flushes.empty()) return 0;
    auto soonest = timers.next();
    if (!soonest) return -1;
    // Rounded up: a turn that comes a moment early would find nothing to do and spin.
    return static_cast<int>(std::min<std::int64_t>(left_until(*soonest).count(), 3'600'000));
}

void Loop::Impl::poll() {
    int count = epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), timeout_ms());
    for (int i = 0; i < count; ++i) {
        auto& event = events_[static_cast<std::size_t>(i)];
        if (event.data.ptr != nullptr) {
            attempt([&] { static_cast<Watch*>(event.data.ptr)->ready(event.events); });
        } else {
            std::uint64_t ignored = 0;
            [[maybe_unused]] auto got = ::read(interrupt_, &ignored, sizeof ignored);
        }
    }
}

void Loop::Impl::run_posted() {
    std::vector<std::move_only_function<void()>> batch;
    {
        std::lock_guard lock(posted_mutex_);
        if (posted_.empty()) return;
        batch.swap(posted_);
    }
    for (auto& work : batch) attempt(work);
}

void Loop::Impl::run_completed() {
    while (auto completion = next_completed()) {
        --waits;
        attempt(completion->then);
    }
}

void Loop::Impl::run_ready() {
    for (int round = 0; round < rounds_max && !ready.empty(); ++round) {
        List<Job> batch;
        batch.splice(ready);
        while (Job* job = batch.pop_front()) attempt([job] { job->run(); });
    }
}

void Loop::Impl::run_flushes() {
    List<Job> batch;
    batch.splice(flushes);
    while (Job* job = batch.pop_front()) attempt([job] { job->run(); });
}

void Loop::Impl::turn() {
    ++turns;
    poll();
    ready.splice(next);
    timers.expire(std::chrono::steady_clock::now());
    run_posted();
    run_completed();
    run_ready();
    run_flushes();
}

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() = default;

void Loop::run() {
    while (!impl_->stopping.load(std::memory_order_acquire) && !impl_->idle()) impl_->turn();
    impl_->stopping = false;
}

void Loop::run_while(const bool& unfinished) {
    while (unfinished) impl_->turn();
}

void Loop::stop() {
    impl_->stopping.store(true, std::memory_order_release);
    impl_->interrupt();
}

void Loop::post(std::move_only_function<void()> work) {
    impl_->post(std::move(work));
}

std::chrono::steady_clock::time_point Loop::now() const {
    return std::chrono::steady_clock::now();
}

namespace {

// Work on a pool. Done, or dropped by a pool that stops, it reaches the loop.
class Submitted {
public:
    Submitted(Loop::Impl& loop, std::move_only_function<void()> work, std::move_only_function<void()> then)
        : loop_(loop), work_(std::move(work)), completion_(std::make_unique<Completion>()) {
        completion_->then = std::move(then);
    }
    Submitted(Submitted&&) noexcept = default;
    ~Submitted() {
        work_ = nullptr;
        if (completion_) loop_.complete(std::move(completion_));
    }
    void operator()() { attempt(work_); }

private:
    Loop::Impl& loop_;
    std::move_only_function<void()> work_;
    std::unique_ptr<Completion> completion_;
};

}  // namespace

void submit(BlockingPool& pool, Loop& loop, std::move_only_function<void()> work,
            std::move_only_function<void()> then) {
    Submitted submitted(loop.impl(), std::move(work), std::move(then));
    ++loop.impl().waits;
    // Where the pool has no room for it, it is dropped, and what follows comes all the same.
    attempt([&] { pool.submit(std::move(submitted)); });
}

void Loop::submit(std::move_only_function<void()> work, std::move_only_function<void()> then) {
    net::submit(impl_->pool, *this, std::move(work), std::move(then));
}

Task<void> Loop::next_turn() {
    Waiter waiter;
    impl_->next.push_back(waiter);
    co_await Suspend{waiter};
}

Task<bool> Loop::sleep(Milliseconds duration, Abort abort) {
    if (abort.requested()) co_return false;
    Waiter waiter;
    WaiterTimer timer(*impl_, waiter);
    CountedWait counted(*impl_);
    impl_->timers.arm(timer, time_after(duration));
    auto subscription = abort.on_request([&] {
        if (waiter.wake == Wake::none) impl_->wake(waiter, Wake::cancelled);
    });
    co_return co_await Suspend{waiter} == Wake::timed_out;
}

}  // namespace openclaw::net
