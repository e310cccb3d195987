#pragma once

#include <optional>

#include "base/clock.h"
#include "net/http.h"
#include "providers/error_body.h"

namespace openclaw::providers {

// How long a provider asks us to stay away, from the most exact source it offers: `retry-after-ms`,
// `retry-after` (seconds or a date, RFC 9110 10.2.3), the reset of an exhausted rate-limit header, members
// of the body, and last "try again in 2 s" in its words. Between a millisecond and 31 days.
std::optional<Milliseconds> retry_after(const net::Headers& headers, const ErrorBody& body, TimePoint now);

// "27s", "1m30s", "6m0s", "120ms", "1.98 seconds": as providers write a span; nothing for anything else.
std::optional<Milliseconds> parse_reset_span(std::string_view text);
// "Wed, 21 Oct 2026 07:28:00 GMT" and "2026-10-21T07:28:00Z".
std::optional<TimePoint> parse_reset_time(std::string_view text);

}  // namespace openclaw::providers
