#pragma once

#include <string>

#include "chat/chat.h"

namespace openclaw::gateway {

// A session as sessions.list shows it: members of the record that clients read, and none that
// are only ours.
json::object session_row(const chat::SessionInfo& session);
// "main", "group", "global", "unknown", "direct"
std::string session_kind(const std::string& key, const json::object& entry);
std::string session_file(const config::Config& config, const config::AgentEntry& agent);
// {"modelProvider","model","contextTokens"}
json::object session_list_defaults(const config::Config& config);
// displayName, subject, or the id's first 8 characters and the day.
std::string session_title(const chat::SessionInfo& session);

}  // namespace openclaw::gateway
