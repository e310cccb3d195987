#include "net/stream/inbox.h"

#include <cstring>

namespace openclaw::net {
namespace {

constexpr std::size_t first_capacity = 4096;
constexpr std::size_t room_min = 2048;

}  // namespace

void Inbox::consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
}

void Inbox::release() {
    if (!empty()) return;
    data_.reset();
    capacity_ = begin_ = end_ = 0;
}

void Inbox::put_back(std::string_view bytes) {
    while (capacity_ - end_ < bytes.size()) make_room();
    std::memcpy(data_.get() + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
}

// Moves what is there to the front, into a larger buffer when that isn't enough.
void Inbox::make_room() {
    std::size_t held = end_ - begin_;
    std::size_t capacity = capacity_;
    if (begin_ == 0) capacity = std::max(first_capacity, capacity_ * 2);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (held > 0) std::memcpy(larger.get(), data_.get() + begin_, held);
    data_ = std::move(larger);
    capacity_ = capacity;
    begin_ = 0;
    end_ = held;
}

Task<Result<std::size_t>> Inbox::read_more(Stream& stream, Milliseconds deadline) {
    if (capacity_ - end_ < room_min) make_room();
    auto got = co_await stream.read(std::span(data_.get() + end_, capacity_ - end_), deadline);
    if (got) end_ += *got;
    co_return got;
}

}  // namespace openclaw::net
