#include "net/http/sse.h"

#include <utility>

namespace openclaw::net {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view line_breaks = "\r\n";

std::unexpected<Error> oversized(std::size_t limit) {
    return fail(Code::too_large, "a server-sent event is larger than {} bytes", limit);
}

}  // namespace

Result<std::vector<SseEvent>> SseParser::feed(std::string_view bytes) {
    std::vector<SseEvent> complete;
    if (failed_) return oversized(event_bytes_max_);
    while (!bytes.empty()) {
        if (std::exchange(after_carriage_return_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t end = bytes.find_first_of(line_breaks);
        line_.append(bytes.substr(0, end));
        if (too_large()) {
            failed_ = true;
            return oversized(event_bytes_max_);
        }
        if (end == std::string_view::npos) break;
        after_carriage_return_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        if (auto taken = take_line(complete); !taken) return std::unexpected(taken.error());
    }
    return complete;
}

Result<void> SseParser::take_line(std::vector<SseEvent>& complete) {
    std::string_view line = line_;
    if (std::exchange(at_start_, false) && line.starts_with(byte_order_mark)) {
        line.remove_prefix(byte_order_mark.size());
    }
    if (line.empty()) {
        dispatch(complete);
    } else {
        take_field(line);
    }
    line_.clear();
    if (!too_large()) return {};
    failed_ = true;
    return oversized(event_bytes_max_);
}

void SseParser::take_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "data") {
        if (has_data_) event_.data += '\n';
        event_.data += value;
        has_data_ = true;
    } else if (name == "event") {
        event_.event = value;
    }
}

void SseParser::dispatch(std::vector<SseEvent>& complete) {
    // An event without data is dropped, its name too.
    if (has_data_) complete.push_back(std::move(event_));
    event_ = {};
    has_data_ = false;
}

bool SseParser::too_large() const {
    return line_.size() + event_.data.size() + event_.event.size() > event_bytes_max_;
}

std::string format_sse(std::string_view data, std::string_view event) {
    std::string text;
    text.reserve(data.size() + event.size() + 24);
    if (!event.empty()) text.append("event: ").append(event).append("\n");
    for (bool more = true; more;) {
        const std::size_t end = data.find_first_of(line_breaks);
        text.append("data: ").append(data.substr(0, end)).append("\n");
        more = end != std::string_view::npos;
        if (more) data.remove_prefix(end + (data.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    text += '\n';
    return text;
}

}  // namespace openclaw::net
