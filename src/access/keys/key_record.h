#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "access/limits.h"
#include "access/scope.h"
#include "access/secret_digest.h"
#include "base/allowance.h"
#include "base/clock.h"

namespace openclaw::access {

// The secret of a key that was rotated last, where it is right for a while yet.
struct EarlierKeySecret {
    SecretDigest digest;
    TimePoint ends;  // right strictly before

    bool operator==(const EarlierKeySecret&) const = default;
};

// When somebody was let in by a key for the last time, and from where.
struct KeyUse {
    TimePoint at;
    std::string address;

    bool operator==(const KeyUse&) const = default;
};

// Our record of a named key, and what decides. Its secret isn't kept: a digest is, which the id is part of,
// so that the digest of one record opens nothing in another. The name is a label; a new key of the same name
// inherits nothing.
struct KeyRecord {
    std::string id;    // 12 of a-z2-7; stays through rotations. The principal's id is "key:<id>".
    std::string name;  // "notebook"
    Scopes scopes;
    Limits limits;
    Allowance allowance;
    TimePoint made;
    std::optional<TimePoint> ends = {};     // lets somebody in strictly before
    std::optional<TimePoint> revoked = {};  // from then on nothing of it counts
    // When it was seen that it had ended: it stays so, whatever a clock says that is set back.
    std::optional<TimePoint> ended = {};
    SecretDigest digest;
    std::uint32_t rotations = 0;  // which secret this is
    std::uint32_t releases = 0;   // how often its owner has let a run of equal calls go on
    std::optional<EarlierKeySecret> earlier = {};
    std::optional<KeyUse> last_used = {};

    bool operator==(const KeyRecord&) const = default;
};

}  // namespace openclaw::access
