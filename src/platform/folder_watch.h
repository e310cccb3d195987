#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/descriptor.h"
#include "platform/file_system.h"

namespace openclaw::platform {

// Whether something has happened to single files since they were looked at, as the kernel tells it: for those
// who ask often and can't wait for a disk. Usable from several threads.
class FolderWatch {
public:
    struct Stamp {
        std::uint64_t all = 0, own = 0;
    };

    // To be called before the file is looked at; blocks. Nothing when the kernel can't be relied on to tell
    // all: network file systems, links on the way, no watches left.
    std::optional<Stamp> before_look(const Path& file);
    // Whether nothing has happened to the file since. Waits for nothing.
    bool is_quiet(const Path& file, const Stamp& since);
    void forget(const Path& file);

private:
    bool watch(const Path& folder);
    bool is_watched(const Path& folder);
    void drain();

    std::mutex adding_;  // one folder at a time, which may take long; taken before the other
    std::mutex mutex_;   // never held while a disk is looked at
    Descriptor inotify_;
    std::unordered_map<std::string, int> numbers_;             // of the folders, as the kernel has them
    std::unordered_map<int, std::string> folders_;             // the same, the other way round
    std::unordered_map<std::string, std::uint64_t> happened_;  // to the files that are asked for
    std::uint64_t happened_to_all_ = 0;
};

}  // namespace openclaw::platform
