#pragma once

#include <string>

#include "cli/parser/command.h"

namespace openclaw::cli {

// A folder that a person typed: "~" is home, anything else is taken from where the command runs.
platform::Path typed_folder(const Context& context, const std::string& text);

}  // namespace openclaw::cli
