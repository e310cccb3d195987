#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openclaw::config {

// What a newer version of the reference (2026.9.6) knows beside the settings table: such a key is kept,
// without effect here, where an unknown one is a mistake. Patterns as in the settings table; an agent's
// settings are the same in `agents.entries.*` and `agents.list[]`.
bool newer_knows(std::string_view pattern);
// Whether it says what may stand below; otherwise anything may.
bool newer_knows_below(std::string_view pattern);
std::vector<std::string> newer_names_below(std::string_view pattern);  // without "*"

}  // namespace openclaw::config
