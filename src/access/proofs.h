#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "access/policy.h"
#include "base/clock.h"
#include "base/secret.h"
#include "net/stream/stream.h"

namespace openclaw::access {

// Why not. For our log; the caller learns only that it was refused, and whether it offered something.
enum class Denial {
    nothing_offered,
    wrong_secret,
    wrong_owner,
    no_secret_configured,
    too_many_guesses,
    certificate_revoked,
    certificate_out_of_time,  // ended, or not valid yet
    certificate_unknown,      // none of those that count
    no_trusted_proxy,
    proxy_names_nobody,
    user_not_allowed,
    came_from_elsewhere,
    several_secrets,  // that differ
    key_damaged,
    key_unknown,
    key_wrong,
    key_revoked,
    key_ended,    // or its secret was replaced, and the time of the old one is over
    keys_closed,  // the records of keys can't be read
    tailscale_names_nobody,
    tailscale_silent,
};
std::string_view name_of(Denial denial);

// What a caller brought along. That he comes from this host proves nothing.
struct Offered {
    std::optional<Secret> secret = {};                  // bearer, auth.token or auth.password
    std::optional<net::Peer::Owner> socket_owner = {};  // the kernel's word about a Unix socket
    std::shared_ptr<const net::PeerCertificate> certificate = nullptr;  // TLS's word about a key
    // A device that has proven its key to this very connection, and a token that it has put apart as its own.
    std::optional<ProvenDevice> device = {};
    std::optional<Secret> device_token = {};
    std::optional<Passage> passage = {};  // of a request: how it came
    std::optional<OfferedKey> key = {};   // what the secret is, where it looks like a named key
    bool several_secrets = false;         // more than one, and not the same: nobody guesses which is meant
    std::optional<TailnetWord> tailnet = {};  // Tailscale's word about the peer, where it was asked
};

using Finding = std::expected<std::shared_ptr<const Identity>, Denial>;

// One way to prove who one is. Another way in is another row of the table.
struct ProofRow {
    Proof proof;
    // Whether it is this that was offered. The first row that says so decides alone: who offers a wrong one
    // is refused, whatever else he has brought.
    bool (*is_offered)(const Offered& offered, const Policy& policy, TimePoint now);
    Finding (*examine)(const Offered& offered, const Policy& policy, TimePoint now);
    // Whether somebody could find it by trying, so that nobody may try for long.
    bool (*is_guessable)(const Policy& policy);
    // Whether a principal whom this proof has made would be let in by it today.
    bool (*stands)(const Principal& principal, const Policy& policy, TimePoint now);
};
std::span<const ProofRow> all_proofs();  // in the order in which they are asked

}  // namespace openclaw::access
