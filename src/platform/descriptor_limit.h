#pragma once

#include <cstddef>

namespace openclaw::platform {

// Lets this process open as many descriptors as the system lets it ask for, and says how many that are. The
// soft limit that it begins with (often 1,024) is meant for programs that call select(). Children inherit it.
std::size_t raise_descriptor_limit();

}  // namespace openclaw::platform
