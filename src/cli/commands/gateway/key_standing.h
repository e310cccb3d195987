#pragma once

#include <string>
#include <vector>

#include "cli/commands/gateway/key_desk.h"

namespace openclaw::cli {

// How much each of these keys has used of what it may use (usage::standing_json), in their order; empty for
// one that may use as much as it likes, or that is revoked. As the running gateway counts, which is what it
// refuses by; while none runs, as the next one will find it.
Result<std::vector<json::object>> standings_of(Context& context, KeyDesk& desk,
                                               const std::vector<access::KeyRecord>& records);

// "31 % of day=2 USD" of the budget of which most is spent; "-" where there is none.
std::string spent_text(const json::object& standing);
// A line each budget and rate.
std::vector<std::string> standing_lines(const json::object& standing);

}  // namespace openclaw::cli
