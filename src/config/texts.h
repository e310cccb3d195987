#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace openclaw::config {

// The texts of a list, without blanks around them; what else stands in it is left out. Empty where there is
// no list.
std::vector<std::string> texts_at(const Config& config, std::string_view path);

}  // namespace openclaw::config
