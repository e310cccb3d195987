#include "access/secret_digest.h"

#include <sodium.h>

#include "base/digest.h"
#include "base/fingerprint.h"

namespace openclaw::access {

SecretDigest::SecretDigest(const Secret& secret) : bytes_(hash_of(secret)) {}

std::optional<SecretDigest> SecretDigest::from_hex(std::string_view text) {
    SecretDigest digest;
    if (!openclaw::from_hex(text, digest.bytes_)) return std::nullopt;
    return digest;
}

std::string SecretDigest::hex() const {
    return to_hex(bytes_);
}

bool SecretDigest::matches(const Secret& offered) const {
    return *this == SecretDigest(offered);
}

bool SecretDigest::operator==(const SecretDigest& other) const {
    return sodium_memcmp(bytes_.data(), other.bytes_.data(), bytes_.size()) == 0;
}

}  // namespace openclaw::access
