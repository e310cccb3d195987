#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "net/loop/loop.h"

namespace openclaw::credentials {

// Knows, without looking at a disk, whether files may have changed.
class StoreWatch {
public:
    virtual ~StoreWatch() = default;
    // What is watched from now on, in place of what was; absolute paths. `unavailable` when the system
    // doesn't tell of changes to all of them.
    virtual Result<void> watch(std::vector<std::filesystem::path> files) = 0;
    // Whether something has happened to them since this was last asked. Waits for nothing.
    virtual bool take_changes() = 0;
};

// By net::FileWatcher.
std::unique_ptr<StoreWatch> system_watch(net::Loop& loop);

}  // namespace openclaw::credentials
