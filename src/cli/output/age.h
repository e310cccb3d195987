#pragma once

#include <string>

#include "base/clock.h"

namespace openclaw::cli {

// "just now", "5m ago", "3h ago", "2d ago".
std::string age(Milliseconds past);

}  // namespace openclaw::cli
