#include "platform/memory.h"

#include <link.h>
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

void let_go_of_code() {
    const auto of_object = [](dl_phdr_info* object, std::size_t, void*) {
        const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        for (int i = 0; i < object->dlpi_phnum; ++i) {
            const auto& part = object->dlpi_phdr[i];
            if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0) continue;
            const auto start = (object->dlpi_addr + part.p_vaddr) / page * page;
            const auto end = (object->dlpi_addr + part.p_vaddr + part.p_memsz + page - 1) / page * page;
            ::madvise(reinterpret_cast<void*>(start), end - start, MADV_DONTNEED);
        }
        return 0;
    };
    ::dl_iterate_phdr(of_object, nullptr);
}

}  // namespace openclaw::platform
