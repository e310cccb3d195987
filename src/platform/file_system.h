#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace openclaw::platform {

using Path = std::filesystem::path;

enum class FileKind { regular, directory, symlink, socket, other };

struct FileInfo {
    FileKind kind = FileKind::other;
    std::uint32_t mode = 0;  // permission bits only
    std::uint32_t uid = 0, gid = 0;
    std::uint64_t size = 0;
    TimePoint modified{};
    std::uint64_t inode = 0, device = 0;
    std::int64_t changed_ns = 0;  // the inode's own time of change: differs after every write
    bool operator==(const FileInfo&) const = default;
};

// Whether the content still is what it was: the same inode, size and times. Mode and owner may differ.
inline bool same_content(const FileInfo& left, const FileInfo& right) {
    return left.inode == right.inode && left.device == right.device && left.size == right.size &&
           left.modified == right.modified && left.changed_ns == right.changed_ns;
}

// A file open for writing. Destroyed without close(), it is closed and errors are lost.
class WritableFile {
public:
    virtual ~WritableFile() = default;
    virtual Result<void> write(std::string_view bytes) = 0;  // all of it
    virtual Result<void> sync() = 0;                         // fsync
    virtual Result<void> close() = 0;
};

// A lock of the kernel's (flock): released when its holder ends, however it ends. Never stolen by age.
class FileLock {
public:
    virtual ~FileLock() = default;  // releases
};

// The disk behind one interface, one operation a call, so that a test can make the n-th fail or stop the
// world after it. Errors: `not_found`, `denied` (EACCES, EPERM), `no_space` (ENOSPC, EDQUOT, EROFS),
// `busy` (EEXIST, EBUSY, EXDEV, a held lock), `too_large`, else `unavailable`; messages name the path and the
// system's reason.
class FileSystem {
public:
    virtual ~FileSystem() = default;
    // A whole file, at most `bytes_max`. Refuses what is not a regular file (a FIFO would wait for ever).
    virtual Result<std::string> read(const Path& path, std::size_t bytes_max) = 0;
    // Up to `bytes` from `offset`; fewer at the end of the file. Regular files only.
    virtual Result<std::string> read_range(const Path& path, std::uint64_t offset, std::size_t bytes) = 0;
    virtual Result<FileInfo> info(const Path& path) = 0;                    // follows links
    virtual Result<FileInfo> link_info(const Path& path) = 0;               // does not
    virtual Result<std::vector<std::string>> list(const Path& folder) = 0;  // names, sorted
    virtual Result<Path> real_path(const Path& path) = 0;
    virtual Result<void> make_folder(const Path& path,
                                     std::uint32_t mode) = 0;  // one level; existing is fine
    virtual Result<std::unique_ptr<WritableFile>> create(const Path& path,
                                                         std::uint32_t mode) = 0;  // O_EXCL, no link followed
    virtual Result<std::unique_ptr<WritableFile>> append(const Path& path,
                                                         std::uint32_t mode) = 0;  // created if missing
    virtual Result<void> rename(const Path& from, const Path& to) = 0;
    virtual Result<void> remove(const Path& path) = 0;
    virtual Result<void> set_mode(const Path& path, std::uint32_t mode) = 0;
    virtual Result<void> set_owner(const Path& path, std::uint32_t uid, std::uint32_t gid) = 0;
    virtual Result<void> truncate(const Path& path, std::uint64_t size) = 0;
    virtual Result<void> sync_folder(const Path& folder) = 0;
    // Takes the lock of a lock file, which is created if missing, stays, and holds the holder's pid.
    // Waits at most `wait`, then fails with `busy`; the message names the holder's pid when the file tells.
    virtual Result<std::unique_ptr<FileLock>> lock(const Path& path, Milliseconds wait) = 0;
};

// Not there is normal here; every other error is an error.
Result<std::optional<std::string>> read_if_exists(FileSystem& files, const Path& path, std::size_t bytes_max);
bool exists(FileSystem& files, const Path& path);
// Creates missing parents too, each with `mode`.
Result<void> make_folders(FileSystem& files, const Path& path, std::uint32_t mode);

std::unique_ptr<FileSystem> system_files();

}  // namespace openclaw::platform
