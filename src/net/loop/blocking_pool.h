#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace openclaw::net {

// A few threads for work that blocks. The first starts with the first piece of work.
class BlockingPool {
public:
    static constexpr std::size_t threads_max = 4;

    explicit BlockingPool(std::size_t threads = threads_max) : limit_(threads) {}
    ~BlockingPool();  // waits for what runs, drops what waits
    BlockingPool(const BlockingPool&) = delete;
    BlockingPool& operator=(const BlockingPool&) = delete;

    // `std::bad_alloc` where neither a thread nor the memory for it can be had; work that itself runs out of
    // memory ends, and the thread goes on.
    void submit(std::move_only_function<void()> work);
    void stop();

private:
    bool start_thread();
    void serve();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::move_only_function<void()>> queue_;
    std::vector<std::thread> threads_;
    std::size_t idle_ = 0, limit_;
    bool stopping_ = false;
};

}  // namespace openclaw::net
