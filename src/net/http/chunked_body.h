#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "net/http/request_head.h"

namespace openclaw::net {

// Decodes a chunked request body from pieces of any size. Chunk extensions and trailers are checked for
// their form, bounded and dropped. Source: RFC 9112, section 7.1.
class ChunkedBody {
public:
    explicit ChunkedBody(std::size_t body_max) : body_max_(body_max) {}
    // Appends to `body` and returns how many bytes it took: less than all only when complete. Refuses with
    // 413 past the bound, else with 400. After a refusal, don't go on.
    std::expected<std::size_t, Refusal> feed(std::string_view bytes, std::string& body);
    bool complete() const { return phase_ == Phase::complete; }

private:
    enum class Phase { size, data, data_end, trailer, complete };
    std::expected<void, Refusal> take_line(std::string_view line);
    std::expected<void, Refusal> take_size(std::string_view line);

    std::size_t body_max_;
    std::size_t taken_ = 0;
    std::size_t line_bytes_ = 0;       // spent on what is not body since the last data
    std::size_t extension_bytes_ = 0;  // of all lines that tell a size, beyond what such a line needs
    Phase phase_ = Phase::size;
    std::uint64_t left_ = 0;
    std::string line_;
};

}  // namespace openclaw::net
