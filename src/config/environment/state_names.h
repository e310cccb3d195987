#pragma once

#include <array>
#include <string_view>

namespace openclaw::config {

// State directories of older versions, below the home directory.
constexpr std::array<std::string_view, 3> old_state_names = {".clawdbot", ".moltbot", ".moldbot"};
// Under these names a state directory holds the config, the first that is there.
constexpr std::array<std::string_view, 4> config_names = {"openclaw.json", "clawdbot.json", "moltbot.json",
                                                          "moldbot.json"};

}  // namespace openclaw::config
