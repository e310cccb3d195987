#pragma once

#include "platform/file_system.h"

namespace openclaw::access {

// A folder (0700) with those above it, each on the disk when this returns: what is made in it must not go
// with it when the power does.
Result<void> make_lasting_folder(platform::FileSystem& files, const platform::Path& folder);

}  // namespace openclaw::access
