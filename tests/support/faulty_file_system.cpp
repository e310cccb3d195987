#include "support/faulty_file_system.h"

#include <algorithm>

#include "platform/system_error.h"

namespace openclaw::test {

struct FaultyFileSystem::Plan {
    mutable std::mutex mutex;
    int operations = 0, at = 0;
    bool crashes = false;
    Error error;
    int number = 0;  // of the system's error; 0: `error`
    std::string met;
    bool refuses_writes = false;

    void start(int operation, bool crash, Error what, int system_number = 0) {
        const std::lock_guard guard(mutex);
        operations = 0;
        at = operation;
        crashes = crash;
        error = std::move(what);
        number = system_number;
        met.clear();
    }
    bool is_down() const {
        const std::lock_guard guard(mutex);
        return crashes && at != 0 && operations >= at;
    }
    // The fault that this operation meets, if any.
    std::optional<Error> next(std::string_view name, const Path& path) {
        const std::lock_guard guard(mutex);
        ++operations;
        constexpr std::string_view writing[] = {"make_folder", "create",   "append",   "rename",
                                                "remove",      "set_mode", "truncate", "lock"};
        if (refuses_writes && std::ranges::find(writing, name) != std::end(writing))
            return Error{Code::denied, fmt::format("{} {}: permission denied", name, path.string()), {}};
        const bool hit = at != 0 && (operations == at || (crashes && operations > at));
        if (!hit) return std::nullopt;
        if (operations == at) met = name;
        return number == 0 ? error : platform::system_failure(number, name, path).error();
    }
};

class FaultyFileSystem::Watched final : public WritableFile {
public:
    Watched(std::unique_ptr<WritableFile> inner, std::shared_ptr<Plan> plan, Path path)
        : inner_(std::move(inner)), plan_(std::move(plan)), path_(std::move(path)) {}
    Result<void> write(std::string_view bytes) override {
        const bool already_down = plan_->is_down();
        if (auto fault = plan_->next("write", path_)) {
            if (!already_down) [[maybe_unused]]
                auto half = inner_->write(bytes.substr(0, bytes.size() / 2));
            return std::unexpected(*fault);
        }
        return inner_->write(bytes);
    }
    Result<void> sync() override {
        if (auto fault = plan_->next("sync", path_)) return std::unexpected(*fault);
        return inner_->sync();
    }
    Result<void> close() override {
        if (auto fault = plan_->next("close", path_)) return std::unexpected(*fault);
        return inner_->close();
    }

private:
    std::unique_ptr<WritableFile> inner_;
    std::shared_ptr<Plan> plan_;
    Path path_;
};

FaultyFileSystem::FaultyFileSystem(FileSystem& inner) : inner_(inner), plan_(std::make_shared<Plan>()) {}
FaultyFileSystem::~FaultyFileSystem() = default;

void FaultyFileSystem::fail_at(int operation, Error error) {
    plan_->start(operation, false, std::move(error));
}
void FaultyFileSystem::fail_at(int operation, int number) {
    plan_->start(operation, false, {}, number);
}
void FaultyFileSystem::crash_at(int operation) {
    plan_->start(operation, true, {Code::internal, "the machine is down", {}});
}
void FaultyFileSystem::stop_failing() {
    plan_->start(0, false, {});
}
void FaultyFileSystem::refuse_writes(bool refuse) {
    const std::lock_guard guard(plan_->mutex);
    plan_->refuses_writes = refuse;
}

int FaultyFileSystem::operations() const {
    const std::lock_guard guard(plan_->mutex);
    return plan_->operations;
}
const std::string& FaultyFileSystem::last_operation() const {
    return plan_->met;
}

Result<std::string> FaultyFileSystem::read(const Path& path, std::size_t bytes_max) {
    if (auto fault = plan_->next("read", path)) return std::unexpected(*fault);
    return inner_.read(path, bytes_max);
}
Result<std::string> FaultyFileSystem::read_range(const Path& path, std::uint64_t offset, std::size_t bytes) {
    if (auto fault = plan_->next("read_range", path)) return std::unexpected(*fault);
    return inner_.read_range(path, offset, bytes);
}
Result<FileInfo> FaultyFileSystem::info(const Path& path) {
    if (auto fault = plan_->next("info", path)) return std::unexpected(*fault);
    return inner_.info(path);
}
Result<FileInfo> FaultyFileSystem::link_info(const Path& path) {
    if (auto fault = plan_->next("link_info", path)) return std::unexpected(*fault);
    return inner_.link_info(path);
}
Result<std::vector<std::string>> FaultyFileSystem::list(const Path& folder) {
    if (auto fault = plan_->next("list", folder)) return std::unexpected(*fault);
    return inner_.list(folder);
}
Result<Path> FaultyFileSystem::real_path(const Path& path) {
    if (auto fault = plan_->next("real_path", path)) return std::unexpected(*fault);
    return inner_.real_path(path);
}
Result<void> FaultyFileSystem::make_folder(const Path& path, std::uint32_t mode) {
    if (auto fault = plan_->next("make_folder", path)) return std::unexpected(*fault);
    return inner_.make_folder(path, mode);
}
Result<std::unique_ptr<WritableFile>> FaultyFileSystem::create(const Path& path, std::uint32_t mode) {
    if (auto fault = plan_->next("create", path)) return std::unexpected(*fault);
    auto file = inner_.create(path, mode);
    if (!file) return file;
    return std::make_unique<Watched>(std::move(*file), plan_, path);
}
Result<std::unique_ptr<WritableFile>> FaultyFileSystem::append(const Path& path, std::uint32_t mode) {
    if (auto fault = plan_->next("append", path)) return std::unexpected(*fault);
    auto file = inner_.append(path, mode);
    if (!file) return file;
    return std::make_unique<Watched>(std::move(*file), plan_, path);
}
Result<void> FaultyFileSystem::rename(const Path& from, const Path& to) {
    if (auto fault = plan_->next("rename", to)) return std::unexpected(*fault);
    return inner_.rename(from, to);
}
Result<void> FaultyFileSystem::remove(const Path& path) {
    if (auto fault = plan_->next("remove", path)) return std::unexpected(*fault);
    return inner_.remove(path);
}
Result<void> FaultyFileSystem::set_mode(const Path& path, std::uint32_t mode) {
    if (auto fault = plan_->next("set_mode", path)) return std::unexpected(*fault);
    return inner_.set_mode(path, mode);
}
Result<void> FaultyFileSystem::set_owner(const Path& path, std::uint32_t uid, std::uint32_t gid) {
    if (auto fault = plan_->next("set_owner", path)) return std::unexpected(*fault);
    return inner_.set_owner(path, uid, gid);
}
Result<void> FaultyFileSystem::truncate(const Path& path, std::uint64_t size) {
    if (auto fault = plan_->next("truncate", path)) return std::unexpected(*fault);
    return inner_.truncate(path, size);
}
Result<void> FaultyFileSystem::sync_folder(const Path& folder) {
    if (auto fault = plan_->next("sync_folder", folder)) return std::unexpected(*fault);
    return inner_.sync_folder(folder);
}
Result<std::unique_ptr<FileLock>> FaultyFileSystem::lock(const Path& path, Milliseconds wait) {
    if (auto fault = plan_->next("lock", path)) return std::unexpected(*fault);
    return inner_.lock(path, wait);
}

}  // namespace openclaw::test
