#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openclaw {

// Every spelling in which a value may turn up in other text, without duplicates. The caller wipes them.
std::vector<std::string> forms_of(std::string_view value);

}  // namespace openclaw
