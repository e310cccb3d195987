#include "access/policy.h"

#include <sodium.h>

#include "base/fingerprint.h"
#include "config/settings/guessable.h"

namespace openclaw::access {

namespace {

Proof proof_of(AccessMode mode) {
    switch (mode) {  // no default: a new mode doesn't compile until it is decided here
        case AccessMode::token:
            return Proof::token;
        case AccessMode::password:
            return Proof::password;
        case AccessMode::mtls:
            return Proof::certificate;
    }
    return Proof::token;
}

}  // namespace

SecretDigest::SecretDigest(const Secret& secret) {
    const auto text = secret.reveal();
    crypto_generichash(bytes_.data(), bytes_.size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size(), nullptr, 0);
}

bool SecretDigest::matches(const Secret& offered) const {
    return *this == SecretDigest(offered);
}

bool SecretDigest::operator==(const SecretDigest& other) const {
    return sodium_memcmp(bytes_.data(), other.bytes_.data(), bytes_.size()) == 0;
}

Policy policy_of(const GatewaySecret& secret, std::string_view fingerprint_key, std::uint32_t owner_uid) {
    Policy policy{.mode = secret.mode,
                  .secret = {},
                  .owner_uid = owner_uid,
                  .owner = std::make_shared<const Identity>(Identity{.id = "owner",
                                                                     .shown = "owner",
                                                                     .proof = Proof::socket_owner,
                                                                     .scopes = Scopes::all(),
                                                                     .limits = {}})};
    const auto* chosen = secret.chosen();
    if (!chosen || chosen->value.blank()) return policy;
    const std::string kind(name_of(secret.mode));
    policy.secret.emplace(Policy::SharedSecret{
        .digest = SecretDigest(chosen->value),
        .guessable = secret.mode == AccessMode::password || config::why_guessable(chosen->value),
        .identity = std::make_shared<const Identity>(
            Identity{.id = kind,
                     .shown = kind + " " + fingerprint(chosen->value, fingerprint_key),
                     .proof = proof_of(secret.mode),
                     .scopes = Scopes::all(),
                     .limits = {}})});
    return policy;
}

}  // namespace openclaw::access
