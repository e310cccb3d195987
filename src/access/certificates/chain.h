#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "access/certificate_judge.h"
#include "base/clock.h"

namespace openclaw::access {

// What a certificate that a client showed is, with what it was signed by, whatever the time.
struct ExaminedChain {
    enum class Kind { own, pinned, foreign };
    // One certificate, and the digest of the key that signed it.
    struct Link {
        std::string serial, issuer_key;
    };
    std::optional<CertificateFault> fault = {};
    std::string detail =
        {};  // for the log: its subject, and OpenSSL's words where it was OpenSSL who refused
    Kind kind = Kind::foreign;
    std::string public_key = {};  // SHA-256 of the SubjectPublicKeyInfo, hex
    std::string subject = {};     // DER
    std::string subject_shown = {};
    std::vector<Link> links = {};      // the client's own first; the anchor isn't one
    TimePoint begins = {}, ends = {};  // of all in it together
};

// What a chain may lead to.
class Anchors {
public:
    // DER; pins are digests of public keys.
    Anchors(std::span<const std::string> own, std::span<const std::string> foreign,
            std::vector<std::string> pins);
    ~Anchors();
    Anchors(const Anchors&) = delete;
    Anchors& operator=(const Anchors&) = delete;
    // `chain`: DER, the client's own first. Asks for no time; checks signatures, so it is dear.
    ExaminedChain examine(std::span<const std::string> chain) const;
    // Subject names of the authorities, DER: what a client chooses its certificate by.
    const std::vector<std::string>& names() const { return names_; }

private:
    struct Stores;
    std::unique_ptr<const Stores> stores_;
    std::vector<std::string> pins_;
    std::vector<std::string> names_;
    bool foreign_;
};

}  // namespace openclaw::access
