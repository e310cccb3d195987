#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"

namespace openclaw::gateway {

// Whether what runs is what is written, and why not.
struct Currency {
    TimePoint read_at{};       // when config and environment were last read and taken over
    std::string problem = {};  // why newer ones were not; empty: nothing stands in the way
    std::vector<std::string> needs_restart =
        {};  // settings that changed since the start and need one to count
    std::map<std::string, std::string> damaged_stores = {};  // file -> why its change is not in use
    // What of gateway.tls and of clients' certificates isn't in use as it is written, "place: why".
    std::vector<std::string> tls_problems = {};

    bool up_to_date() const {
        return problem.empty() && needs_restart.empty() && damaged_stores.empty() && tls_problems.empty();
    }
};

// Whether the gateway uses a file as it is now; else why not.
struct FileUse {
    bool used = false;
    std::string why_not = {};
};

}  // namespace openclaw::gateway
