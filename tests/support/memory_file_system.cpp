#include "support/memory_file_system.h"

#include <condition_variable>
#include <set>

namespace openclaw::test {

struct MemoryFileSystem::Node {
    FileKind kind = FileKind::regular;
    std::uint32_t mode = 0600, uid = 1000, gid = 1000;
    std::uint64_t inode = 0;
    std::int64_t changed = 0;  // ticks of an own clock, one a change
    std::string data, synced;  // `synced` is what the disk has for certain
    Path target;               // of a link
};

struct MemoryFileSystem::State {
    mutable std::recursive_mutex mutex;
    std::condition_variable_any unlocked;
    using Entries = std::map<std::string, std::shared_ptr<Node>, std::less<>>;
    Entries live, durable;
    std::vector<std::pair<std::string, std::string>> moved_folders;  // whose new name nobody has synced
    std::set<std::string> locks, mounts;
    std::uint64_t inodes = 0;
    std::int64_t ticks = 0;
    int boots = 0;  // counts crashes: an open file belongs to its boot

    void touch(Node& node) { node.changed = ++ticks; }
    std::shared_ptr<Node> make(FileKind kind, std::uint32_t mode) {
        auto node = std::make_shared<Node>();
        node->kind = kind;
        node->mode = mode;
        node->inode = ++inodes;
        touch(*node);
        return node;
    }
    // What lies in a folder goes with it.
    static void move_beneath(Entries& entries, const std::string& from, const std::string& to) {
        Entries moved;
        std::erase_if(entries, [&](const auto& entry) {
            if (!entry.first.starts_with(from + "/")) return false;
            moved.emplace(to + entry.first.substr(from.size()), entry.second);
            return true;
        });
        entries.merge(moved);
    }
    Node* at(const std::string& path) const {
        const auto found = live.find(path);
        return found == live.end() ? nullptr : found->second.get();
    }
    // The path with every link in it followed, the last one only if asked to.
    Result<std::string> resolve(const Path& path, bool follow_last, int links_left = 16) const {
        Path result("/");
        const auto clean = path.lexically_normal();
        for (auto part = clean.begin(); part != clean.end(); ++part) {
            if (*part == "/" || part->empty()) continue;
            const bool last = std::next(part) == clean.end();
            result /= *part;
            const auto* node = at(result.string());
            if (node == nullptr || node->kind != FileKind::symlink || (last && !follow_last)) continue;
            if (links_left == 0) return fail(Code::unavailable, "{}: too many links", path.string());
            auto target = resolve(result.parent_path() / node->target, true, links_left - 1);
            if (!target) return target;
            result = *target;
        }
        return result.string();
    }
    Result<Node*> find(const Path& path, std::string_view doing, bool follow_last = true) const {
        const auto real = resolve(path, follow_last);
        if (!real) return std::unexpected(real.error());
        if (auto* node = at(*real)) return node;
        return fail(Code::not_found, "{} {}: no such file or directory", doing, path.string());
    }
    Result<Node*> find_regular(const Path& path, std::string_view doing) const {
        auto node = find(path, doing);
        if (node && (*node)->kind != FileKind::regular)
            return fail(Code::unavailable, "{} {}: not a file", doing, path.string());
        return node;
    }
    Result<void> parent_exists(const std::string& path, std::string_view doing) const {
        const auto* parent = at(Path(path).parent_path().string());
        if (parent != nullptr && parent->kind == FileKind::directory) return {};
        return fail(Code::not_found, "{} {}: no such file or directory", doing, path);
    }
};

class MemoryFileSystem::OpenFile final : public WritableFile {
public:
    OpenFile(std::shared_ptr<State> state, std::shared_ptr<Node> node)
        : state_(std::move(state)), node_(std::move(node)), boot_(state_->boots) {}
    Result<void> write(std::string_view bytes) override {
        const std::lock_guard guard(state_->mutex);
        if (boot_ != state_->boots) return fail(Code::unavailable, "writing: the file is gone");
        node_->data += bytes;
        state_->touch(*node_);
        return {};
    }
    Result<void> sync() override {
        const std::lock_guard guard(state_->mutex);
        if (boot_ != state_->boots) return fail(Code::unavailable, "syncing: the file is gone");
        node_->synced = node_->data;
        return {};
    }
    Result<void> close() override { return {}; }

private:
    std::shared_ptr<State> state_;
    std::shared_ptr<Node> node_;
    int boot_;
};

class MemoryFileSystem::HeldLock final : public FileLock {
public:
    HeldLock(std::shared_ptr<State> state, std::string path)
        : state_(std::move(state)), path_(std::move(path)), boot_(state_->boots) {}
    ~HeldLock() override {
        const std::lock_guard guard(state_->mutex);
        if (boot_ == state_->boots) state_->locks.erase(path_);
        state_->unlocked.notify_all();
    }

private:
    std::shared_ptr<State> state_;
    std::string path_;
    int boot_;
};

MemoryFileSystem::MemoryFileSystem() : state_(std::make_shared<State>()) {
    state_->live["/"] = state_->make(FileKind::directory, 0755);
    state_->durable = state_->live;
}
MemoryFileSystem::~MemoryFileSystem() = default;

Result<std::string> MemoryFileSystem::read(const Path& path, std::size_t bytes_max) {
    const std::lock_guard guard(state_->mutex);
    const auto node = state_->find_regular(path, "reading");
    if (!node) return std::unexpected(node.error());
    if (((*node)->mode & 0400U) == 0)
        return fail(Code::denied, "reading {}: permission denied", path.string());
    if ((*node)->data.size() > bytes_max)
        return fail(Code::too_large, "reading {}: it is larger than {} bytes", path.string(), bytes_max);
    return (*node)->data;
}

Result<std::string> MemoryFileSystem::read_range(const Path& path, std::uint64_t offset, std::size_t bytes) {
    const std::lock_guard guard(state_->mutex);
    const auto node = state_->find_regular(path, "reading");
    if (!node) return std::unexpected(node.error());
    const auto& data = (*node)->data;
    return offset >= data.size() ? std::string() : data.substr(offset, bytes);
}

Result<FileInfo> MemoryFileSystem::info(const Path& path) {
    const std::lock_guard guard(state_->mutex);
    const auto real = state_->resolve(path, true);
    if (!real) return std::unexpected(real.error());
    return link_info(*real);
}

Result<FileInfo> MemoryFileSystem::link_info(const Path& path) {
    const std::lock_guard guard(state_->mutex);
    const auto found = state_->find(path, "looking at", false);
    if (!found) return std::unexpected(found.error());
    const auto& node = **found;
    return FileInfo{.kind = node.kind,
                    .mode = node.mode,
                    .uid = node.uid,
                    .gid = node.gid,
                    .size = node.data.size(),
                    .modified = from_ms(node.changed),
                    .inode = node.inode,
                    .device = 1,
                    .changed_ns = node.changed};
}

Result<std::vector<std::string>> MemoryFileSystem::list(const Path& folder) {
    const std::lock_guard guard(state_->mutex);
    const auto real = state_->resolve(folder, true);
    if (!real) return std::unexpected(real.error());
    const auto* node = state_->at(*real);
    if (node == nullptr || node->kind != FileKind::directory)
        return fail(Code::not_found, "listing {}: no such file or directory", folder.string());
    std::vector<std::string> names;
    for (const auto& [path, entry] : state_->live)
        if (path != "/" && Path(path).parent_path() == *real) names.push_back(Path(path).filename().string());
    return names;
}

Result<Path> MemoryFileSystem::real_path(const Path& path) {
    const std::lock_guard guard(state_->mutex);
    const auto real = state_->resolve(path, true);
    if (!real) return std::unexpected(real.error());
    if (state_->at(*real) == nullptr)
        return fail(Code::not_found, "resolving {}: no such file or directory", path.string());
    return Path(*real);
}

Result<void> MemoryFileSystem::make_folder(const Path& path, std::uint32_t mode) {
    const std::lock_guard guard(state_->mutex);
    const auto real = state_->resolve(path, true);
    if (!real) return std::unexpected(real.error());
    if (const auto* node = state_->at(*real)) {
        if (node->kind == FileKind::directory) return {};
        return fail(Code::busy, "making the folder {}: file exists", path.string());
    }
    if (auto parent = state_->parent_exists(*real, "making the folder"); !parent) return parent;
    state_->live[*real] = state_->make(FileKind::directory, mode);
    return {};
}

Result<std::unique_ptr<WritableFile>> MemoryFileSystem::create(const Path& path, std::uint32_t mode) {
    const std::lock_guard guard(state_->mutex);
    const auto real = state_->resolve(path, false);
    if (!real) return std::unexpected(real.error());
    if (state_->at(*real) != nullptr) return fail(Code::busy, "creating {}: file exists", path.string());
    if (auto parent = state_->parent_exists(*real, "creating"); !parent)
        return std::unexpected(parent.error());
    const auto node = state_->live[*real] = state_->make(FileKind::regular, mode);
    return std::make_unique<OpenFile>(state_, node);
}

Result<std::unique_ptr<WritableFile>> MemoryFileSystem::append(const Path& path, std::uint32_t mode) {
    const std::lock_guard guard(state_->mutex);
    const auto real = state_->resolve(path, true);
    if (!real) return std::unexpected(real.error());
    if (state_->at(*real) == nullptr) return create(*real, mode);
    if (const auto node = state_->find_regular(*real, "opening"); !node) return std::unexpected(node.error());
    return std::make_unique<OpenFile>(state_, state_->live[*real]);
}

Result<void> MemoryFileSystem::rename(const Path& from, const Path& to) {
    const std::lock_guard guard(state_->mutex);
    const auto source = state_->resolve(from, false), target = state_->resolve(to, false);
    if (!source || !target) return fail(Code::unavailable, "replacing {}: too many links", to.string());
    if (state_->at(*source) == nullptr) return fail(Code::not_found, "replacing {}: no source", to.string());
    if (auto parent = state_->parent_exists(*target, "replacing"); !parent) return parent;
    if (const auto* node = state_->at(*target); node != nullptr && node->kind == FileKind::directory)
        return fail(Code::unavailable, "replacing {}: is a directory", to.string());
    if (state_->mounts.contains(*target))
        return fail(Code::busy, "replacing {}: device or resource busy", to.string());
    auto node = state_->live[*source];
    state_->live.erase(*source);
    ++state_->ticks;
    if (node->kind == FileKind::directory) {
        State::move_beneath(state_->live, *source, *target);
        state_->moved_folders.emplace_back(*source, *target);
    }
    state_->live[*target] = std::move(node);
    return {};
}

Result<void> MemoryFileSystem::remove(const Path& path) {
    const std::lock_guard guard(state_->mutex);
    const auto real = state_->resolve(path, false);
    if (!real) return std::unexpected(real.error());
    ++state_->ticks;
    if (state_->live.erase(*real) == 0)
        return fail(Code::not_found, "removing {}: no such file or directory", path.string());
    return {};
}

Result<void> MemoryFileSystem::set_mode(const Path& path, std::uint32_t mode) {
    const std::lock_guard guard(state_->mutex);
    const auto node = state_->find(path, "setting the mode of");
    if (!node) return std::unexpected(node.error());
    (*node)->mode = mode;
    state_->touch(**node);
    return {};
}

Result<void> MemoryFileSystem::set_owner(const Path& path, std::uint32_t uid, std::uint32_t gid) {
    const std::lock_guard guard(state_->mutex);
    const auto node = state_->find(path, "giving away", false);
    if (!node) return std::unexpected(node.error());
    if (!may_give_away) return fail(Code::denied, "giving away {}: operation not permitted", path.string());
    (*node)->uid = uid;
    (*node)->gid = gid;
    return {};
}

Result<void> MemoryFileSystem::truncate(const Path& path, std::uint64_t size) {
    const std::lock_guard guard(state_->mutex);
    const auto node = state_->find_regular(path, "shortening");
    if (!node) return std::unexpected(node.error());
    (*node)->data.resize(size);
    state_->touch(**node);
    return {};
}

Result<void> MemoryFileSystem::sync_folder(const Path& folder) {
    const std::lock_guard guard(state_->mutex);
    const auto real = state_->resolve(folder, true);
    if (!real) return std::unexpected(real.error());
    const auto inside = [&](const auto& entry) {
        return entry.first != "/" && Path(entry.first).parent_path() == *real;
    };
    std::erase_if(state_->moved_folders, [&](const auto& move) {
        if (Path(move.second).parent_path() != *real) return false;
        State::move_beneath(state_->durable, move.first, move.second);
        return true;
    });
    std::erase_if(state_->durable, inside);
    for (const auto& entry : state_->live)
        if (inside(entry)) state_->durable.insert(entry);
    return {};
}

Result<std::unique_ptr<FileLock>> MemoryFileSystem::lock(const Path& path, Milliseconds wait) {
    std::unique_lock guard(state_->mutex);
    const auto real = state_->resolve(path, true);
    if (!real) return std::unexpected(real.error());
    if (state_->at(*real) == nullptr) {
        if (auto file = create(*real, 0600); !file) return std::unexpected(file.error());
    }
    if (!state_->unlocked.wait_for(guard, wait, [&] { return !state_->locks.contains(*real); }))
        return fail(Code::busy, "{} is locked by process 1 (waited {} ms)", path.string(), wait.count());
    state_->locks.insert(*real);
    return std::make_unique<HeldLock>(state_, *real);
}

void MemoryFileSystem::put(const Path& path, std::string text, std::uint32_t mode, std::uint32_t uid) {
    const std::lock_guard guard(state_->mutex);
    std::vector<Path> parents;
    for (auto parent = path.parent_path(); parent != "/"; parent = parent.parent_path())
        parents.push_back(parent);
    for (auto parent = parents.rbegin(); parent != parents.rend(); ++parent)
        if (state_->at(parent->string()) == nullptr)
            state_->live[parent->string()] = state_->make(FileKind::directory, 0700);
    auto node = state_->make(FileKind::regular, mode);
    node->uid = uid;
    node->data = node->synced = std::move(text);
    state_->live[path.string()] = std::move(node);
    state_->durable = state_->live;
}

void MemoryFileSystem::put_link(const Path& path, const Path& target) {
    const std::lock_guard guard(state_->mutex);
    put(path, "");
    auto& node = *state_->live[path.string()];
    node.kind = FileKind::symlink;
    node.target = target;
}

void MemoryFileSystem::put_other(const Path& path, FileKind kind) {
    const std::lock_guard guard(state_->mutex);
    put(path, "");
    state_->live[path.string()]->kind = kind;
}

void MemoryFileSystem::mount_alone(const Path& path) {
    const std::lock_guard guard(state_->mutex);
    state_->mounts.insert(path.string());
}

std::optional<std::string> MemoryFileSystem::text_of(const Path& path) {
    const std::lock_guard guard(state_->mutex);
    const auto node = state_->find_regular(path, "reading");
    if (!node) return std::nullopt;
    return (*node)->data;
}

std::int64_t MemoryFileSystem::changes() const {
    const std::lock_guard guard(state_->mutex);
    return state_->ticks;
}

std::vector<std::string> MemoryFileSystem::all_paths() const {
    const std::lock_guard guard(state_->mutex);
    std::vector<std::string> paths;
    for (const auto& [path, node] : state_->live)
        if (node->kind != FileKind::directory) paths.push_back(path);
    return paths;
}

void MemoryFileSystem::crash(CrashOutcome outcome) {
    const std::lock_guard guard(state_->mutex);
    ++state_->boots;
    state_->locks.clear();
    state_->moved_folders.clear();
    if (outcome == CrashOutcome::lost) {
        state_->live = state_->durable;
        // A name whose folder is gone is gone as well.
        std::erase_if(state_->live, [&](const auto& entry) {
            return entry.first != "/" && state_->at(Path(entry.first).parent_path().string()) == nullptr;
        });
    }
    for (auto& [path, node] : state_->live) {
        if (node->data == node->synced || outcome == CrashOutcome::kept) continue;
        if (outcome == CrashOutcome::lost) node->data = node->synced;
        if (outcome == CrashOutcome::torn) node->data.resize(node->data.size() / 2);
    }
    for (auto& [path, node] : state_->live) node->synced = node->data;
    state_->durable = state_->live;
}

}  // namespace openclaw::test
