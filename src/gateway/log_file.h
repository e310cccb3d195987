#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::gateway {

struct LogSettings {
    platform::Path folder;  // <sd>/logs, or that of logging.file; 0700
    platform::Path file;    // empty: openclaw-YYYY-MM-DD.log (UTC) in the folder
    LogLevel level = LogLevel::info;
    LogLevel console_level = LogLevel::info;
    std::uint64_t bytes_max = 16u << 20;                    // then the file moves to <name>.1
    static LogSettings from(const config::Config& config);  // logging.level, consoleLevel, file
};

// The daemon's log: JSON lines that `openclaw logs` and the web interface parse (time, _meta.logLevelName,
// _meta.name) in a file of mode 0600, and "<time> [subsystem] message" for people through `console`. A log
// that can't be written never stops the gateway; the console is told once.
std::unique_ptr<Log> open_log(platform::FileSystem& files, const Clock& clock, LogSettings settings,
                              std::function<void(std::string_view)> console);

}  // namespace openclaw::gateway
