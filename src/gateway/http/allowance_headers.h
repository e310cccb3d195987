#pragma once

#include "access/principal.h"
#include "net/http/http.h"
#include "usage/governor.h"

namespace openclaw::gateway {

// Where a caller stands who may use so much only: `x-ratelimit-*` as OpenAI names them, and one header a
// budget, "x-openclaw-budget-day-usd: left=1.2300; limit=2.0000; begins-anew=2026-11-23T00:00:00.000Z". Adds
// nothing for anybody else.
void add_allowance_headers(net::Headers& headers, const usage::Governor& governor,
                           const access::Principal& caller);

}  // namespace openclaw::gateway
