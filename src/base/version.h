#pragma once

#include <string_view>

namespace openclaw {

// "2026.1.30": project(VERSION) of CMakeLists.txt.
std::string_view version();

}  // namespace openclaw
