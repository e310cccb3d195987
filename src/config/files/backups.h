#pragma once

#include <set>
#include <string>

#include "platform/file_system.h"

namespace openclaw::config {

using platform::Path;
using Literals = std::set<std::string, std::less<>>;

// Keeps `text` as `<file>.bak` and moves the older ones on, `.bak` to `.bak.1` and so on up to `.bak.4`, all
// of mode 0600. No backup keeps a literal secret that `kept`, the config's present ones, doesn't hold; an old
// backup that can't be read, and so not be cleaned, is removed if it holds one of `retired`.
Result<void> rotate_backups(platform::FileSystem& files, const Path& file, std::string_view text,
                            const Literals& kept, const Literals& retired);

}  // namespace openclaw::config
