#pragma once

#include <coroutine>
#include <exception>
#include <new>
#include <optional>
#include <utility>
#include <variant>

namespace openclaw::net {

template <class T>
class Task;

namespace detail {

struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
        return self.promise().continuation;
    }
    void await_resume() const noexcept {}
};

struct PromiseBase {
    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    // Memory that ran out is told to whoever awaits, up to the one who ends an exchange over it. Every other
    // exception stays inside the wrapper of the library that throws it; one that gets here is our bug.
    void unhandled_exception() noexcept {
        try {
            throw;
        } catch (const std::bad_alloc&) {
            exhausted = true;
        } catch (...) {
            std::terminate();
        }
    }
    void rethrow() const {
        if (exhausted) throw std::bad_alloc();
    }
    bool exhausted = false;
};

template <class T>
struct Promise final : PromiseBase {
    std::optional<T> value;
    Task<T> get_return_object() noexcept;
    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        rethrow();
        return std::move(*value);
    }
};

template <>
struct Promise<void> final : PromiseBase {
    Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const { rethrow(); }
};

}  // namespace detail

// A coroutine that starts when it is awaited and is destroyed with its owner. Awaited once. Runs on the
// loop's thread; a callback that ends a wait resumes it through Loop::post, never directly.
template <class T = void>
class [[nodiscard]] Task {
public:
    using promise_type = detail::Promise<T>;

    explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            if (handle_) handle_.destroy();
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) noexcept {
        handle_.promise().continuation = caller;
        return handle_;
    }
    T await_resume() { return handle_.promise().take(); }

private:
    std::coroutine_handle<promise_type> handle_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
    return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
    return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

}  // namespace detail
}  // namespace openclaw::net
