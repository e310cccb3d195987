#pragma once

#include <cstddef>

namespace openclaw::platform {

// Says that about so many bytes will soon be allocated in small pieces and kept until this process ends, so
// that the kernel may hand them out in large pages instead of in thousands of small ones. A hint: nothing is
// reserved, and nothing fails. For commands that end, not for a daemon: freed memory stays with the process.
void expect_allocations(std::size_t bytes);

// Lets go of the pages of program and libraries that have been run so far. What runs again comes back from
// the page cache by itself; what only the start needed stays out of a daemon's resident memory. Data is
// untouched.
void let_go_of_code();

}  // namespace openclaw::platform
