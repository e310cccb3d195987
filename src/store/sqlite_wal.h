#pragma once

#include <cstdint>
#include <map>

#include "platform/file_system.h"

namespace openclaw::store {

// Where the newest committed version of each page stands in a write-ahead log.
struct WalPages {
    std::map<std::uint32_t, std::uint64_t> offsets;  // page number, from 1 -> offset in the log
    std::uint32_t page_size = 0;                     // 0: the log holds nothing that counts
    std::uint32_t pages = 0;                         // in the database after the last commit
};

// Reads the log as SQLite's recovery does: frames count up to the last commit whose salts and checksums
// fit. No log, or an empty one, holds nothing. Source: SQLite's file format, "The Write-Ahead Log".
Result<WalPages> read_wal(platform::FileSystem& files, const platform::Path& log);

}  // namespace openclaw::store
