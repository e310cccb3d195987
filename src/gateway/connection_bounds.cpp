#include "gateway/connection_bounds.h"

#include <algorithm>

namespace openclaw::gateway {

namespace {

constexpr std::size_t own_min = 24, own_max = 256;
constexpr std::size_t admin_min = 8, admin_max = 64;
constexpr std::size_t callers_min = 8, callers_max = 12'000;
// What each may cost (half a head, half a first message, a TLS handshake) times this is well under 32 MiB.
constexpr std::size_t strangers_min = 4, strangers_max = 384;

}  // namespace

ConnectionBounds connection_bounds(std::size_t descriptors) {
    const auto own = std::clamp(descriptors / 8, own_min, own_max);
    const auto admin = std::clamp(own / 4, admin_min, admin_max);
    const auto left = descriptors - std::min(descriptors, own);
    const auto callers = std::clamp(left / 2, callers_min, callers_max);
    return {.callers = {.all = callers, .strangers = std::clamp(callers / 4, strangers_min, strangers_max)},
            .admin = {.all = admin, .strangers = admin}};
}

}  // namespace openclaw::gateway
