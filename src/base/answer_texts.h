#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace openclaw {

// The texts of a list under a key, as they can be shown on a terminal; none where there is no list, and what
// is no text is left out.
std::vector<std::string> printable_texts(const json::object& object, std::string_view key);

}  // namespace openclaw
