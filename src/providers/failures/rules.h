#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/rests/cooldown.h"

namespace openclaw::providers {

// The tables behind classify(). All texts are compared in lower case; `provider` is the normalised id.

// What a rule found, and the part of the answer that it found it in.
struct Match {
    auth::FailureReason reason;
    std::string part;  // the code, the phrase
};

// A code that names one cause, whatever status it comes with: "insufficient_quota" (codes.cpp).
std::optional<Match> match_exact_code(std::string_view provider, int status,
                                      const std::vector<std::string>& codes);
// An unmistakable phrase, among those that occur with this status (0: unknown) (phrases.cpp).
std::optional<Match> match_phrase(std::string_view provider, int status, std::string_view words);
// A type that covers several causes: "rate_limit_error", or a code that tells by a part of its name.
std::optional<Match> match_general_code(int status, const std::vector<std::string>& codes);
// What a status means when nothing else is known (statuses.cpp).
auth::FailureReason reason_of_status(int status);

// Statuses in groups, so that a phrase counts only where it occurs.
enum StatusGroup : unsigned {
    no_status = 1u << 0,    // in a stream, or from a client library
    bad_request = 1u << 1,  // 400, 422 and rare ones
    status_403 = 1u << 2,
    status_404 = 1u << 3,
    status_413 = 1u << 4,
    status_429 = 1u << 5,
    server_side = 1u << 6,    // 5xx
    settled_auth = 1u << 7,   // 401
    status_402 = 1u << 8,     //
    settled_other = 1u << 9,  // 408, 504 …: the status says it all
    status_400 = 1u << 10,    // beside bad_request
};
unsigned group_of(int status);

// Whether an id is one under which a vendor's servers are known; an empty vendor is everybody's, "!google"
// everybody's but Google's.
bool is_of(std::string_view provider, std::string_view vendor);

}  // namespace openclaw::providers
