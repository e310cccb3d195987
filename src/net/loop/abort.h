#pragma once

#include <functional>
#include <memory>

namespace openclaw::net {

// Tells work in progress that nobody wants its result any more. Copies share one state. One thread.
class Abort {
public:
    // Calls back once when the abort is requested, at once when it already is; forgets on destruction.
    class Subscription {
    public:
        Subscription() = default;
        Subscription(Subscription&&) noexcept;
        Subscription& operator=(Subscription&&) noexcept;
        ~Subscription();

    private:
        friend class Abort;
        struct Entry;
        std::shared_ptr<Entry> entry_;
    };

    Abort();
    void request() const;  // the second time does nothing
    bool requested() const;
    [[nodiscard]] Subscription on_request(std::move_only_function<void()> callback) const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace openclaw::net
