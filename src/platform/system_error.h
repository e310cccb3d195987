#pragma once

#include <string_view>

#include "platform/file_system.h"

namespace openclaw::platform {

// What the system's error number means to a caller, with the path and the system's own words.
std::unexpected<Error> system_failure(int number, std::string_view doing, const Path& path);
// The same for what is made, replaced or removed: its folder decides who may.
std::unexpected<Error> entry_failure(int number, std::string_view doing, const Path& path);

}  // namespace openclaw::platform
