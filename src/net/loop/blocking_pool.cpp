#include "net/loop/blocking_pool.h"

#include <csignal>
#include <new>
#include <system_error>

#include "net/loop/exhaustion.h"

namespace openclaw::net {

BlockingPool::~BlockingPool() {
    stop();
}

void BlockingPool::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        queue_.clear();
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void BlockingPool::submit(std::move_only_function<void()> work) {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
    const bool more = queue_.size() > idle_ && threads_.size() < limit_;
    if (more && !start_thread() && threads_.empty()) {
        queue_.pop_back();
        throw std::bad_alloc();
    }
    wake_.notify_one();
}

// False when the system gives no more.
bool BlockingPool::start_thread() {
    // Signals are for the loop's thread: one that lands here would interrupt a system call for nothing.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = false;
    try {
        threads_.emplace_back([this] { serve(); });
        started = true;
    } catch (const std::system_error&) {
    } catch (const std::bad_alloc&) {
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return started;
}

void BlockingPool::serve() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (queue_.empty()) {
            ++idle_;
            wake_.wait(lock);
            --idle_;
            continue;
        }
        auto work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        attempt(work);
        work = nullptr;
        lock.lock();
    }
}

}  // namespace openclaw::net
