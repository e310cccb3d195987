#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace openclaw::net {

// A certificate as it is told apart: SHA-256 in hex, lower case, of the whole and of its public key
// (SubjectPublicKeyInfo), which stays when a certificate is renewed.
struct CertificateHashes {
    std::string certificate, key;
};

// By what a client knows a server without asking an authority: the SHA-256 of its certificate, of its key, or
// of a certificate or key of an authority in the chain that it shows.
class ServerPin {
public:
    // As people and the reference write it: "sha256:AB:CD:…", with any signs between the digits.
    // `invalid_input` unless 64 digits are left.
    static Result<ServerPin> parse(std::string_view text);
    // A hash that was shortened to fit a code, 128 bits at least: nobody finds another key for it.
    static Result<ServerPin> beginning(std::string_view bytes);

    bool fits(const CertificateHashes& hashes) const;
    const std::string& digits() const { return digits_; }
    bool operator==(const ServerPin&) const = default;

private:
    explicit ServerPin(std::string digits) : digits_(std::move(digits)) {}
    std::string digits_;
};

// What became of the pins in one handshake, for the sentence about it.
struct PinCheck {
    CertificateHashes seen = {};  // of the server's own certificate
    bool fits = false;            // it, or an authority in its chain
};

}  // namespace openclaw::net
