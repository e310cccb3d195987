#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace openclaw::config {

// The text of a .env file with another value for a variable that stands in it: the assignment that counts is
// written anew where it begins, and nothing else is touched. `not_found` when it isn't there; `invalid_input`
// when the text can't be changed without changing another variable.
Result<std::string> with_variable(std::string_view text, std::string_view name, const Secret& value);

}  // namespace openclaw::config
