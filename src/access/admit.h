#pragma once

#include <array>
#include <expected>
#include <optional>
#include <string>

#include "access/gateway_secret.h"
#include "access/scope.h"
#include "base/secret.h"
#include "net/stream/stream.h"

namespace openclaw::access {

// How somebody proved who they are.
enum class Proof { token, password, socket_owner };
std::string_view name_of(Proof proof);

// Why not. For our log; the caller learns only that it was refused, and whether it offered something.
enum class Denial {
    nothing_offered,
    wrong_secret,
    wrong_owner,
    no_secret_configured,
    too_many_guesses,
};
std::string_view name_of(Denial denial);

struct Offered;
struct AccessPolicy;

// Who is calling, with which scopes, and how that was proven. Only admit() makes one, from a proof; what
// a client says of itself can lower its scopes and nothing else.
class Principal {
public:
    const std::string& who() const { return who_; }  // "owner", "token #3fa9c1d2"
    Proof proof() const { return proof_; }
    Scopes scopes() const { return scopes_; }
    bool may(Scope needed) const { return scopes_.allow(needed); }
    // Asking for nothing in particular leaves everything that the proof gives.
    Principal narrowed_to(std::optional<Scopes> asked) const;

private:
    friend std::expected<Principal, Denial> admit(const Offered& offered, const AccessPolicy& policy);
    Principal(std::string who, Proof proof, Scopes scopes)
        : who_(std::move(who)), proof_(proof), scopes_(scopes) {}

    std::string who_;
    Proof proof_;
    Scopes scopes_;
};

using Admission = std::expected<Principal, Denial>;

// A secret of which only a digest is kept: enough to recognise it, in a time that tells neither its
// characters nor its length.
class SecretDigest {
public:
    explicit SecretDigest(std::string_view secret);
    bool matches(std::string_view offered) const;
    bool operator==(const SecretDigest& other) const;

private:
    std::array<unsigned char, 32> bytes_{};
};

// What a caller brought along. Addresses are absent on purpose: loopback proves nothing.
struct Offered {
    std::optional<Secret> secret = {};                  // bearer, auth.token or auth.password
    std::optional<net::Peer::Owner> socket_owner = {};  // the kernel's word about a Unix socket
};

// The lock as it stands: made at the start and at each reload.
struct AccessPolicy {
    AccessMode mode = AccessMode::token;
    std::optional<SecretDigest> secret = {};  // none: nobody gets in by secret
    std::string secret_fingerprint = {};
    std::uint32_t owner_uid = 0;
};
AccessPolicy access_policy(const GatewaySecret& secret, std::string_view fingerprint_key,
                           std::uint32_t owner_uid);

// Decides who is calling. To the caller all denials look the same; the reason is for our log.
Admission admit(const Offered& offered, const AccessPolicy& policy);

}  // namespace openclaw::access
