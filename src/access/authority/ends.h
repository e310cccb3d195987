#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/certificates/certificates.h"

namespace openclaw::access {

// What ends soon: certificates of clients that let somebody in, and the authority that signed them.
struct ComingEnd {
    std::string what;  // "the certificate \"phone\"", "the authority \"OpenClaw nas clients 1a2b3c4d\""
    std::string name;  // of the client; empty: the authority
    TimePoint ends;

    bool operator==(const ComingEnd&) const = default;
};
// Each is told 30, 7 and 1 day ahead: those whose turn came after `told`, until `now`; without `told` (at the
// start) all that end within 30 days.
std::vector<ComingEnd> ends_to_tell(const OwnAuthority& own, std::optional<TimePoint> told, TimePoint now);

}  // namespace openclaw::access
