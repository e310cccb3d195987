#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "platform/file_system.h"

namespace openclaw::test {

using platform::FileInfo;
using platform::FileKind;
using platform::FileLock;
using platform::FileSystem;
using platform::Path;
using platform::WritableFile;

// What a crash leaves of that which nobody had synced.
enum class CrashOutcome {
    lost,  // nothing: neither data without fsync nor names without an fsync of their folder
    kept,  // everything
    torn,  // every name, but only the first half of what was written to the files
};

// A disk in memory, with modes, owners and the rules of fsync. Absolute paths; "/" exists. Usable from
// several threads.
class MemoryFileSystem final : public FileSystem {
public:
    MemoryFileSystem();
    ~MemoryFileSystem() override;

    Result<std::string> read(const Path& path, std::size_t bytes_max) override;
    Result<std::string> read_range(const Path& path, std::uint64_t offset, std::size_t bytes) override;
    Result<FileInfo> info(const Path& path) override;
    Result<FileInfo> link_info(const Path& path) override;
    Result<std::vector<std::string>> list(const Path& folder) override;
    Result<Path> real_path(const Path& path) override;
    Result<void> make_folder(const Path& path, std::uint32_t mode) override;
    Result<std::unique_ptr<WritableFile>> create(const Path& path, std::uint32_t mode) override;
    Result<std::unique_ptr<WritableFile>> append(const Path& path, std::uint32_t mode) override;
    Result<void> rename(const Path& from, const Path& to) override;
    Result<void> remove(const Path& path) override;
    Result<void> set_mode(const Path& path, std::uint32_t mode) override;
    // Denied unless `may_give_away` is set, as for everybody but root.
    Result<void> set_owner(const Path& path, std::uint32_t uid, std::uint32_t gid) override;
    Result<void> truncate(const Path& path, std::uint64_t size) override;
    Result<void> sync_folder(const Path& folder) override;
    // Waits for other threads as the disk does; a wait of nothing is `busy` at once.
    Result<std::unique_ptr<FileLock>> lock(const Path& path, Milliseconds wait) override;

    bool may_give_away = false;
    // For the test itself: parents made, all of it synced.
    void put(const Path& path, std::string text, std::uint32_t mode = 0600, std::uint32_t uid = 1000);
    void put_link(const Path& path, const Path& target);
    void put_other(const Path& path, FileKind kind);  // a FIFO, a socket
    void mount_alone(const Path& path);  // as a container mounts one file: nothing can be renamed over it
    std::optional<std::string> text_of(const Path& path);
    std::vector<std::string> all_paths() const;  // of everything but folders, sorted
    std::int64_t changes() const;                // another number after each change

    // The power goes: locks are free, files open for writing lead nowhere.
    void crash(CrashOutcome outcome);

private:
    struct Node;
    struct State;
    class OpenFile;
    class HeldLock;
    std::shared_ptr<State> state_;
};

}  // namespace openclaw::test
