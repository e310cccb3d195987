#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "net/http/http.h"

namespace openclaw::net {

enum class ConnectionAfter { unsaid, close, keep_alive };

// The text of a Date field, made anew once a second.
class DateText {
public:
    std::string_view at(std::chrono::system_clock::time_point now);

private:
    std::chrono::sys_seconds second_{};
    std::string text_;
};

// Appends the head of an answer. `framing` is the line that tells the body's length ("Content-Length:
// 5\r\n"), or empty. The fields that describe the connection and the length are ours; a handler's are left
// out.
void append_response_head(std::string& text, int status, const Headers& headers, std::string_view framing,
                          ConnectionAfter after, std::string_view date);

}  // namespace openclaw::net
