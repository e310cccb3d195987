#pragma once

#include <cstddef>

namespace openclaw::platform {

// Says that about so many bytes will soon be allocated in small pieces and kept until this process ends, so
// that the kernel may hand them out in large pages instead of in thousands of small ones. A hint: nothing is
// reserved, and nothing fails. For commands that end, not for a daemon: freed memory stays with the process.
void expect_allocations(std::size_t bytes);

}  // namespace openclaw::platform
