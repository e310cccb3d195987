#pragma once

#include <functional>

#include "access/doorman.h"
#include "net/stream/client_certificates.h"

namespace openclaw::access {

// The doorman's word in a TLS handshake. Whose certificate stands goes on, and who holds one that we issued
// but that doesn't count now: he proves its key and is told why by whoever answers his request. Everybody
// else learns from the alert only that he was refused; the reason is for our log. Beside a secret, a
// certificate that has ended is held against nobody: the secret decides.
class HandshakeJudge final : public net::ClientCertificates {
public:
    // `invitation_open`: whether whoever has no certificate is answered even where one is required. He then
    // gets no further than what is open to strangers (needs.h).
    HandshakeJudge(const Doorman& doorman, std::function<bool()> invitation_open)
        : doorman_(doorman), invitation_open_(std::move(invitation_open)) {}

    Demand demand() const override;
    std::vector<std::string> issuers() const override;
    std::optional<std::string> refusal(std::span<const std::string> chain, const net::Peer& peer) override;
    std::uint64_t generation() const override { return doorman_.certificates_generation(); }

private:
    const Doorman& doorman_;
    std::function<bool()> invitation_open_;
};

}  // namespace openclaw::access
