#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "gateway/client/knock.h"

namespace openclaw::cli {

// How the tries at the door went, for people and for programs.
constexpr Milliseconds knock_patience = std::chrono::seconds(5);
json::array knocks_json(const std::vector<gateway::Knock>& knocks);
std::string knocks_text(const std::vector<gateway::Knock>& knocks);  // "no token refused, the token accepted"
// The first that didn't go as the lock says.
std::optional<Error> fault_of(const std::vector<gateway::Knock>& knocks);

}  // namespace openclaw::cli
