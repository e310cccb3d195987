#pragma once

#include "platform/file_system.h"

namespace openclaw::platform {

// Whether the kernel hears of every change of a file there: not on file systems that others write to as well
// (NFS, SMB, 9p, FUSE and their like), where a watch stays silent about what another host has written. For a
// file that isn't there, its nearest folder that is. Blocks as long as the file system does.
bool tells_of_changes(const Path& file);

}  // namespace openclaw::platform
