#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace openclaw::net {

// Lives as long as the call that tells of it.
struct SseEvent {
    std::string_view event;  // empty: "message"
    std::string_view data;   // lines joined by \n
};

// Server-sent events from pieces of any size. Source: WHATWG HTML, section 9.2. `id` and `retry` are read
// over: nobody reconnects to a half-told answer. After an error the parser stays failed.
class SseParser {
public:
    explicit SseParser(std::size_t event_bytes_max = 4u << 20) : event_bytes_max_(event_bytes_max) {}
    // Tells of each event that these bytes complete; `too_large` when one exceeds the bound.
    using Take = std::function<void(const SseEvent&)>;
    Result<void> feed(std::string_view bytes, const Take& take);
    // Bytes wait for their blank line: at the end of the body, a cut.
    bool mid_event() const { return !line_.empty() || has_data_ || !event_.empty(); }

private:
    void take_line(std::string_view line, const Take& take);
    void take_field(std::string_view line);
    void dispatch(const Take& take);
    bool too_large(std::size_t more) const;  // with so many bytes more of the line
    std::unexpected<Error> failed();

    std::size_t event_bytes_max_;
    std::string line_;          // so far, without its end
    std::string event_, data_;  // of the event so far; their room is used again for the next
    bool has_data_ = false;
    bool after_carriage_return_ = false;  // a \n that comes now belongs to the \r before it
    bool at_start_ = true;                // the first line may begin with a byte order mark
    bool failed_ = false;
};

// One event as bytes, its blank line included. Line breaks of any kind in `data` become further data
// lines. `event` is one word of ours without line breaks; empty leaves the field out.
std::string format_sse(std::string_view data, std::string_view event = {});

}  // namespace openclaw::net
