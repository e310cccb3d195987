#include "platform/system_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "base/descriptor.h"
#include "base/text.h"
#include "platform/system_error.h"

namespace openclaw::platform {
namespace {

class SystemLock final : public FileLock {
public:
    explicit SystemLock(Descriptor file) : file_(std::move(file)) {}
    ~SystemLock() override {
        // The pid goes first, so that nobody reads the name of a holder that has let go.
        [[maybe_unused]] const int truncated = ::ftruncate(file_.get(), 0);
        ::flock(file_.get(), LOCK_UN);
    }

private:
    Descriptor file_;
};

Result<Descriptor> open_lock_file(const Path& path) {
    Descriptor file(uninterrupted([&] {
        return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
    }));
    if (!file.open()) return system_failure(errno, "locking", path);
    struct stat found{};
    if (::fstat(file.get(), &found) != 0) return system_failure(errno, "locking", path);
    if (!S_ISREG(found.st_mode)) return fail(Code::unavailable, "locking {}: not a file", path.string());
    // What root locks for a user must not lock the user out afterwards.
    struct stat folder{};
    if (::geteuid() == 0 && ::stat(path.parent_path().c_str(), &folder) == 0 && folder.st_uid != found.st_uid)
        [[maybe_unused]]
        const int given = ::fchown(file.get(), folder.st_uid, folder.st_gid);
    return file;
}

void write_holder(const Descriptor& file) {
    const auto pid = fmt::format("{}\n", ::getpid());
    // For messages only: a full disk takes nothing from the lock itself.
    [[maybe_unused]] const int truncated = ::ftruncate(file.get(), 0);
    [[maybe_unused]] const auto written = ::pwrite(file.get(), pid.data(), pid.size(), 0);
}

std::string holder_of(const Descriptor& file) {
    char buffer[32];
    const auto count = uninterrupted([&] { return ::pread(file.get(), buffer, sizeof buffer, 0); });
    if (count <= 0) return "another process";
    const auto pid = trimmed(std::string_view(buffer, static_cast<std::size_t>(count)));
    if (pid.empty() || pid.find_first_not_of("0123456789") != pid.npos) return "another process";
    return fmt::format("process {}", pid);
}

std::unexpected<Error> held(const Descriptor& file, const Path& path, Milliseconds wait) {
    return hinted(
        fail(Code::busy, "{} is locked by {} (waited {} ms)", path.string(), holder_of(file), wait.count()),
        "let that process finish, or end it, and try again");
}

}  // namespace

Result<std::unique_ptr<FileLock>> take_system_lock(const Path& path, Milliseconds wait) {
    auto file = open_lock_file(path);
    if (!file) return std::unexpected(std::move(file).error());
    // flock has no deadline of its own: tries, each pause twice the last up to 20 ms.
    const auto deadline = std::chrono::steady_clock::now() + wait;
    std::chrono::microseconds pause(200);
    while (uninterrupted([&] { return ::flock(file->get(), LOCK_EX | LOCK_NB); }) != 0) {
        if (errno != EWOULDBLOCK) return system_failure(errno, "locking", path);
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= left.zero()) return held(*file, path, wait);
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(pause, left));
        pause = std::min(pause * 2, std::chrono::microseconds(20'000));
    }
    write_holder(*file);
    return std::make_unique<SystemLock>(std::move(*file));
}

}  // namespace openclaw::platform
