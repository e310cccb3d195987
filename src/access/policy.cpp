#include "access/policy.h"

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
        case AccessMode::trusted_proxy:
            return Proof::trusted_proxy;
        case AccessMode::none:
            return Proof::none;
    }
    return Proof::token;
}

std::shared_ptr<const Identity> identity_of(AccessMode mode, std::string shown) {
    return std::make_shared<const Identity>(Identity{.id = std::string(name_of(mode)),
                                                     .shown = std::move(shown),
                                                     .proof = proof_of(mode),
                                                     .scopes = Scopes::all(),
                                                     .limits = {}});
}

}  // namespace

Policy policy_of(const GatewaySecret& secret, std::string_view fingerprint_key, std::uint32_t owner_uid) {
    Policy policy{.mode = secret.mode,
                  .secret = {},
                  .owner_uid = owner_uid,
                  .owner = std::make_shared<const Identity>(Identity{.id = "owner",
                                                                     .shown = "owner",
                                                                     .proof = Proof::socket_owner,
                                                                     .scopes = Scopes::all(),
                                                                     .limits = {}})};
    if (secret.mode == AccessMode::none) policy.anybody = identity_of(secret.mode, "anybody on this host");
    const auto* chosen = secret.chosen();
    if (!chosen || chosen->value.blank()) return policy;
    const auto kind = name_of(secret.mode);
    policy.secret.emplace(Policy::SharedSecret{
        .digest = SecretDigest(chosen->value),
        .guessable = secret.mode == AccessMode::password || config::why_guessable(chosen->value),
        .identity = identity_of(secret.mode,
                                fmt::format("{} {}", kind, fingerprint(chosen->value, fingerprint_key)))});
    // One that is right again is no earlier one.
    if (secret.earlier && !(secret.earlier->digest == policy.secret->digest))
        policy.earlier.emplace(Policy::EarlierSecretHeld{
            .secret = *secret.earlier,
            .identity = identity_of(secret.mode,
                                    fmt::format("{} {} (replaced)", kind, secret.earlier->fingerprint))});
    return policy;
}

}  // namespace openclaw::access
