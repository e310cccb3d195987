#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/secret_digest.h"
#include "base/secret.h"

namespace openclaw::access {

// What every named key begins with.
constexpr std::string_view key_prefix = "ocg_";

// A named key as somebody offers it, "ocg_<id>_<secret><checksum>": 12, 40 and 6 of a-z2-7. The checksum
// tells what was cut or mistyped from what was never ours; it opens nothing. Nothing of the secret is kept
// but a digest, which the id is part of. That digest has no key of its own: a secret of 200 random bits can't
// be found by trying, and one key more could only be lost.
struct OfferedKey {
    std::string id;                           // empty: damaged
    std::optional<SecretDigest> digest = {};  // none: damaged
    bool damaged() const { return !digest; }
};
// Nothing for a text that doesn't begin as a key does.
std::optional<OfferedKey> read_key(std::string_view text);

// A new secret for the key of this id, as its holder is given it, and what is kept of it.
struct NewKeySecret {
    Secret text;  // the whole key
    SecretDigest digest;
};
NewKeySecret new_key_secret(std::string_view id);
std::string new_key_id();
bool is_key_id(std::string_view text);

}  // namespace openclaw::access
