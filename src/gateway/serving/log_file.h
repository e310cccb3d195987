#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::gateway {

struct LogSettings {
    platform::Path folder;                           // <sd>/logs, made 0700, or that of logging.file
    std::string file_name;                           // empty: openclaw-YYYY-MM-DD.log (UTC)
    std::optional<LogLevel> level = LogLevel::info;  // none: silent
    std::optional<LogLevel> console_level = LogLevel::info;
    static LogSettings from(const config::Config& config);  // logging.level, consoleLevel, file
    platform::Path file_at(TimePoint time) const;
};

class DaemonLog : public Log {
public:
    // Looks at once whether the file was removed or rotated away, and then begins a new one; without that, at
    // the next line of another second.
    virtual void reopen() = 0;
};

// The daemon's log: JSON lines that `openclaw logs` and the web interface parse (time, _meta.logLevelName,
// _meta.name, the message under "1") in a file of mode 0600, one a day, and "<time> [subsystem] message" for
// people through `console`. Never waits for the disk; a log that can't be written never stops the gateway.
std::unique_ptr<DaemonLog> open_log(platform::FileSystem& files, const Clock& clock, LogSettings settings,
                                    std::function<void(std::string_view)> console);

}  // namespace openclaw::gateway
