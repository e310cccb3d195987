#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::gateway {

// What the gateway reads for its config: config and includes, .env files, the token file and that of the
// token before, what TLS and clients' certificates are judged by.
std::vector<platform::Path> config_files(const config::Config& config);
// The credential stores of all agents, each once.
std::vector<platform::Path> credential_files(const config::Config& config);

// Notices that a file has changed by looking at it: the one who decides what has to be read, on whatever
// occasion. A value, so that the looking can be done on another thread.
class FileLook {
public:
    FileLook(platform::FileSystem& files, const std::vector<platform::Path>& watched);
    bool changed();  // since the last time it was asked
    // Takes over what `earlier` last saw, so that what changed after that look is not missed.
    void continue_from(const FileLook& earlier);

private:
    using Seen = std::optional<platform::FileInfo>;
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
