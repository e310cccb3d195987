#include "net/server/seats.h"

namespace openclaw::net {

void Seats::send_oldest_stranger_away() {
    // It counts until it is gone, so that nobody is sent away for a place that is about to be free.
    if (Seat* oldest = by_arrival_.pop_front(); oldest != nullptr && oldest->end_) oldest->end_();
}

Seat::Seat(std::shared_ptr<Seats> seats) : seats_(std::move(seats)) {
    ++seats_->taken_;
    ++seats_->strangers_;
    seats_->by_arrival_.push_back(*this);
}

Seat::~Seat() {
    unlink();
    --seats_->taken_;
    if (!proven_) --seats_->strangers_;
    seats_->freed_.notify();
}

void Seat::prove() {
    if (std::exchange(proven_, true)) return;
    unlink();
    --seats_->strangers_;
    seats_->freed_.notify();
}

}  // namespace openclaw::net
