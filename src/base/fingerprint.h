#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"

namespace openclaw {

// Shows that two credentials are the same without showing any of their characters: "#3fa9c1d2", the
// first 32 bits of BLAKE2b keyed with `key`. The key differs between hosts and users, so that a
// fingerprint in a pasted log can't be looked up in a table of known keys.
std::string fingerprint(const Secret& secret, std::string_view key);

}  // namespace openclaw
