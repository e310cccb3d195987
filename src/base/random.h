#pragma once

#include <cstddef>
#include <string>

namespace openclaw {

// From the kernel's generator; fit for tokens and ids.
std::string random_bytes(std::size_t count);
std::string random_hex(std::size_t bytes);
std::string random_uuid();  // version 4
double random_fraction();   // in [0, 1)

}  // namespace openclaw
