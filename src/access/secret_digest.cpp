#include "access/secret_digest.h"

#include <sodium.h>

#include "base/fingerprint.h"

namespace openclaw::access {

SecretDigest::SecretDigest(const Secret& secret) : bytes_(hash_of(secret)) {}

std::optional<SecretDigest> SecretDigest::from_hex(std::string_view text) {
    SecretDigest digest;
    std::size_t length = 0;
    const char* end = nullptr;
    if (sodium_hex2bin(digest.bytes_.data(), digest.bytes_.size(), text.data(), text.size(), nullptr, &length,
                       &end) != 0 ||
        length != digest.bytes_.size() || end != text.data() + text.size())
        return std::nullopt;
    return digest;
}

std::string SecretDigest::hex() const {
    std::string text(2 * bytes_.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes_.data(), bytes_.size());
    text.pop_back();
    return text;
}

bool SecretDigest::matches(const Secret& offered) const {
    return *this == SecretDigest(offered);
}

bool SecretDigest::operator==(const SecretDigest& other) const {
    return sodium_memcmp(bytes_.data(), other.bytes_.data(), bytes_.size()) == 0;
}

}  // namespace openclaw::access
