#include "store/sqlite_files.h"

#include <algorithm>
#include <cstring>

#include "base/result.h"

namespace openclaw::store {
namespace {

// The file that SQLite opens; made by us in memory that SQLite provides.
struct OpenFile {
    sqlite3_file base;
    SqliteFiles* files;
};

SqliteFiles& files_of(sqlite3_file* file) {
    return *reinterpret_cast<OpenFile*>(file)->files;
}

int read_file(sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
    auto& files = files_of(file);
    const auto wanted = static_cast<std::size_t>(bytes);
    const auto at = static_cast<std::uint64_t>(offset);
    if (!files.read(static_cast<char*>(into), wanted, at)) return SQLITE_IOERR_READ;
    return at + wanted <= files.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(files_of(file).size());
    return SQLITE_OK;
}
int not_reserved(sqlite3_file*, int* result) {
    *result = 0;
    return SQLITE_OK;
}

constexpr sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = [](sqlite3_file*) { return SQLITE_OK; },
    .xRead = read_file,
    .xWrite = [](sqlite3_file*, const void*, int, sqlite3_int64) { return SQLITE_READONLY; },
    .xTruncate = [](sqlite3_file*, sqlite3_int64) { return SQLITE_READONLY; },
    .xSync = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xFileSize = file_size,
    .xLock = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xCheckReservedLock = not_reserved,
    .xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
    .xSectorSize = [](sqlite3_file*) { return 0; },
    .xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_IMMUTABLE; },
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

// Only the database itself is ever opened: a journal or a temporary file would be a write.
int open_file(sqlite3_vfs* vfs, const char*, sqlite3_file* file, int flags, int* out_flags) {
    file->pMethods = nullptr;
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
    reinterpret_cast<OpenFile*>(file)->files = static_cast<SqliteFiles*>(vfs->pAppData);
    file->pMethods = &methods;
    if (out_flags) *out_flags = SQLITE_OPEN_READONLY;
    return SQLITE_OK;
}
int nothing_exists(sqlite3_vfs*, const char*, int, int* result) {
    *result = 0;
    return SQLITE_OK;
}
int full_path(sqlite3_vfs*, const char* name, int bytes, char* into) {
    sqlite3_snprintf(bytes, into, "%s", name);
    return SQLITE_OK;
}
int randomness(sqlite3_vfs*, int bytes, char* into) {
    std::memset(into, 0, static_cast<std::size_t>(bytes));  // nothing is written, so nothing depends on it
    return bytes;
}
int no_time(sqlite3_vfs*, double* days) {
    *days = 0;
    return SQLITE_OK;
}

}  // namespace

SqliteFiles::SqliteFiles(platform::FileSystem& files, platform::Path path, WalPages wal, std::uint64_t bytes)
    : files_(files),
      path_(std::move(path)),
      log_(path_.string() + "-wal"),
      wal_(std::move(wal)),
      bytes_(bytes),
      name_(fmt::format("openclaw-{}", fmt::ptr(this))) {
    vfs_.iVersion = 1;
    vfs_.szOsFile = sizeof(OpenFile);
    vfs_.mxPathname = 1024;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = open_file;
    vfs_.xDelete = [](sqlite3_vfs*, const char*, int) { return SQLITE_READONLY; };
    vfs_.xAccess = nothing_exists;
    vfs_.xFullPathname = full_path;
    vfs_.xRandomness = randomness;
    vfs_.xSleep = [](sqlite3_vfs*, int) { return 0; };
    vfs_.xCurrentTime = no_time;
    vfs_.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
    sqlite3_vfs_register(&vfs_, 0);
}

SqliteFiles::~SqliteFiles() {
    sqlite3_vfs_unregister(&vfs_);
}

std::uint64_t SqliteFiles::size() const {
    return wal_.page_size == 0 ? bytes_ : std::uint64_t{wal_.page_size} * wal_.pages;
}

bool SqliteFiles::read_from(const platform::Path& path, char* into, std::size_t bytes, std::uint64_t offset) {
    const auto text = files_.read_range(path, offset, bytes);
    if (!text) return false;
    std::memcpy(into, text->data(), std::min(bytes, text->size()));
    return true;
}

bool SqliteFiles::read(char* into, std::size_t bytes, std::uint64_t offset) {
    std::memset(into, 0, bytes);
    std::size_t done = 0;
    while (done < bytes && offset + done < size()) {
        const auto at = offset + done;
        const auto page_size = wal_.page_size;
        const auto part =
            page_size == 0 ? bytes - done : std::min<std::uint64_t>(bytes - done, page_size - at % page_size);
        const auto page = page_size == 0 ? 0 : static_cast<std::uint32_t>(at / page_size + 1);
        const auto found = wal_.offsets.find(page);
        const bool in_log = page_size != 0 && found != wal_.offsets.end();
        if (!read_from(in_log ? log_ : path_, into + done, part,
                       in_log ? found->second + at % page_size : at))
            return false;
        done += part;
    }
    // The header says how the file is written. With the log applied, it is a database without one.
    constexpr std::uint64_t versions_from = 18, versions_to = 20;
    for (auto at = std::max(offset, versions_from); at < std::min(offset + bytes, versions_to); ++at)
        if (into[at - offset] == 2) into[at - offset] = 1;
    return true;
}

}  // namespace openclaw::store
