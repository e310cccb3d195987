#include "access/stale_tokens.h"

#include <algorithm>

namespace openclaw::access {

namespace {

constexpr std::size_t kept_max = 256;

}  // namespace

bool StaleTokens::saw(std::string_view device_id, const SecretDigest& token) {
    auto brought = std::string(device_id) + token.hex();
    const std::scoped_lock guard(mutex_);
    if (std::ranges::find(seen_, brought) != seen_.end()) return true;
    if (seen_.size() == kept_max) seen_.pop_front();
    seen_.push_back(std::move(brought));
    return false;
}

}  // namespace openclaw::access
