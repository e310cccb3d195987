#pragma once

#include <vector>

#include "platform/file_system.h"

namespace openclaw::auth {

// Who may have a say in a source: this user and root.
struct Trust {
    platform::FileSystem& files;
    std::uint32_t user_id;
};

// Whether a file of secrets may be read: a regular file, ours or root's, readable by its owner alone, in
// folders that nobody else can change. `denied` names what is wrong; the hint is the command that mends it.
Result<platform::FileInfo> check_secret_file(const Trust& trust, const platform::Path& path);

struct CommandRules {
    bool links_allowed = false;
    std::vector<platform::Path> trusted_folders = {};
};
// The program to run: an absolute path to a regular file that only we or root can change, in folders of which
// the same is true. A link is followed only when the rules allow it; then the target is what counts.
Result<platform::Path> check_command(const Trust& trust, const platform::Path& path,
                                     const CommandRules& rules);

}  // namespace openclaw::auth
