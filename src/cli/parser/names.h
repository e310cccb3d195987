#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/parser/command.h"

namespace openclaw::cli {

// The names of a kind ("agent", "provider", "profile", "model", "alias", …) that exist on this host, for
// completion, the likeliest first: whatever can't be read is left out.
std::vector<std::string> names(Context& context, std::string_view kind);

}  // namespace openclaw::cli
