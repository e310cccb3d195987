#pragma once

#include <string>
#include <string_view>

#include "config/config.h"

namespace openclaw::config {

// How an agent presents itself to people. What is empty isn't known.
struct Identity {
    std::string name, theme, emoji, avatar;
    bool empty() const { return name.empty() && theme.empty() && emoji.empty() && avatar.empty(); }
    bool operator==(const Identity&) const = default;
};

// IDENTITY.md of a workspace: lines such as "- **Name:** Clawd". Without a theme, creature or vibe stand for
// it; what is still in brackets is a placeholder, not an answer. The first of two lines counts.
Identity parse_identity(std::string_view markdown);

// The file of a workspace; a missing one says nothing.
Result<Identity> read_identity(platform::FileSystem& files, const Path& file);

// How an agent presents itself: what the config says, and for what it doesn't, its workspace's IDENTITY.md. A
// file that can't be read says nothing.
struct ShownIdentity {
    Identity identity;
    std::string source;  // of name and emoji: "config", "identity" (the file), or empty
};
ShownIdentity shown_identity(platform::FileSystem& files, const AgentEntry& agent);

inline constexpr std::string_view identity_file_name = "IDENTITY.md";

}  // namespace openclaw::config
