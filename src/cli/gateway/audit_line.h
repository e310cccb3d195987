#pragma once

#include <string>

#include "base/json.h"

namespace openclaw::cli {

// What the gateway's `status` says of its audit log, in a line: "8 lines, 7 refused since the start (wrong
// secret 7)". Empty where it says nothing.
std::string audit_line(const json::object& status);

}  // namespace openclaw::cli
