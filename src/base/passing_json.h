#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/json.h"

namespace openclaw {

// Small documents that are looked at one after the other and thrown away, the events of a stream say. The
// parts of one lie side by side in a block of 4 KiB that is used again for the next, so that they cost no
// allocation; what doesn't fit lies on the heap. For one thread.
class PassingJson {
public:
    PassingJson() {}  // not defaulted, which would have the block zeroed in whatever is made with ()
    PassingJson(const PassingJson&) = delete;
    PassingJson& operator=(const PassingJson&) = delete;

    // As parse_json; null when the text can't be read. What it returns lives until the next call.
    const json::value* read(std::string_view text, std::size_t bytes_max = 8u << 20);

private:
    std::array<unsigned char, 4096> room_;
    // One for each document: a resource that is released goes on asking for blocks twice as large as the
    // last.
    std::optional<json::monotonic_resource> memory_;
    std::optional<json::value> value_;  // in `memory_`, so it goes before it
};

}  // namespace openclaw
