#include "access/admit.h"

#include <sodium.h>

#include "base/fingerprint.h"

namespace openclaw::access {

std::string_view name_of(Proof proof) {
    switch (proof) {
        case Proof::token:
            return "token";
        case Proof::password:
            return "password";
        case Proof::socket_owner:
            return "socket";
    }
    return "unknown";
}

std::string_view name_of(Denial denial) {
    switch (denial) {
        case Denial::nothing_offered:
            return "nothing offered";
        case Denial::wrong_secret:
            return "wrong secret";
        case Denial::wrong_owner:
            return "socket opened by another user";
        case Denial::no_secret_configured:
            return "no secret is configured";
        case Denial::too_many_guesses:
            return "too many wrong guesses";
    }
    return "unknown";
}

Principal Principal::narrowed_to(std::optional<Scopes> asked) const {
    if (!asked) return *this;
    return Principal(who_, proof_, scopes_.narrowed_to(*asked));
}

SecretDigest::SecretDigest(std::string_view secret) {
    crypto_generichash(bytes_.data(), bytes_.size(), reinterpret_cast<const unsigned char*>(secret.data()),
                       secret.size(), nullptr, 0);
}

bool SecretDigest::matches(std::string_view offered) const {
    return *this == SecretDigest(offered);
}

bool SecretDigest::operator==(const SecretDigest& other) const {
    return sodium_memcmp(bytes_.data(), other.bytes_.data(), bytes_.size()) == 0;
}

AccessPolicy access_policy(const GatewaySecret& secret, std::string_view fingerprint_key,
                           std::uint32_t owner_uid) {
    AccessPolicy policy{.mode = secret.mode, .secret = {}, .secret_fingerprint = {}, .owner_uid = owner_uid};
    const auto* chosen = secret.chosen();
    if (chosen && !chosen->value.blank()) {
        policy.secret.emplace(chosen->value.reveal());
        policy.secret_fingerprint = fingerprint(chosen->value, fingerprint_key);
    }
    return policy;
}

namespace {

Proof proof_of(AccessMode mode) {
    switch (mode) {  // no default: a new mode doesn't compile until it is decided here
        case AccessMode::token:
            return Proof::token;
        case AccessMode::password:
            return Proof::password;
    }
    return Proof::token;
}

}  // namespace

Admission admit(const Offered& offered, const AccessPolicy& policy) {
    if (offered.socket_owner) {
        if (offered.socket_owner->uid != policy.owner_uid) return std::unexpected(Denial::wrong_owner);
        return Principal("owner", Proof::socket_owner, Scopes::all());
    }
    if (!policy.secret) return std::unexpected(Denial::no_secret_configured);
    if (!offered.secret || offered.secret->empty()) return std::unexpected(Denial::nothing_offered);
    if (!policy.secret->matches(offered.secret->reveal())) return std::unexpected(Denial::wrong_secret);
    return Principal(std::string(name_of(policy.mode)) + " " + policy.secret_fingerprint,
                     proof_of(policy.mode), Scopes::all());
}

}  // namespace openclaw::access
