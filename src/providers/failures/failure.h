#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/rests/cooldown.h"
#include "base/clock.h"
#include "base/secret.h"
#include "base/token_usage.h"
#include "net/http/http.h"

namespace openclaw::providers {

// What went wrong, once, for everybody: rotation, cooldown, messages, HTTP answers.
struct Failure {
    auth::FailureReason reason = auth::FailureReason::unknown;
    int status = 0;             // that was sent, or that the body names; 0: none was
    std::string provider_code;  // "rate_limit_error", "insufficient_quota"
    std::string message;        // the provider's words, redacted, at most 600 bytes
    std::string hint = {};      // a better next step than the reason's own, or empty
    std::optional<Milliseconds> retry_after;
    // Of a rate limit or an overload: whether the asked model or everything behind the key is meant, where
    // the provider says so.
    auth::FailureScope scope = auth::FailureScope::unknown;
    bool partial = false;   // some text had already arrived
    TokenUsage usage = {};  // that the provider had counted by then, if it had
    bool aborted = false;   // by our own caller: nothing is recorded
};

template <class T>
using Attempted = std::expected<T, Failure>;

// An error body is read up to here, whatever its length says.
inline constexpr std::size_t error_body_bytes_max = 64 * 1024;

// What came back from a provider, when it wasn't an answer.
struct Observed {
    auth::ProviderId provider;
    int status = 0;                         // 0: no HTTP answer, or unknown
    net::Headers headers = {};              //
    std::string body = {};                  // JSON, an SSE event, plain text or a web page
    std::optional<Error> transport;         // why there is no (whole) answer
    std::optional<Secret> credential = {};  // removed from the message wherever it is echoed
    std::vector<Secret> secrets = {};       // that the request carried besides; removed just so
    std::string asked = {};                 // the address that was asked, without its query
};

// Says what a failure means. Pure. Structure decides before words: codes that name one cause, then
// unmistakable phrases (limited to the statuses they occur with), then general types, then the status;
// a number inside a sentence never counts. `now` turns reset times into `retry_after`.
Failure classify(const Observed& observed, TimePoint now);

// The same with the rule that decided and the part of the answer it decided on, for a person:
// `the code "insufficient_quota"`, `the words "prompt is too long"`, "status 429".
struct Understood {
    Failure failure;
    std::string because;
};
Understood understand(const Observed& observed, TimePoint now);

// The same for something that may be no failure at all: with a status below 400, nothing unless the body
// reports an error.
std::optional<Failure> find_failure(const Observed& observed, TimePoint now);
std::optional<Understood> find_understood(const Observed& observed, TimePoint now);

}  // namespace openclaw::providers
