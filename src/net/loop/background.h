#pragma once

#include <coroutine>
#include <exception>
#include <new>
#include <utility>

#include "net/loop/task.h"

namespace openclaw::net {

// A task that runs beside its owner and is destroyed with it, wherever it waits: what one connection does
// for its whole life. Starts at once, up to its first wait. The task itself must not destroy the owner. Where
// memory runs out, it ends.
class Background {
public:
    Background() = default;
    explicit Background(Task<void> task) : frame_(run(std::move(task)).frame) { frame_.resume(); }
    Background(Background&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    Background& operator=(Background&& other) noexcept {
        std::swap(frame_, other.frame_);
        return *this;
    }
    ~Background() {
        if (frame_) frame_.destroy();
    }

private:
    struct Frame {
        struct promise_type {
            Frame get_return_object() noexcept {
                return {std::coroutine_handle<promise_type>::from_promise(*this)};
            }
            std::suspend_always initial_suspend() const noexcept { return {}; }
            std::suspend_always final_suspend() const noexcept { return {}; }
            void return_void() const noexcept {}
            [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
        };
        std::coroutine_handle<promise_type> frame;
    };
    static Frame run(Task<void> task) {
        try {
            co_await task;
        } catch (const std::bad_alloc&) {
            // It has ended. An owner who must learn of that lets the task say so.
        }
    }

    std::coroutine_handle<Frame::promise_type> frame_;
};

}  // namespace openclaw::net
