#include "net/server/seats.h"

namespace openclaw::net {

void Seats::send_oldest_stranger_away() {
    Seat* oldest = by_arrival_.front();
    if (oldest == nullptr) return;
    oldest->leave_strangers();
    if (oldest->end_) oldest->end_();
}

Seat::Seat(std::shared_ptr<Seats> seats) : seats_(std::move(seats)) {
    ++seats_->taken_;
    ++seats_->strangers_;
    seats_->by_arrival_.push_back(*this);
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
}

}  // namespace openclaw::net
