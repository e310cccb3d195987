#pragma once

#include "platform/file_system.h"

namespace openclaw::platform {

// flock on a lock file of our own, as FileSystem::lock says.
Result<std::unique_ptr<FileLock>> take_system_lock(const Path& path, Milliseconds wait);

}  // namespace openclaw::platform
