#include "access/proofs.h"

#include <array>

namespace openclaw::access {

namespace {

bool offers_owner(const Offered& offered, const Policy&) {
    return offered.socket_owner.has_value();
}

Finding examine_owner(const Offered& offered, const Policy& policy) {
    if (offered.socket_owner->uid() != policy.owner_uid) return std::unexpected(Denial::wrong_owner);
    return policy.owner;
}

bool never_guessable(const Policy&) {
    return false;
}

// The user who runs the gateway stays who he is.
bool owner_stands(const Principal&, const Policy&) {
    return true;
}

template <AccessMode mode>
bool offers_secret(const Offered& offered, const Policy& policy) {
    return policy.mode == mode && policy.secret && offered.secret && !offered.secret->empty();
}

Finding examine_secret(const Offered& offered, const Policy& policy) {
    if (!policy.secret->digest.matches(*offered.secret)) return std::unexpected(Denial::wrong_secret);
    return policy.secret->identity;
}

bool secret_is_guessable(const Policy& policy) {
    return policy.secret->guessable;
}

template <AccessMode mode>
bool secret_stands(const Principal& principal, const Policy& policy) {
    return policy.mode == mode && policy.secret &&
           policy.secret->identity->generation == principal.generation();
}

constexpr std::array proof_table = {
    ProofRow{.proof = Proof::socket_owner,
             .is_offered = offers_owner,
             .examine = examine_owner,
             .is_guessable = never_guessable,
             .stands = owner_stands},
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
    }
    return "unknown";
}

std::span<const ProofRow> all_proofs() {
    return proof_table;
}

}  // namespace openclaw::access
