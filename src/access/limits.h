#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace openclaw::access {

// To what a principal is restricted, whatever his scopes allow. What is absent isn't restricted; an empty
// list allows nothing. A list has names and beginnings: "work", "agent:work:*", "anthropic/claude-*". A `*`
// is one only as the last character; case doesn't count. Agents are named by their ids, sessions by their
// whole keys
// ("agent:work:main"), models by provider and id.
struct Limits {
    std::optional<std::vector<std::string>> agents = {}, sessions = {}, models = {};
    std::optional<std::string> budget = {};  // whose account pays

    bool allow_agent(std::string_view id) const;
    bool allow_session(std::string_view key, std::string_view agent_id) const;  // its agent counts as well
    bool allow_model(std::string_view key) const;
    bool none() const { return !agents && !sessions && !models; }
    bool operator==(const Limits&) const = default;
};

// What somebody wants to restrict a principal to: `invalid_input` for more than 64 entries in a list, one
// that is empty, longer than 512 bytes or not printable, or with a `*` that isn't its end, and for more than
// 8 KiB of names altogether.
Result<void> check_limits(const Limits& limits);

}  // namespace openclaw::access
