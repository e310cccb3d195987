#pragma once

#include <set>
#include <string>

#include "platform/file_system.h"

namespace openclaw::config {

using platform::Path;
using Literals = std::set<std::string, std::less<>>;

// Backups of a file, mode 0600: `<file>.bak` and the older ones `.bak.1` to `.bak.4`. None keeps a literal
// secret that `kept`, the config's present ones, doesn't hold; an old one that can't be read, and so not be
// cleaned, is removed if it holds one of `retired`.
struct BackupRules {
    const Literals& kept;
    const Literals& retired;
};
// Before the file is written: puts what will be its newest backup on the disk. No backup moves yet, so that a
// write that fails costs none.
Result<void> prepare_backup(platform::FileSystem& files, const Path& file, std::string_view text,
                            const BackupRules& rules);
// When the write failed.
void drop_prepared(platform::FileSystem& files, const Path& file);
// When the file is written: the older ones move on, and what was prepared becomes `.bak`.
Result<void> rotate_backups(platform::FileSystem& files, const Path& file, const BackupRules& rules);

}  // namespace openclaw::config
