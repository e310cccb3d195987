#include "net/server/handshake_queue.h"

#include "net/stream/address_block.h"

namespace openclaw::net {

bool HandshakeQueue::has_room() {
    if (turn_ != loop_.turns) {
        turn_ = loop_.turns;
        begun_ = 0;
    }
    return begun_ < a_turn_;
}

Task<void> HandshakeQueue::turn(std::string_view address) {
    if (order_.empty() && has_room()) {
        ++begun_;
        co_return;
    }
    auto block = address_block(address);
    Line& line = lines_[block];
    line.block = std::move(block);
    Waiter waiter;
    line.waiting.push_back(waiter);
    if (!line.linked()) order_.push_back(line);
    if (!next_round_.linked()) loop_.next.push_back(next_round_);
    co_await Suspend{waiter};
}

void HandshakeQueue::begin_some() {
    while (!order_.empty() && has_room()) begin_one_of(*order_.pop_front());
    if (!order_.empty()) loop_.next.push_back(next_round_);
}

// Whoever waited may be gone.
void HandshakeQueue::begin_one_of(Line& line) {
    if (Waiter* waiter = line.waiting.pop_front()) {
        ++begun_;
        loop_.wake(*waiter, Wake::ready);
    }
    if (line.waiting.empty())
        lines_.erase(line.block);
    else
        order_.push_back(line);
}

}  // namespace openclaw::net
