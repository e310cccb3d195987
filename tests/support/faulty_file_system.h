#pragma once

#include "support/memory_file_system.h"

namespace openclaw::test {

// Any file system, with a fault at its n-th operation (the first is 1). Operations are all calls, those of
// open files included.
class FaultyFileSystem : public FileSystem {
public:
    explicit FaultyFileSystem(FileSystem& inner);
    ~FaultyFileSystem() override;

    void fail_at(int operation, Error error);  // that one only; what is written then arrives by half
    void fail_at(int operation, int number);   // the same as the system puts it: ENOSPC, with the path
    void crash_at(int operation);              // that one and all later ones; a write arrives by half
    void stop_failing();                       // what was asked for and hasn't been met
    void refuse_writes(bool refuse);  // as a folder that may only be read does, until it is taken back
    int operations() const;           // so far
    const std::string& last_operation() const;  // the name of the one that met the fault, or empty

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
    Result<void> set_owner(const Path& path, std::uint32_t uid, std::uint32_t gid) override;
    Result<void> truncate(const Path& path, std::uint64_t size) override;
    Result<void> sync_folder(const Path& folder) override;
    Result<std::unique_ptr<FileLock>> lock(const Path& path, Milliseconds wait) override;

private:
    struct Plan;
    class Watched;
    FileSystem& inner_;
    std::shared_ptr<Plan> plan_;
};

}  // namespace openclaw::test
