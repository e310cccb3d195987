#pragma once

#include <sqlite3.h>

#include <string>

#include "store/sqlite_wal.h"

namespace openclaw::store {

// How SQLite sees one database through our FileSystem: read-only, unchanging, its write-ahead log already
// applied. Lives as long as the connection that uses it; its address is its name at SQLite.
class SqliteFiles {
public:
    SqliteFiles(platform::FileSystem& files, platform::Path path, WalPages wal, std::uint64_t bytes);
    ~SqliteFiles();
    SqliteFiles(const SqliteFiles&) = delete;
    SqliteFiles& operator=(const SqliteFiles&) = delete;

    const char* name() const { return name_.c_str(); }
    std::uint64_t size() const;
    // Exactly these bytes of the database; zeros behind its end. False when the disk fails.
    bool read(char* into, std::size_t bytes, std::uint64_t offset);

private:
    bool read_from(const platform::Path& path, char* into, std::size_t bytes, std::uint64_t offset);

    platform::FileSystem& files_;
    platform::Path path_, log_;
    WalPages wal_;
    std::uint64_t bytes_;
    std::string name_;
    sqlite3_vfs vfs_{};
};

}  // namespace openclaw::store
