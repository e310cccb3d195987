#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace openclaw {

// Shows that two credentials are the same without showing any of their characters: "#3fa9c1d2", the
// first 32 bits of BLAKE2b keyed with `key`. The key differs between hosts and users, so that a
// fingerprint in a pasted log can't be looked up in a table of known keys.
std::string fingerprint(const Secret& secret, std::string_view key);

// All 256 bits of it; without a key, unless one is given.
using SecretHash = std::array<unsigned char, 32>;
SecretHash hash_of(const Secret& secret, std::optional<std::string_view> key = std::nullopt);

}  // namespace openclaw
