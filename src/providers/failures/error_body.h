#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/http.h"

namespace openclaw::providers {

// What an error answer says, whatever its shape: JSON of several levels, with JSON or text of another
// provider inside, an SSE event, an SDK's message ("429 Too many requests"), a Python dictionary, or a web
// page.
struct ErrorBody {
    bool reports_error = false;  // also true where the HTTP status says nothing of it
    bool web_page = false;
    bool plain = false;              // words alone: neither JSON nor events nor a page
    int status = 0;                  // 400..599 where the body names one as a code
    std::vector<std::string> codes;  // lower case; the innermost and most specific first
    std::string code;                // the first of them as it was written
    std::string message;             // the provider's words
    std::optional<double> resets_in_s, resets_at_s;
    std::string resets_text;             // a time or a span as it was written
    std::vector<std::string> quota_ids;  // lower case: "generaterequestsperdayperprojectpermodel-freetier"
    bool names_model = false;            // a quota of one model
    bool plan_limit = false;             // the limit of a subscription
    net::Headers headers;                // that the body carries: a proxy's copy of the provider's
};
ErrorBody parse_error_body(std::string_view body);

}  // namespace openclaw::providers
