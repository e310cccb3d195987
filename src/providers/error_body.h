#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace openclaw::providers {

// What an error answer says, whatever its shape: JSON of one to three levels, an SSE event, text with JSON
// inside, an SDK's message ("429 Too many requests"), or a web page.
struct ErrorBody {
    bool reports_error = false;  // also true where the HTTP status says nothing of it
    bool web_page = false;
    int status = 0;                  // 400..599 where the body names one as a code
    std::vector<std::string> codes;  // lower case; the innermost and most specific first
    std::string code;                // the first of them as it was written
    std::string message;             // the provider's words
    std::optional<double> resets_in_s, resets_at_s;
};
ErrorBody parse_error_body(std::string_view body);

}  // namespace openclaw::providers
