#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "base/descriptor.h"
#include "platform/file_system.h"
#include "platform/system_error.h"
#include "platform/system_lock.h"

namespace openclaw::platform {
namespace {

FileKind kind_of(mode_t mode) {
    if (S_ISREG(mode)) return FileKind::regular;
    if (S_ISDIR(mode)) return FileKind::directory;
    if (S_ISLNK(mode)) return FileKind::symlink;
    if (S_ISSOCK(mode)) return FileKind::socket;
    return FileKind::other;
}

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileInfo info_of(const struct stat& found) {
    return {.kind = kind_of(found.st_mode),
            .mode = found.st_mode & 07777U,
            .uid = found.st_uid,
            .gid = found.st_gid,
            .size = static_cast<std::uint64_t>(found.st_size),
            .modified = from_ms(nanoseconds(found.st_mtim) / 1'000'000),
            .inode = found.st_ino,
            .device = found.st_dev,
            .changed_ns = nanoseconds(found.st_ctim)};
}

std::unexpected<Error> not_a_file(mode_t mode, std::string_view doing, const Path& path) {
    return hinted(fail(Code::unavailable, "{} {}: it is {}, not a file", doing, path.string(),
                       S_ISDIR(mode) ? "a folder" : "a pipe, socket or device"),
                  S_ISDIR(mode) ? "name the file itself, not its folder" : "name a file");
}

// Opens without ever waiting: a FIFO without a peer would block for ever.
Result<Descriptor> open_regular(const Path& path, int flags, mode_t mode, std::string_view doing) {
    Descriptor file(
        uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, mode); }));
    if (!file.open()) {
        const int number = errno;
        struct stat found{};
        if (::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode) && number != EACCES)
            return not_a_file(found.st_mode, doing, path);
        return system_failure(number, doing, path);
    }
    struct stat found{};
    if (::fstat(file.get(), &found) != 0) return system_failure(errno, doing, path);
    if (!S_ISREG(found.st_mode)) return not_a_file(found.st_mode, doing, path);
    return file;
}

class SystemWritableFile final : public WritableFile {
public:
    SystemWritableFile(Descriptor file, Path path) : file_(std::move(file)), path_(std::move(path)) {}

    Result<void> write(std::string_view bytes) override {
        while (!bytes.empty()) {
            const auto count =
                uninterrupted([&] { return ::write(file_.get(), bytes.data(), bytes.size()); });
            if (count < 0) return system_failure(errno, "writing", path_);
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return {};
    }
    Result<void> sync() override {
        if (uninterrupted([&] { return ::fsync(file_.get()); }) != 0)
            return system_failure(errno, "syncing", path_);
        return {};
    }
    Result<void> close() override {
        // Never repeated after EINTR: on Linux the descriptor is gone either way.
        if (::close(file_.release()) != 0 && errno != EINTR) return system_failure(errno, "closing", path_);
        return {};
    }

private:
    Descriptor file_;
    Path path_;
};

Result<std::string> read_up_to(const Descriptor& file, std::uint64_t offset, std::size_t bytes,
                               const Path& path) {
    std::string text;
    struct stat found{};
    if (::fstat(file.get(), &found) == 0 && std::cmp_greater(found.st_size, offset))
        text.reserve(std::min(bytes, static_cast<std::size_t>(found.st_size) - offset + 1));
    while (text.size() < bytes) {
        constexpr std::size_t piece = 64 * 1024;
        const auto start = text.size();
        text.resize(std::min(bytes, start + piece));
        const auto count = uninterrupted([&] {
            return ::pread(file.get(), text.data() + start, text.size() - start,
                           static_cast<off_t>(offset + start));
        });
        if (count < 0) return system_failure(errno, "reading", path);
        text.resize(start + static_cast<std::size_t>(count));
        if (count == 0) break;
    }
    return text;
}

class SystemFiles final : public FileSystem {
public:
    Result<std::string> read(const Path& path, std::size_t bytes_max) override {
        auto file = open_regular(path, O_RDONLY, 0, "reading");
        if (!file) return std::unexpected(std::move(file).error());
        auto text = read_up_to(*file, 0, bytes_max + 1, path);
        if (text && text->size() > bytes_max)
            return hinted(
                fail(Code::too_large, "reading {}: it is larger than {} bytes", path.string(), bytes_max),
                "see what fills it: no file of this kind is that large");
        return text;
    }

    Result<std::string> read_range(const Path& path, std::uint64_t offset, std::size_t bytes) override {
        auto file = open_regular(path, O_RDONLY, 0, "reading");
        if (!file) return std::unexpected(std::move(file).error());
        return read_up_to(*file, offset, bytes, path);
    }

    Result<FileInfo> info(const Path& path) override {
        struct stat found{};
        if (::stat(path.c_str(), &found) != 0) return system_failure(errno, "looking at", path);
        return info_of(found);
    }

    Result<FileInfo> link_info(const Path& path) override {
        struct stat found{};
        if (::lstat(path.c_str(), &found) != 0) return system_failure(errno, "looking at", path);
        return info_of(found);
    }

    Result<std::vector<std::string>> list(const Path& folder) override {
        Descriptor opened(
            uninterrupted([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
        if (!opened.open()) return system_failure(errno, "listing", folder);
        const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(opened.get()), ::closedir);
        if (!entries) return system_failure(errno, "listing", folder);
        opened.release();
        std::vector<std::string> names;
        errno = 0;
        while (const auto* entry = ::readdir(entries.get())) {
            const std::string_view name = entry->d_name;
            if (name != "." && name != "..") names.emplace_back(name);
        }
        if (errno != 0) return system_failure(errno, "listing", folder);
        std::ranges::sort(names);
        return names;
    }

    Result<Path> real_path(const Path& path) override {
        const std::unique_ptr<char, void (*)(void*)> found(::realpath(path.c_str(), nullptr), std::free);
        if (!found) return system_failure(errno, "resolving", path);
        return Path(found.get());
    }

    Result<void> make_folder(const Path& path, std::uint32_t mode) override {
        if (::mkdir(path.c_str(), mode) == 0) return {};
        const int number = errno;
        struct stat found{};
        if (number == EEXIST && ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) return {};
        return entry_failure(number, "making the folder", path);
    }

    Result<std::unique_ptr<WritableFile>> create(const Path& path, std::uint32_t mode) override {
        Descriptor file(uninterrupted([&] {
            return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        }));
        if (!file.open()) return entry_failure(errno, "creating", path);
        // The umask may have taken bits away; the mode asked for is the mode.
        if (::fchmod(file.get(), mode) != 0) return system_failure(errno, "setting the mode of", path);
        return std::make_unique<SystemWritableFile>(std::move(file), path);
    }

    Result<std::unique_ptr<WritableFile>> append(const Path& path, std::uint32_t mode) override {
        auto file = open_regular(path, O_WRONLY | O_CREAT | O_APPEND, mode, "opening");
        if (!file) return std::unexpected(std::move(file).error());
        return std::make_unique<SystemWritableFile>(std::move(*file), path);
    }

    Result<void> rename(const Path& from, const Path& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) return entry_failure(errno, "replacing", to);
        return {};
    }

    Result<void> remove(const Path& path) override {
        if (::unlink(path.c_str()) == 0) return {};
        if (errno == EISDIR && ::rmdir(path.c_str()) == 0) return {};
        return entry_failure(errno, "removing", path);
    }

    Result<void> set_mode(const Path& path, std::uint32_t mode) override {
        if (::chmod(path.c_str(), mode) != 0) return system_failure(errno, "setting the mode of", path);
        return {};
    }

    Result<void> set_owner(const Path& path, std::uint32_t uid, std::uint32_t gid) override {
        if (::lchown(path.c_str(), uid, gid) != 0) return system_failure(errno, "giving away", path);
        return {};
    }

    Result<void> truncate(const Path& path, std::uint64_t size) override {
        if (uninterrupted([&] { return ::truncate(path.c_str(), static_cast<off_t>(size)); }) != 0)
            return system_failure(errno, "shortening", path);
        return {};
    }

    Result<void> sync_folder(const Path& folder) override {
        const Descriptor opened(
            uninterrupted([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
        if (!opened.open()) return system_failure(errno, "syncing", folder);
        // Some network file systems can't sync a folder, and say so with EINVAL.
        if (uninterrupted([&] { return ::fsync(opened.get()); }) != 0 && errno != EINVAL)
            return system_failure(errno, "syncing", folder);
        return {};
    }

    Result<std::unique_ptr<FileLock>> lock(const Path& path, Milliseconds wait) override {
        return take_system_lock(path, wait);
    }
};

}  // namespace

std::unique_ptr<FileSystem> system_files() {
    return std::make_unique<SystemFiles>();
}

}  // namespace openclaw::platform
