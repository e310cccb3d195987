#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "net/loop/loop_impl.h"

namespace openclaw::net {

// Who may begin a TLS handshake, which costs as much as a hundred requests. Only a few begin in each turn of
// the loop, so that everybody else has his turn between them; the addresses (address_block.h) take turns, so
// that one that floods us waits for itself alone. Those who wait hold a place of their own each (seats.h),
// which bounds them.
class HandshakeQueue {
public:
    HandshakeQueue(Loop& loop, std::size_t a_turn)
        : loop_(loop.impl()), a_turn_(a_turn), next_round_(*this) {}
    HandshakeQueue(const HandshakeQueue&) = delete;
    HandshakeQueue& operator=(const HandshakeQueue&) = delete;

    Task<void> turn(std::string_view address);  // until it is this one's turn

private:
    // Those of one address, in the order of their coming.
    struct Line final : Link {
        List<Waiter> waiting;
        std::string block;
    };
    struct Round final : Job {
        explicit Round(HandshakeQueue& queue) : owner(queue) {}
        void run() override { owner.begin_some(); }
        HandshakeQueue& owner;
    };
    bool has_room();
    void begin_some();
    void begin_one_of(Line& line);

    Loop::Impl& loop_;
    std::size_t a_turn_;
    std::uint64_t turn_ = 0;  // of the loop, in which `begun_` have begun
    std::size_t begun_ = 0;
    std::unordered_map<std::string, Line> lines_;
    List<Line> order_;  // in which the addresses take turns
    Round next_round_;
};

}  // namespace openclaw::net
