#pragma once

#include <cassert>
#include <thread>
#include <utility>

namespace openclaw::net {

// State that one loop owns: nothing guards it, because nobody but the thread that made it, which runs the
// loop, may touch it. Debug builds stop whoever does all the same. Others post to the loop.
template <class T>
class LoopOwned {
public:
    template <class... Args>
    explicit LoopOwned(Args&&... args) : value_(std::forward<Args>(args)...) {}
    LoopOwned(const LoopOwned&) = delete;
    LoopOwned& operator=(const LoopOwned&) = delete;

    T* operator->() { return &mine(); }
    const T* operator->() const { return &mine(); }
    T& operator*() { return mine(); }
    const T& operator*() const { return mine(); }

private:
    T& mine() {
        assert(std::this_thread::get_id() == thread_);
        return value_;
    }
    const T& mine() const {
        assert(std::this_thread::get_id() == thread_);
        return value_;
    }

    T value_;
    std::thread::id thread_ = std::this_thread::get_id();
};

}  // namespace openclaw::net
