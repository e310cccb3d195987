#include "net/loop/blocking_pool.h"

#include <csignal>

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
    if (queue_.size() > idle_ && threads_.size() < limit_) start_thread();
    wake_.notify_one();
}

void BlockingPool::start_thread() {
    // Signals are for the loop's thread: one that lands here would interrupt a system call for nothing.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    threads_.emplace_back([this] { serve(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
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
        work();
        work = nullptr;
        lock.lock();
    }
}

}  // namespace openclaw::net
