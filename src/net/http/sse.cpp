#include "net/http/sse.h"

#include <algorithm>
#include <utility>

namespace openclaw::net {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view line_breaks = "\r\n";

std::unexpected<Error> oversized(std::size_t limit) {
    return fail(Code::too_large, "a server-sent event is larger than {} bytes", limit);
}

// Where the lines of a piece end. Each byte is looked at once for each kind of line break, however many lines
// there are.
class LineEnds {
public:
    explicit LineEnds(std::string_view bytes) : bytes_(bytes), line_feed_(bytes.find('\n')) {}
    // The first line break from `at` on, or npos.
    std::size_t next(std::size_t at) {
        if (line_feed_ < at) line_feed_ = bytes_.find('\n', at);
        const auto carriage_return = bytes_.substr(0, line_feed_).find('\r', at);
        return std::min(line_feed_, carriage_return);
    }

private:
    std::string_view bytes_;
    std::size_t line_feed_;
};

}  // namespace

// A line that is whole in one piece, as nearly all are, is read where it stands.
Result<void> SseParser::feed(std::string_view bytes, const Take& take) {
    if (failed_) return oversized(event_bytes_max_);
    LineEnds ends(bytes);
    for (std::size_t at = 0; at < bytes.size();) {
        if (std::exchange(after_carriage_return_, false) && bytes[at] == '\n') {
            ++at;
            continue;
        }
        const auto end = ends.next(at);
        const auto part = bytes.substr(at, end - at);
        if (too_large(part.size())) return failed();
        if (end == std::string_view::npos || !line_.empty()) line_ += part;
        if (end == std::string_view::npos) break;
        after_carriage_return_ = bytes[end] == '\r';
        at = end + 1;
        take_line(line_.empty() ? part : line_, take);
        line_.clear();
        if (too_large(0)) return failed();
    }
    return {};
}

std::unexpected<Error> SseParser::failed() {
    failed_ = true;
    return oversized(event_bytes_max_);
}

void SseParser::take_line(std::string_view line, const Take& take) {
    if (std::exchange(at_start_, false) && line.starts_with(byte_order_mark)) {
        line.remove_prefix(byte_order_mark.size());
    }
    if (line.empty()) {
        dispatch(take);
    } else {
        take_field(line);
    }
}

void SseParser::take_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "data") {
        if (has_data_) data_ += '\n';
        data_ += value;
        has_data_ = true;
    } else if (name == "event") {
        event_ = value;
    }
}

void SseParser::dispatch(const Take& take) {
    // An event without data is dropped, its name too.
    if (has_data_) take({event_, data_});
    event_.clear();
    data_.clear();
    has_data_ = false;
}

bool SseParser::too_large(std::size_t more) const {
    return line_.size() + more + data_.size() + event_.size() > event_bytes_max_;
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
