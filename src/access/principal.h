#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/limits.h"
#include "access/scope.h"
#include "base/allowance.h"

namespace openclaw::net {
class PeerCertificate;
}

namespace openclaw::access {

// How somebody proved who they are: the rows of the table in proofs.cpp. `none` is whoever comes where the
// lock asks for nothing, `own_process` whoever runs this very program, who has nobody to prove it to.
enum class Proof {
    socket_owner,
    token,
    password,
    certificate,
    named_key,
    device,
    trusted_proxy,
    tailscale,
    none,
    own_process
};
std::string_view name_of(Proof proof);

// What a proof says of whoever has given it.
struct Identity {
    std::string id;     // stays the same when a secret is replaced: "owner", "token"
    std::string shown;  // for people: "owner", "token #3fa9c1d2"
    Proof proof;
    Scopes scopes;
    Limits limits;
    // Which of the secrets that this proof has had, if it has any; a principal made by an earlier one no
    // longer stands.
    std::uint64_t generation = 0;
    // What was shown, where it was a certificate.
    std::shared_ptr<const net::PeerCertificate> certificate = nullptr;
    // How much whoever has proven this may use; null: as much as he likes.
    std::shared_ptr<const Allowance> allowance = nullptr;
};

// Who is calling, with which scopes, and how that was proven. Only the doorman makes one; what a client says
// of itself can lower its scopes and nothing else. A cheap handle that goes along with what it started.
class Principal {
public:
    const std::string& id() const { return identity_->id; }
    const std::string& shown() const { return identity_->shown; }
    Proof proof() const { return identity_->proof; }
    const Limits& limits() const { return identity_->limits; }
    const std::shared_ptr<const Allowance>& allowance() const { return identity_->allowance; }
    // Whose account what he uses is charged to: the one that his limits name, else his own.
    const std::string& account() const { return limits().budget ? *limits().budget : id(); }
    std::uint64_t generation() const { return identity_->generation; }
    const std::shared_ptr<const net::PeerCertificate>& certificate() const { return identity_->certificate; }
    Scopes scopes() const { return scopes_; }
    bool may(Scope needed) const { return scopes_.allow(needed); }
    // Whether his proof gives everything, whatever he has asked for: the owner, and who has the gateway's
    // secret. What nobody else has made is theirs, and what one of them has made is all of theirs.
    bool is_admin_by_proof() const { return identity_->scopes.allow(Scope::admin); }
    bool is_same_as(const Principal& other) const {
        return id() == other.id() || (is_admin_by_proof() && other.is_admin_by_proof());
    }
    // Asking for nothing in particular leaves everything that the proof gives.
    Principal narrowed_to(std::optional<Scopes> asked) const;

private:
    friend class Doorman;
    explicit Principal(std::shared_ptr<const Identity> identity)
        : identity_(std::move(identity)), scopes_(identity_->scopes) {}

    std::shared_ptr<const Identity> identity_;
    Scopes scopes_;
};

}  // namespace openclaw::access
