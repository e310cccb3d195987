#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "config/environment/paths.h"
#include "config/environment/problem.h"

namespace openclaw::config {

// Whether a group has members beside this user and root.
using SharedGroup = std::function<bool(std::uint32_t group, std::uint32_t user)>;

// By what the owners and modes of files are judged.
struct AccessRules {
    platform::FileSystem& files;
    std::optional<std::uint32_t> user_id;  // nothing: owners are not checked
    SharedGroup group_is_shared;           // empty: every group counts as shared
    const Paths& paths;
};

// What the owner and the mode of a file or folder let others do.
struct AccessFacts {
    platform::FileInfo info;
    bool others_write = false, group_writes = false;  // not what a sticky folder lets them
    bool others_read = false;
    bool foreign = false;  // it belongs to somebody who is neither this user nor root
};
std::optional<AccessFacts> access_facts(const AccessRules& rules, const Path& path);  // nothing: absent

struct AccessFindings {
    std::vector<Problem> problems, warnings;
};

// Who owns a file or a folder, and who else may write or read it. What everybody may change, or a group with
// other members, or what belongs to a third person, decides where keys are sent and who gets in: that is a
// problem, the rest a warning. Root may use the state directory of a user, whose files then only warn; a
// third person's are refused there too. An absent file says nothing.
AccessFindings check_access(const AccessRules& rules, const Path& path);

// The same without who may read it.
AccessFindings who_may_change(const AccessRules& rules, const Path& path);

}  // namespace openclaw::config
