#include "net/loop/abort.h"

#include "net/loop/exhaustion.h"
#include "net/loop/link.h"

namespace openclaw::net {

struct Abort::Subscription::Entry : Link {
    std::move_only_function<void()> callback;
};

struct Abort::State {
    bool requested = false;
    List<Subscription::Entry> entries;
};

Abort::Subscription::Subscription(Subscription&&) noexcept = default;
Abort::Subscription& Abort::Subscription::operator=(Subscription&&) noexcept = default;
Abort::Subscription::~Subscription() = default;

Abort::Abort() : state_(std::make_shared<State>()) {}

void Abort::request() const {
    if (state_->requested) return;
    state_->requested = true;
    auto keep = state_;  // a callback may destroy the last owner
    while (Subscription::Entry* entry = keep->entries.pop_front()) {
        auto callback = std::move(entry->callback);  // may end its own subscription
        attempt(callback);                           // the others are told all the same
    }
}

bool Abort::requested() const {
    return state_->requested;
}

Abort::Subscription Abort::on_request(std::move_only_function<void()> callback) const {
    Subscription subscription;
    if (state_->requested) {
        callback();
        return subscription;
    }
    subscription.entry_ = std::make_shared<Subscription::Entry>();
    subscription.entry_->callback = std::move(callback);
    state_->entries.push_back(*subscription.entry_);
    return subscription;
}

}  // namespace openclaw::net
