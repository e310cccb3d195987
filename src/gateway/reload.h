#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/core.h"

namespace openclaw::gateway {

// Notices that a file has changed by looking at it when a request comes: nothing wakes up for it, and the
// next request already sees the new state. Watches config and includes, .env files and the token file.
class FileWatch {
public:
    FileWatch(platform::FileSystem& files, const config::Config& config);
    bool changed();  // since the last time it was asked

private:
    struct Seen {
        std::uint64_t inode = 0, size = 0;
        TimePoint modified{};
        bool operator==(const Seen&) const = default;
    };
    Seen look(const platform::Path& path) const;

    platform::FileSystem* files_;
    std::vector<std::pair<platform::Path, Seen>> watched_;
};

// What a new config means for a running gateway: the sections that changed, and those among them that only
// count after a restart. Pure.
struct ConfigChange {
    std::vector<std::string> changed;        // "models", "gateway.auth"
    std::vector<std::string> needs_restart;  // "gateway.port"
    bool empty() const { return changed.empty(); }
};
ConfigChange compare(const json::object& before, const json::object& after);

}  // namespace openclaw::gateway
