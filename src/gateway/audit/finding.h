#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/file_system.h"

namespace openclaw::gateway::audit {

// How bad it is: somebody gets in or reads secrets now; it takes one more mistake; for information.
enum class Severity { critical, warn, info };
std::string_view name_of(Severity severity);

// A mode that a file or folder of ours ought to have, to be set with `--fix`.
struct Repair {
    platform::Path path;
    std::uint32_t mode;
    bool operator==(const Repair&) const = default;
};

// What one check has seen.
struct Observation {
    std::string detail;       // what stands where
    std::string remediation;  // what to do; empty: nothing has to be done
    std::vector<Repair> repairs = {};
};
using Observations = std::vector<Observation>;

// The same with what the table says about the check.
struct Finding {
    std::string_view check;  // "gateway.bind_no_auth"
    Severity severity;
    std::string_view title;
    Observation seen;
};

struct Summary {
    std::size_t critical = 0, warn = 0, info = 0;
};
Summary summary_of(const std::vector<Finding>& findings);

}  // namespace openclaw::gateway::audit
