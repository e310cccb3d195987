#include "access/proofs.h"

#include <array>

#include "base/text.h"
#include "net/stream/peer_certificate.h"

namespace openclaw::access {

namespace {

bool offers_owner(const Offered& offered, const Policy&, TimePoint) {
    return offered.socket_owner.has_value();
}

Finding examine_owner(const Offered& offered, const Policy& policy, TimePoint) {
    if (offered.socket_owner->uid() != policy.owner_uid) return std::unexpected(Denial::wrong_owner);
    return policy.owner;
}

bool never_guessable(const Policy&) {
    return false;
}

// The user who runs the gateway stays who he is.
bool owner_stands(const Principal&, const Policy&, TimePoint) {
    return true;
}

template <AccessMode mode>
bool offers_secret(const Offered& offered, const Policy& policy, TimePoint) {
    return policy.mode == mode && policy.secret && offered.secret && !offered.secret->empty();
}

// Both are compared in any case, so that the time doesn't tell whether there is an earlier one that ended.
Finding examine_secret(const Offered& offered, const Policy& policy, TimePoint now) {
    const SecretDigest digest(*offered.secret);
    if (policy.secret->digest == digest) return policy.secret->identity;
    if (policy.earlier && policy.earlier->secret.digest == digest && policy.earlier->secret.stands(now))
        return policy.earlier->identity;
    return std::unexpected(Denial::wrong_secret);
}

bool secret_is_guessable(const Policy& policy) {
    return policy.secret->guessable;
}

template <AccessMode mode>
bool secret_stands(const Principal& principal, const Policy& policy, TimePoint now) {
    if (policy.mode != mode || !policy.secret) return false;
    if (policy.secret->identity->generation == principal.generation()) return true;
    return policy.earlier && policy.earlier->identity->generation == principal.generation() &&
           policy.earlier->secret.stands(now);
}

// One that looks like a named key is the gateway's own secret all the same.
bool is_secret_of_gateway(const Secret& offered, const Policy& policy) {
    if (!policy.secret || !wants_secret(policy.mode)) return false;
    const SecretDigest digest(offered);
    return policy.secret->digest == digest || (policy.earlier && policy.earlier->secret.digest == digest);
}

bool offers_key(const Offered& offered, const Policy& policy, TimePoint) {
    return offered.key && !(offered.secret && is_secret_of_gateway(*offered.secret, policy));
}

Denial denial_of(KeyFault fault) {
    switch (fault) {
        case KeyFault::closed:
            return Denial::keys_closed;
        case KeyFault::damaged:
            return Denial::key_damaged;
        case KeyFault::unknown:
            return Denial::key_unknown;
        case KeyFault::wrong_secret:
            return Denial::key_wrong;
        case KeyFault::revoked:
            return Denial::key_revoked;
        case KeyFault::replaced:
        case KeyFault::ended:
            return Denial::key_ended;
    }
    return Denial::key_unknown;
}

bool offers_passage(const Offered& offered, const Policy& policy, TimePoint) {
    return policy.mode == AccessMode::trusted_proxy && policy.proxies && offered.passage;
}

// The peer first: what anybody else says of users counts for nothing.
Finding examine_passage(const Offered& offered, const Policy& policy, TimePoint) {
    const auto& passage = *offered.passage;
    const auto& rules = *policy.proxies;
    if (!rules.trusts(passage.peer)) return std::unexpected(Denial::no_trusted_proxy);
    if (!passage.missing.empty() || passage.user.empty()) return std::unexpected(Denial::proxy_names_nobody);
    if (!rules.allows(passage.user)) return std::unexpected(Denial::user_not_allowed);
    return std::make_shared<const Identity>(Identity{.id = "user:" + lowered(passage.user),
                                                     .shown = passage.user,
                                                     .proof = Proof::trusted_proxy,
                                                     .scopes = rules.scopes_of(passage.user),
                                                     .limits = {},
                                                     .generation = policy.proxies_generation});
}

bool passage_stands(const Principal& principal, const Policy& policy, TimePoint) {
    return policy.mode == AccessMode::trusted_proxy && policy.proxies &&
           policy.proxies_generation == principal.generation();
}

// Behind everything that a caller brings himself.
bool offers_tailnet(const Offered& offered, const Policy& policy, TimePoint) {
    return policy.tailnet && offered.tailnet;
}

Finding examine_tailnet(const Offered& offered, const Policy& policy, TimePoint) {
    const auto& word = *offered.tailnet;
    if (!word.problem.empty()) return std::unexpected(Denial::tailscale_silent);
    if (word.user.empty()) return std::unexpected(Denial::tailscale_names_nobody);
    return std::make_shared<const Identity>(
        Identity{.id = "user:" + lowered(word.user),
                 .shown = word.user,
                 .proof = Proof::tailscale,
                 .scopes = scopes_of_identity(policy.tailnet->scopes, word.user),
                 .limits = {},
                 .generation = policy.tailnet_generation});
}

bool tailnet_stands(const Principal& principal, const Policy& policy, TimePoint) {
    return policy.tailnet && policy.tailnet_generation == principal.generation();
}

bool needs_nothing(const Offered&, const Policy& policy, TimePoint) {
    return policy.anybody != nullptr;
}

// What a proxy or a tunnel brings arrives from this host, too, and was not meant.
Finding examine_nothing(const Offered& offered, const Policy& policy, TimePoint) {
    if (!offered.passage || !offered.passage->loopback || offered.passage->forwarded)
        return std::unexpected(Denial::came_from_elsewhere);
    return policy.anybody;
}

bool nothing_stands(const Principal&, const Policy& policy, TimePoint) {
    return policy.anybody != nullptr;
}

CertificateVerdict verdict_on(const net::PeerCertificate& shown, const Policy& policy, TimePoint now) {
    return policy.certificates->judge(shown, now);
}

// What a trusted proxy shows says who the proxy is, and not for whom it asks.
bool came_by_proxy(const Offered& offered, const Policy& policy) {
    return policy.mode == AccessMode::trusted_proxy && policy.proxies && offered.passage &&
           policy.proxies->trusts(offered.passage->peer);
}

bool offers_certificate(const Offered& offered, const Policy& policy, TimePoint) {
    return policy.certificates && offered.certificate && !came_by_proxy(offered, policy);
}

bool offers_revoked_certificate(const Offered& offered, const Policy& policy, TimePoint now) {
    return policy.certificates && offered.certificate &&
           verdict_on(*offered.certificate, policy, now).fault == CertificateFault::revoked;
}

Finding examine_certificate(const Offered& offered, const Policy& policy, TimePoint now) {
    const auto verdict = verdict_on(*offered.certificate, policy, now);
    if (verdict.fault == CertificateFault::revoked) return std::unexpected(Denial::certificate_revoked);
    if (verdict.is_out_of_time()) return std::unexpected(Denial::certificate_out_of_time);
    if (!verdict.stands()) return std::unexpected(Denial::certificate_unknown);
    Identity identity = *verdict.identity;
    identity.certificate = offered.certificate;
    return std::make_shared<const Identity>(std::move(identity));
}

// Whoever may do less by it today, or something else, begins anew.
bool certificate_stands(const Principal& principal, const Policy& policy, TimePoint now) {
    if (!policy.certificates || !principal.certificate()) return false;
    const auto verdict = verdict_on(*principal.certificate(), policy, now);
    return verdict.stands() && verdict.identity->id == principal.id() &&
           verdict.identity->limits == principal.limits() &&
           verdict.identity->scopes.allow(Scope::admin) == principal.is_admin_by_proof() &&
           verdict.identity->scopes.narrowed_to(principal.scopes()) == principal.scopes();
}

// Where certificates are required, a key says who somebody is besides, and opens nothing without one.
Finding examine_key(const Offered& offered, const Policy& policy, TimePoint now) {
    const bool beside_certificate = policy.mode == AccessMode::mtls;
    if (beside_certificate) {
        if (!policy.certificates || !offered.certificate) return std::unexpected(Denial::nothing_offered);
        if (auto shown = examine_certificate(offered, policy, now); !shown) return shown;
    }
    if (!policy.keys)
        return std::unexpected(offered.key->damaged() ? Denial::key_damaged : Denial::key_unknown);
    const auto verdict = policy.keys->judge(*offered.key, now);
    if (verdict.fault) return std::unexpected(denial_of(*verdict.fault));
    if (!beside_certificate) return verdict.identity;
    Identity identity = *verdict.identity;
    identity.certificate = offered.certificate;
    return std::make_shared<const Identity>(std::move(identity));
}

bool key_stands(const Principal& principal, const Policy& policy, TimePoint now) {
    if (!policy.keys || !policy.keys->stands(principal, now)) return false;
    if (policy.mode != AccessMode::mtls) return true;
    return policy.certificates && principal.certificate() &&
           verdict_on(*principal.certificate(), policy, now).stands();
}

// A token of a device, given as its own or as the secret; the key alone only in place of one.
std::shared_ptr<const Identity> device_of(const Offered& offered, const Policy& policy, TimePoint now) {
    if (!policy.devices || !wants_secret(policy.mode) || !offered.device) return nullptr;
    for (const auto* token : {&offered.device_token, &offered.secret})
        if (*token)
            if (auto identity = policy.devices->find_by_token(*offered.device, **token)) return identity;
    if (offered.device_token || offered.secret) return nullptr;
    return policy.devices->find_by_key(*offered.device, now);
}

// Who brings a device's token and nothing else has said by it who he wants to be.
bool offers_device(const Offered& offered, const Policy& policy, TimePoint now) {
    if (offered.device_token && !offered.secret && wants_secret(policy.mode)) return true;
    return device_of(offered, policy, now) != nullptr;
}

Finding examine_device(const Offered& offered, const Policy& policy, TimePoint now) {
    if (auto identity = device_of(offered, policy, now)) return identity;
    return std::unexpected(Denial::wrong_secret);
}

bool device_stands(const Principal& principal, const Policy& policy, TimePoint) {
    return policy.devices && wants_secret(policy.mode) &&
           is_open(*policy.devices, principal.id(), principal.generation());
}

constexpr std::array proof_table = {
    ProofRow{.proof = Proof::socket_owner,
             .is_offered = offers_owner,
             .examine = examine_owner,
             .is_guessable = never_guessable,
             .stands = owner_stands},
    // Who shows a revoked certificate is refused, whatever secret he knows besides.
    ProofRow{.proof = Proof::certificate,
             .is_offered = offers_revoked_certificate,
             .examine = examine_certificate,
             .is_guessable = never_guessable,
             .stands = certificate_stands},
    // A key is found by nobody who tries: it is compared first, and a right one is never made to wait.
    ProofRow{.proof = Proof::named_key,
             .is_offered = offers_key,
             .examine = examine_key,
             .is_guessable = never_guessable,
             .stands = key_stands},
    // Before the secrets: a device's token comes in the same place.
    ProofRow{.proof = Proof::device,
             .is_offered = offers_device,
             .examine = examine_device,
             .is_guessable = never_guessable,
             .stands = device_stands},
    ProofRow{.proof = Proof::token,
             .is_offered = offers_secret<AccessMode::token>,
             .examine = examine_secret,
             .is_guessable = secret_is_guessable,
             .stands = secret_stands<AccessMode::token>},
    ProofRow{.proof = Proof::password,
             .is_offered = offers_secret<AccessMode::password>,
             .examine = examine_secret,
             .is_guessable = secret_is_guessable,
             .stands = secret_stands<AccessMode::password>},
    // Behind the secrets: whoever offers one says by it who he wants to be.
    ProofRow{.proof = Proof::certificate,
             .is_offered = offers_certificate,
             .examine = examine_certificate,
             .is_guessable = never_guessable,
             .stands = certificate_stands},
    ProofRow{.proof = Proof::trusted_proxy,
             .is_offered = offers_passage,
             .examine = examine_passage,
             .is_guessable = never_guessable,
             .stands = passage_stands},
    ProofRow{.proof = Proof::tailscale,
             .is_offered = offers_tailnet,
             .examine = examine_tailnet,
             .is_guessable = never_guessable,
             .stands = tailnet_stands},
    ProofRow{.proof = Proof::none,
             .is_offered = needs_nothing,
             .examine = examine_nothing,
             .is_guessable = never_guessable,
             .stands = nothing_stands},
};

}  // namespace

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
        case Denial::certificate_revoked:
            return "the certificate is revoked";
        case Denial::certificate_out_of_time:
            return "the certificate has ended, or isn't valid yet";
        case Denial::certificate_unknown:
            return "the certificate is none of those that count";
        case Denial::no_trusted_proxy:
            return "the peer is no trusted proxy";
        case Denial::proxy_names_nobody:
            return "the proxy names no user";
        case Denial::user_not_allowed:
            return "the proxy's user is not allowed";
        case Denial::tailscale_names_nobody:
            return "Tailscale names no user for the peer";
        case Denial::tailscale_silent:
            return "Tailscale's daemon couldn't be asked";
        case Denial::came_from_elsewhere:
            return "came through a proxy or from another host";
        case Denial::several_secrets:
            return "several secrets that differ";
        case Denial::key_damaged:
            return "damaged key: cut or mistyped";
        case Denial::key_unknown:
            return "unknown key";
        case Denial::key_wrong:
            return "wrong secret of a key";
        case Denial::key_revoked:
            return "the key is revoked";
        case Denial::key_ended:
            return "the key has ended";
        case Denial::keys_closed:
            return "the named keys can't be read";
    }
    return "unknown";
}

std::span<const ProofRow> all_proofs() {
    return proof_table;
}

}  // namespace openclaw::access
