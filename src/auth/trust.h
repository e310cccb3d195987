#pragma once

#include <optional>
#include <vector>

#include "platform/file_system.h"

namespace openclaw::auth {

// Who may have a say in a source: this user and root.
struct Trust {
    platform::FileSystem& files;
    std::uint32_t user_id;
};

// Whether a file of secrets may be read. Folders on the way can be changed by us and root alone, and so can
// the file. One of ours is readable by its owner alone. One that root put there, or that stands on a mount
// which nobody can write to, is readable by those whom root chose: secrets of Docker (0444), of Kubernetes (a
// link into ..data beside it) and /etc/openclaw (root, and a group that may read). Of
// root's own, when that is who we are, it has to be one that nobody writes to, or that a group may read
// below /etc or /run. `denied` names what is wrong; the hint is
// the command that mends it. What comes back is of the file that a link leads to.
Result<platform::FileInfo> check_secret_file(const Trust& trust, const platform::Path& path);

// Whether a secret that this program keeps for itself is one: nobody but its owner may touch it, and that is
// we or root. `denied` with the command that mends it. Without a user its owner isn't asked, and root may
// look after another user's.
Result<void> check_own_secret(const platform::FileInfo& file, const platform::Path& path,
                              std::optional<std::uint32_t> user_id);

// Others than its owner may read it: worth a word in an audit, where the rules above allow it.
bool is_shared(const platform::FileInfo& file);

struct CommandRules {
    bool links_allowed = false;
    std::vector<platform::Path> trusted_folders = {};
};
// The program to run: an absolute path to a regular file that only we or root can change, in folders of which
// the same is true. A link is followed only when the rules allow it; then the target is what counts.
Result<platform::Path> check_command(const Trust& trust, const platform::Path& path,
                                     const CommandRules& rules);

}  // namespace openclaw::auth
