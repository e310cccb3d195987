#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace openclaw::net {

struct SseEvent {
    std::string event;  // empty: "message"
    std::string data;   // lines joined by \n
    bool operator==(const SseEvent&) const = default;
};

// Server-sent events from pieces of any size. Source: WHATWG HTML, section 9.2. An event larger than
// `event_bytes_max` is an error.
class SseParser {
public:
    explicit SseParser(std::size_t event_bytes_max = 4u << 20) : event_bytes_max_(event_bytes_max) {}
    Result<std::vector<SseEvent>> feed(std::string_view bytes);
    bool mid_event() const;  // bytes wait for their blank line: at the end of the body, a cut

private:
    std::size_t event_bytes_max_;
    std::string line_;
    SseEvent event_;
    bool has_data_ = false;
    bool after_carriage_return_ = false;
    bool at_start_ = true;
};

std::string format_sse(std::string_view data, std::string_view event = {});

}  // namespace openclaw::net
