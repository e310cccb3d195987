#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace openclaw {

// A value that is never changed in place: whoever needs it takes it as it stands and may keep that for as
// long as his work lasts, while another one is put in its place. From any thread.
template <class T>
class Swapped {
public:
    using Pointer = std::shared_ptr<const T>;

    explicit Swapped(Pointer first) : value_(std::move(first)) {}

    Pointer take() const {
        const std::scoped_lock guard(mutex_);
        return value_;
    }
    // Gives what stood here before; it lives on with those who took it.
    Pointer swap(Pointer next) {
        const std::scoped_lock guard(mutex_);
        return std::exchange(value_, std::move(next));
    }

private:
    mutable std::mutex mutex_;
    Pointer value_;  // never null
};

}  // namespace openclaw
