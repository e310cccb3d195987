#pragma once

#include <memory>
#include <string_view>

#include "net/stream/stream.h"

namespace openclaw::net {

// What has arrived on a connection and waits to be understood. Holds no memory while it is empty and its
// owner waits.
class Inbox {
public:
    std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
    bool empty() const { return begin_ == end_; }
    void consume(std::size_t count);
    void release();  // gives the memory back; only when empty
    void put_back(std::string_view bytes);

    // Reads more behind what is there. 0 at the peer's end.
    Task<Result<std::size_t>> read_more(Stream& stream, Milliseconds deadline);

private:
    void make_room();
    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace openclaw::net
