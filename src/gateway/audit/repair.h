#pragma once

#include <string>
#include <vector>

#include "gateway/audit/finding.h"

namespace openclaw::gateway::audit {

// What became of one repair.
struct Action {
    Repair repair;
    bool done = false;
    std::string skipped;  // why nothing was done: "already", "symlink", "missing"
    std::string problem;  // why it could not be done
};

// Sets the modes that findings ask for, each file once; nothing else is ever changed. A link, what has the
// mode by now, and what is gone are passed over. With `dry` nothing is done.
std::vector<Action> repair(platform::FileSystem& files, const std::vector<Finding>& findings, bool dry);

}  // namespace openclaw::gateway::audit
