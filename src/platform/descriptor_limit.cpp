#include "platform/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace openclaw::platform {

namespace {

constexpr rlim_t unlimited_means = 1u << 20;  // what the kernel grants without being told otherwise
constexpr std::size_t when_unknown = 1024;

}  // namespace

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return when_unknown;
    rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    return static_cast<std::size_t>(std::min(limit.rlim_cur, unlimited_means));
}

}  // namespace openclaw::platform
