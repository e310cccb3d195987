#include "net/server/seats.h"

#include "net/stream/address_block.h"

namespace openclaw::net {

void Seats::send_a_stranger_away() {
    Seat* chosen = nullptr;
    std::size_t most = 0;
    for (auto& [block, crowd] : crowds_) {
        Seat* oldest = crowd.by_arrival.front();
        const bool came_first = chosen == nullptr || oldest->arrival_ < chosen->arrival_;
        if (crowd.count < most || (crowd.count == most && !came_first)) continue;
        most = crowd.count;
        chosen = oldest;
    }
    if (chosen == nullptr) return;
    chosen->leave_strangers();
    if (chosen->end_) chosen->end_();
}

Seat::Seat(std::shared_ptr<Seats> seats, std::string_view address)
    : seats_(std::move(seats)), block_(address_block(address)), arrival_(seats_->arrivals_) {
    auto& crowd = seats_->crowds_[block_];  // may have no memory; nothing is counted yet
    ++seats_->arrivals_;
    ++seats_->taken_;
    ++seats_->strangers_;
    ++crowd.count;
    crowd.by_arrival.push_back(*this);
}

Seat::~Seat() {
    leave_strangers();
    --seats_->taken_;
    seats_->freed_.notify();
}

void Seat::prove() {
    leave_strangers();
}

void Seat::leave_strangers() {
    if (!linked()) return;
    unlink();
    --seats_->strangers_;
    const auto crowd = seats_->crowds_.find(block_);
    if (--crowd->second.count == 0) seats_->crowds_.erase(crowd);
}

}  // namespace openclaw::net
