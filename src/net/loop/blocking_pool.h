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

    void submit(std::move_only_function<void()> work);
    void stop();

private:
    void start_thread();
    void serve();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::move_only_function<void()>> queue_;
    std::vector<std::thread> threads_;
    std::size_t idle_ = 0, limit_;
    bool stopping_ = false;
};

}  // namespace openclaw::net
