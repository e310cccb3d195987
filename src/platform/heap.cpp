#include "platform/heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace openclaw::platform {

void expect_allocations(std::size_t bytes) {
    constexpr std::size_t large_page = std::size_t{2} << 20;
    if (bytes < 2 * large_page || bytes > PTRDIFF_MAX / 2) return;
    // The block comes from the top of the heap and stays there when it is freed, marked.
    ::mallopt(M_MMAP_THRESHOLD, static_cast<int>(std::size_t{32} << 20));  // the largest that glibc takes
    ::mallopt(M_TRIM_THRESHOLD, -1);
    void* block = std::malloc(std::min(bytes, (std::size_t{32} << 20) - large_page));
    if (!block) return;
    const auto start = (reinterpret_cast<std::uintptr_t>(block) + large_page - 1) / large_page * large_page;
    const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0)) / large_page * large_page;
    // Where the kernel offers no large pages, small ones do.
    if (start < end) ::madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
    std::free(block);
}

}  // namespace openclaw::platform
