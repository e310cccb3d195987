#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "net/http/http.h"
#include "providers/failures/error_body.h"

namespace openclaw::providers {

// How long a provider asks us to stay away, from the most exact source it offers: `retry-after-ms`,
// `retry-after` (seconds or a date, RFC 9110 10.2.3), the reset of an exhausted rate-limit header, the same
// in headers that the body carries, members of the body, and last "try again in 2 s" or "resets at
// 2026-03-01 00:00 UTC" in its words. Between a millisecond and 31 days. A time of day without a zone is a
// guess and left alone, but for the vendor that documents its own (`provider`).
std::optional<Milliseconds> retry_after(const net::Headers& headers, const ErrorBody& body, TimePoint now,
                                        std::string_view provider = {});

// "27s", "1m30s", "6m0s", "120ms", "1.98 seconds", "~176 min": as providers write a span; nothing for
// anything else.
std::optional<Milliseconds> parse_reset_span(std::string_view text);
// "Wed, 21 Oct 2026 07:28:00 GMT", "2026-10-21T07:28:00.5+02:00", "2026-10-21 at 07:28 UTC".
std::optional<TimePoint> parse_reset_time(std::string_view text);

}  // namespace openclaw::providers
