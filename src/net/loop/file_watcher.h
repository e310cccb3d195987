#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/loop/loop.h"

namespace openclaw::net {

// Calls back when files may have changed, so that whoever is called looks for himself. It watches folders,
// not files: a file that is replaced, removed, made later, or reached over a link that is turned round is
// noticed, and so is a folder that comes later. Nothing wakes up while nothing happens.
class FileWatcher {
public:
    // A burst of changes is one call: `quiet` after its last change, but never later than `longest` after
    // its first.
    struct Pace {
        Milliseconds quiet{20}, longest{200};
    };
    // Called on the loop's thread, after new folders have been looked for beside it; told whether everything
    // is still watched.
    using Changed = std::move_only_function<void(const Result<void>& watching)>;
    FileWatcher(Loop& loop, Changed changed, Pace pace);
    FileWatcher(Loop& loop, Changed changed) : FileWatcher(loop, std::move(changed), Pace()) {}
    ~FileWatcher();
    FileWatcher(const FileWatcher&) = delete;
    FileWatcher& operator=(const FileWatcher&) = delete;

    void set_pace(Pace pace);

    // What is watched from now on, in place of what was; absolute paths. Look at the files after this call:
    // what happened before it is not reported. `unavailable` when the system grants no more watches; what
    // could be watched is.
    Result<void> watch(std::vector<std::filesystem::path> files);

    // Whether something has happened to them since this was last asked, told to `changed` or not. Takes what
    // the kernel has queued, without waiting and without looking at a disk: for those who must know before
    // they decide.
    bool take_changes();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace openclaw::net
