#pragma once

#include <string_view>

#include "auth/rests/cooldown.h"
#include "net/http/http.h"
#include "providers/failures/error_body.h"

namespace openclaw::providers {

// Whether a limit or an overload is one model's or the whole account's, where the answer says so: by the
// quota's name, by headers, by the kind of limit, last by its words (in lower case).
auth::FailureScope scope_of(auth::FailureReason reason, const net::Headers& headers, const ErrorBody& body,
                            std::string_view words);

}  // namespace openclaw::providers
