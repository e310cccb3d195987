#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace openclaw::net {

struct Peer;

// Who decides about the certificates that a server's clients show. The handshake asks him and knows no rule
// of its own; what he says counts from the next handshake on, in the same TLS context. Called on the loop.
class ClientCertificates {
public:
    // There is no third way: a certificate that is taken without being verified would prove nothing.
    enum class Demand { none, if_given, required };
    virtual ~ClientCertificates() = default;

    virtual Demand demand() const = 0;
    // Subject names, DER, of the authorities whose certificates are wanted: what a client chooses by.
    virtual std::vector<std::string> issuers() const = 0;
    // Why the handshake ends here, for the log; nothing: it goes on, and ends all the same unless the client
    // has the key. `chain` is DER, the client's own first; all that is left of it when a session is resumed
    // is the client's own.
    virtual std::optional<std::string> refusal(std::span<const std::string> chain, const Peer& peer) = 0;
    // Of all that the answers above depend on, but for the time. A session that began under another one is
    // not resumed.
    virtual std::uint64_t generation() const = 0;
};

// What a stranger may send as his chain. Past it the handshake ends unread.
inline constexpr std::size_t client_chain_bytes_max = 16 * 1024;
inline constexpr std::size_t client_chain_length_max = 5;

}  // namespace openclaw::net
