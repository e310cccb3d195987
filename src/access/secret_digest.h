#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace openclaw::access {

// A secret of which only a digest is kept: enough to recognise it, in a time that tells neither its
// characters nor its length.
class SecretDigest {
public:
    explicit SecretDigest(const Secret& secret);
    // As it is kept in a file; nothing for a text that no digest has.
    static std::optional<SecretDigest> from_hex(std::string_view text);
    std::string hex() const;

    bool matches(const Secret& offered) const;
    bool operator==(const SecretDigest& other) const;

private:
    SecretDigest() = default;
    std::array<unsigned char, 32> bytes_{};
};

}  // namespace openclaw::access
