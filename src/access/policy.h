#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "access/certificates/certificates.h"
#include "access/gateway_secret.h"
#include "access/principal.h"
#include "base/secret.h"

namespace openclaw::access {

// A secret of which only a digest is kept: enough to recognise it, in a time that tells neither its
// characters nor its length.
class SecretDigest {
public:
    explicit SecretDigest(const Secret& secret);
    bool matches(const Secret& offered) const;
    bool operator==(const SecretDigest& other) const;

private:
    std::array<unsigned char, 32> bytes_{};
};

// The lock as it stands: what each proof is compared with, and who comes in by it. Made at the start and at
// each reload, never changed.
struct Policy {
    struct SharedSecret {
        SecretDigest digest;
        bool guessable;  // a password, or a token like one: trying must be made slow
        std::shared_ptr<const Identity> identity;
    };
    AccessMode mode = AccessMode::token;
    std::optional<SharedSecret> secret = {};  // none: nobody gets in by secret
    std::uint32_t owner_uid = 0;
    std::shared_ptr<const Identity> owner;
    std::shared_ptr<const Certificates> certificates = nullptr;  // whose count; null: nobody's
};
Policy policy_of(const GatewaySecret& secret, std::string_view fingerprint_key, std::uint32_t owner_uid);

}  // namespace openclaw::access
