#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gateway/serving/log_file.h"
#include "platform/file_system.h"

namespace openclaw::gateway {

// What of the log is asked for: from where the last look ended, or its end.
struct LogWindow {
    std::optional<std::uint64_t> cursor = {};  // a byte of the file
    std::size_t lines_max = 500;
    std::size_t bytes_max = 250'000;
};

// Whole lines of the log, oldest first.
struct LogTail {
    platform::Path file;
    std::uint64_t cursor = 0;  // where the next look goes on: behind the last whole line
    std::uint64_t size = 0;
    std::vector<std::string> lines;
    bool truncated = false;  // there was more before them than was asked for
    bool reset = false;      // what the cursor stood for is gone, or too far back
};

// A look at today's file or, while there is none, at the newest one. A missing one is empty. Each line is
// redacted once more, by the shape of secrets, and holds nothing that a terminal would obey.
Result<LogTail> read_log_tail(platform::FileSystem& files, const LogSettings& settings, TimePoint now,
                              const LogWindow& window);

}  // namespace openclaw::gateway
