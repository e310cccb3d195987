#pragma once

#include <string>

#include "config/config.h"

namespace openclaw::chat {

// What a model is told about where it is. The same bytes for every turn of a session, so that the
// provider's prompt cache holds: no time, no counters. Claims nothing that isn't so.
std::string system_prompt(const config::AgentEntry& agent, const std::string& extra);

}  // namespace openclaw::chat
