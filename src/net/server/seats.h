#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/loop/link.h"
#include "net/loop/loop.h"

namespace openclaw::net {

struct SeatLimits {
    std::size_t all = 4096;       // connections at once, websockets among them
    std::size_t strangers = 512;  // of these, whose caller has not proven who it is
};

class Seat;

// The places of a server's connections. Whoever comes is a stranger until he has proven who he is: a TLS
// handshake, a head that is still arriving, requests that were open to all or refused, a websocket before its
// handshake. Strangers have a share of their own, in which a newcomer gets the place of one of those who have
// most of them: the oldest connection of the address (address_block.h) that holds the most, of addresses that
// hold as many the one that came first. So however many they are, the next one who can prove something gets
// in, who has proven it stays, and one address can't take the places of another that holds fewer.
class Seats {
public:
    Seats(Loop& loop, SeatLimits limits) : limits_(limits), freed_(loop) {}
    Seats(const Seats&) = delete;
    Seats& operator=(const Seats&) = delete;

    bool full() const { return taken_ >= limits_.all; }
    bool full_of_strangers() const { return strangers_ >= limits_.strangers; }
    void send_a_stranger_away();  // it is a stranger no more, and its place free when it has ended
    Task<void> change() { return freed_.wait(); }  // until a place has become free
    void stop_waiting() { freed_.notify(); }
    std::size_t taken() const { return taken_; }
    std::size_t strangers() const { return strangers_; }

private:
    friend class Seat;
    // The strangers of one address, the oldest first; never empty.
    struct Crowd {
        List<Seat> by_arrival;
        std::size_t count = 0;
    };
    SeatLimits limits_;
    std::size_t taken_ = 0;
    std::size_t strangers_ = 0;
    std::uint64_t arrivals_ = 0;
    std::unordered_map<std::string, Crowd> crowds_;
    Event freed_;
};

// One connection's place, free again when this is destroyed.
class Seat final : public Link {
public:
    Seat(std::shared_ptr<Seats> seats, std::string_view address);
    ~Seat();
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    void prove();  // its caller is no stranger any more; the second time does nothing
    // What ends the connection at once when a newcomer needs the place.
    void when_sent_away(std::move_only_function<void()> end) { end_ = std::move(end); }

private:
    friend class Seats;
    void leave_strangers();
    std::shared_ptr<Seats> seats_;
    std::string block_;          // of the address it comes from
    std::uint64_t arrival_ = 0;  // counts those who have come
    std::move_only_function<void()> end_;
};

}  // namespace openclaw::net
