#pragma once

#include <string>
#include <vector>

namespace openclaw::net {

// The certificate that a TLS client showed, whose key it proved to have: in this handshake, or in the one
// whose session it resumes. Whether it lets anybody in is for others to say. Only the server's handshake
// makes one.
class PeerCertificate {
public:
    // DER, the client's own first. Of a resumed session its own only: the rest isn't kept with the session.
    const std::vector<std::string>& chain() const { return chain_; }
    const std::string& own() const { return chain_.front(); }
    bool resumed() const { return resumed_; }

private:
    friend class PeerCertificateMaker;  // of tls_server.cpp
    PeerCertificate(std::vector<std::string> chain, bool resumed)
        : chain_(std::move(chain)), resumed_(resumed) {}
    std::vector<std::string> chain_;  // never empty
    bool resumed_;
};

}  // namespace openclaw::net
