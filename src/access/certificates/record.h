#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/principal.h"
#include "base/clock.h"

namespace openclaw::access {

// One certificate of a client: a leaf that was signed, by its issuer and its key. A certificate is never
// told apart by a hash of itself: whoever has one can make another that verifies as well.
struct IssuedLeaf {
    std::string serial;      // hex, lower case, no leading zeros
    std::string issuer_key;  // SHA-256 of the issuing authority's SubjectPublicKeyInfo, hex
    std::string public_key;  // SHA-256 of the leaf's SubjectPublicKeyInfo, hex
    TimePoint begins, ends;

    bool operator==(const IssuedLeaf&) const = default;
};

// Our record of a client that has a certificate, and what decides: a certificate of our own authority without
// a record that stands lets nobody in. The name is a label; a new client of the same name inherits nothing.
struct CertificateRecord {
    std::string id;    // "crt_" and 16 of a-z2-7; stays through renewals: the principal's id
    std::string name;  // "phone"
    Scopes scopes;
    Limits limits;
    TimePoint made;
    Milliseconds lifetime{};                // of each leaf, the next one too
    std::optional<TimePoint> revoked = {};  // from then on nothing of it counts
    std::vector<IssuedLeaf> leaves = {};    // newest last; of those that ended only the last is kept

    bool operator==(const CertificateRecord&) const = default;
};

}  // namespace openclaw::access
