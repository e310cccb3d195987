#include "net/http/response_head.h"

#include <ctime>

#include "base/text.h"

namespace openclaw::net {
namespace {

bool is_ours(std::string_view name) {
    static constexpr std::array<std::string_view, 5> names{"content-length", "transfer-encoding",
                                                           "connection", "keep-alive", "date"};
    return std::ranges::any_of(names, [&](auto ours) { return equal_ignoring_case(name, ours); });
}

}  // namespace

// "Sun, 06 Nov 1994 08:49:37 GMT". Source: RFC 9110, section 5.6.7.
std::string_view DateText::at(std::chrono::system_clock::time_point now) {
    auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second == second_ && !text_.empty()) return text_;
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::time_t time = second.time_since_epoch().count();
    std::tm utc{};
    gmtime_r(&time, &utc);
    text_ =
        fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(utc.tm_wday)],
                    utc.tm_mday, months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                    utc.tm_hour, utc.tm_min, utc.tm_sec);
    second_ = second;
    return text_;
}

void append_response_head(std::string& text, int status, const Headers& headers, std::string_view framing,
                          ConnectionAfter after, std::string_view date) {
    fmt::format_to(std::back_inserter(text), "HTTP/1.1 {} ", status);
    text.append(reason_phrase(status)).append("\r\nDate: ").append(date).append("\r\n").append(framing);
    if (after == ConnectionAfter::close) text.append("Connection: close\r\n");
    if (after == ConnectionAfter::keep_alive) text.append("Connection: keep-alive\r\n");
    for (const auto& [name, value] : headers.fields()) {
        if (!is_ours(name)) text.append(name).append(": ").append(value).append("\r\n");
    }
    text.append("\r\n");
}

}  // namespace openclaw::net
