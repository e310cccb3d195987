#pragma once

#include <span>
#include <string>
#include <vector>

namespace openclaw::net {

// Tells chains apart: SHA-256 over all of them, DER, each with its length. 32 bytes.
std::string digest_of_chain(std::span<const std::string> chain);

// The certificate that a TLS client showed, whose key it proved to have: in this handshake, or in the one
// whose session it resumes. Whether it lets anybody in is for others to say. Only the server's handshake
// makes one.
class PeerCertificate {
public:
    // DER, the client's own first. Of a resumed session its own only: the rest isn't kept with the session.
    const std::vector<std::string>& chain() const { return chain_; }
    const std::string& own() const { return chain_.front(); }
    const std::string& digest() const { return digest_; }  // of the chain; made once, asked by every request

private:
    friend class PeerCertificateMaker;  // of tls_server.cpp
    explicit PeerCertificate(std::vector<std::string> chain)
        : chain_(std::move(chain)), digest_(digest_of_chain(chain_)) {}
    std::vector<std::string> chain_;  // never empty
    std::string digest_;
};

}  // namespace openclaw::net
