#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/environment/paths.h"
#include "config/environment/problem.h"

namespace openclaw::config {

struct AccessFindings {
    std::vector<Problem> problems, warnings;
};

// Who owns a config file or the state directory, and who else may write or read it. A file that everybody
// may change, or that belongs to a third person, decides where keys are sent: that is a problem, the rest a
// warning. An absent file says nothing. `user_id` empty: owners are not checked.
AccessFindings check_access(platform::FileSystem& files, const Path& path,
                            std::optional<std::uint32_t> user_id, const Paths& paths);

// Of these findings those about who may change the file.
std::vector<Problem> who_may_change(platform::FileSystem& files, const Path& path,
                                    std::optional<std::uint32_t> user_id, const Paths& paths);

}  // namespace openclaw::config
