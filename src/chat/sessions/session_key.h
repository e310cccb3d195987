#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/config.h"

namespace openclaw::chat {

// A conversation's name, canonical and lower case: "agent:main:main", "agent:work:hook:1f…". The words
// "global" and "unknown" stand alone and belong to the default agent.
struct SessionKey {
    std::string text;
    std::string agent_id;

    bool is_main() const { return text == "agent:" + agent_id + ":main"; }
    bool is_group() const;
    bool is_thread() const;
    auto operator<=>(const SessionKey&) const = default;
};

// What a client may write: "", "main", the configured mainKey, "work:main"-like rests (of `default_agent`),
// or a whole key. `invalid_input` for control characters and more than 512 bytes, `not_found` for an agent
// that the config doesn't have, with the nearest as hint.
Result<SessionKey> resolve_session_key(std::string_view text, const config::Config& config,
                                       const std::string& default_agent);
// A record's key as a session; one that names no agent belongs to the one whose store has it.
SessionKey stored_session(std::string_view key, const std::string& agent_id);

SessionKey main_session(const std::string& agent_id);

}  // namespace openclaw::chat
