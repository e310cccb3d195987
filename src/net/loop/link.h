#pragma once

#include <utility>

namespace openclaw::net {

// An element that is in at most one list at a time and leaves it when it is destroyed: a suspended
// coroutine that goes away takes its wake-up with it, and nothing is allocated to wait.
class Link {
public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link() { unlink(); }

    bool linked() const { return next_ != this; }
    void unlink() noexcept {
        previous_->next_ = next_;
        next_->previous_ = previous_;
        previous_ = next_ = this;
    }

private:
    template <class T>
    friend class List;
    Link* previous_ = this;
    Link* next_ = this;
};

// A queue of elements that derive from Link. Owns none of them.
template <class T>
class List {
public:
    bool empty() const { return !head_.linked(); }
    T* front() { return empty() ? nullptr : static_cast<T*>(head_.next_); }
    void push_back(T& element) {
        Link& link = element;
        link.unlink();
        link.previous_ = head_.previous_;
        link.next_ = &head_;
        head_.previous_->next_ = &link;
        head_.previous_ = &link;
    }
    T* pop_front() {
        T* first = front();
        if (first != nullptr) static_cast<Link*>(first)->unlink();
        return first;
    }
    // Takes over everything in `other`, behind what is here.
    void splice(List& other) {
        if (other.empty()) return;
        Link* first = other.head_.next_;
        Link* last = other.head_.previous_;
        other.head_.previous_ = other.head_.next_ = &other.head_;
        first->previous_ = head_.previous_;
        head_.previous_->next_ = first;
        last->next_ = &head_;
        head_.previous_ = last;
    }

private:
    Link head_;
};

}  // namespace openclaw::net
