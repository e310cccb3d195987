#include "store/replace_file.h"

#include "base/random.h"
#include "platform/mounts.h"

namespace openclaw::store {
namespace {

constexpr std::size_t stray_bytes = 6;
constexpr std::string_view stray_ending = ".tmp";

Result<void> write_whole(FileSystem& files, const Path& path, std::string_view text, std::uint32_t mode) {
    auto file = files.create(path, mode);
    if (!file) return std::unexpected(std::move(file).error());
    if (auto written = (*file)->write(text); !written) return written;
    if (auto synced = (*file)->sync(); !synced) return synced;
    return (*file)->close();
}

// Gives the new file to the old one's owner, where that is somebody else. A file that is new goes to the
// folder's owner if we may: what root creates for a user must not lock the user out.
Result<void> keep_owner(FileSystem& files, const Path& fresh, const Result<platform::FileInfo>& old,
                        const Path& target) {
    const auto made = files.info(fresh);
    if (!made) return std::unexpected(made.error());
    const auto owner = old ? old : files.info(target.parent_path());
    if (!owner || made->uid == owner->uid) return {};
    if (files.set_owner(fresh, owner->uid, owner->gid) || !old) return {};
    return hinted(fail(Code::denied, "{} belongs to another user (id {})", target.string(), owner->uid),
                  "run openclaw as that user, or give the file to the one who runs it: chown");
}

constexpr std::size_t whole_bytes_max = 256u << 20;

Path pending_path_of(const Path& real_path) {
    return Path(real_path.string() + ".pending");
}

std::unexpected<Error> mounted_alone(const Path& target, const Error& error) {
    return hinted(fail(Code::invalid_input, "{} is mounted on its own, and can't be written there: {}",
                       target.string(), error.message),
                  fmt::format("mount the folder {} instead of the one file, and so that it may be written",
                              target.parent_path().string()));
}

Result<void> put_text(FileSystem& files, const Path& target, std::string_view text) {
    if (auto emptied = files.truncate(target, 0); !emptied) return emptied;
    auto file = files.append(target, 0600);
    if (!file) return std::unexpected(std::move(file).error());
    if (auto written = (*file)->write(text); !written) return written;
    if (auto synced = (*file)->sync(); !synced) return synced;
    return (*file)->close();
}

Result<void> take_mode(FileSystem& files, const Path& target, std::uint32_t mode) {
    const auto info = files.info(target);
    if (!info) return std::unexpected(info.error());
    return info->mode == mode ? Result<void>() : files.set_mode(target, mode);
}

// At each moment the file holds its old text, or a beginning of what is pending.
Result<void> write_in_place(FileSystem& files, const Path& beside, const Path& target, std::string_view text,
                            std::uint32_t mode) {
    const auto old = files.read(target, whole_bytes_max);
    if (!old) return mounted_alone(target, old.error());
    const auto pending = pending_path_of(target);
    auto done = take_mode(files, target, mode);
    if (done) done = files.rename(beside, pending);
    if (done) done = files.sync_folder(target.parent_path());
    if (done) done = put_text(files, target, text);
    if (!done) {
        // What is pending may only go when the old text stands again.
        const auto now = files.read(target, whole_bytes_max);
        const auto back = now && *now == *old ? Result<void>() : put_text(files, target, *old);
        if (back) [[maybe_unused]]
            const auto removed = files.remove(pending);
        return mounted_alone(target, done.error());
    }
    // Where it stays it says the same as the file, and goes before the next change.
    [[maybe_unused]] const auto removed = files.remove(pending);
    return {};
}

}  // namespace

Result<std::string> read_replaced(FileSystem& files, const Path& path, std::size_t bytes_max) {
    const auto target = real_target(files, path);
    if (!target) return files.read(path, bytes_max);
    const auto pending = pending_path_of(*target);
    const bool was_pending = platform::exists(files, pending);
    auto text = files.read(path, bytes_max);
    if (!text) return text;
    auto whole = platform::read_if_exists(files, pending, bytes_max);
    if (whole && *whole && (*whole)->starts_with(*text)) return std::move(**whole);
    // Its writer ended in between.
    return was_pending && whole && !*whole ? files.read(path, bytes_max) : text;
}

Result<void> settle_pending(FileSystem& files, const Path& real_path) {
    const auto pending = pending_path_of(real_path);
    const auto whole = platform::read_if_exists(files, pending, whole_bytes_max);
    if (!whole) return std::unexpected(whole.error());
    if (!*whole) return {};
    const auto text = files.read(real_path, whole_bytes_max);
    if (!text && text.error().code != Code::not_found) return std::unexpected(text.error());
    if (text && text->size() < (*whole)->size() && (*whole)->starts_with(*text))
        if (auto ended = put_text(files, real_path, **whole); !ended)
            return mounted_alone(real_path, ended.error());
    return files.remove(pending);
}

Error naming_mount(Error error, FileSystem& files, const Path& real_path) {
    const bool refused = error.code == Code::denied || error.code == Code::no_space;
    return refused && platform::is_mount(files, real_path) ? mounted_alone(real_path, error).error() : error;
}

Result<Path> real_target(FileSystem& files, const Path& path) {
    const auto found = files.link_info(path);
    if (!found && found.error().code != Code::not_found) return std::unexpected(found.error());
    if (!found || found->kind != platform::FileKind::symlink) return path;
    auto target = files.real_path(path);
    if (target) return target;
    return hinted(failed(std::move(target).error(), "following the link {}", path.string()),
                  "make the link point to an existing file, or remove it");
}

Path lock_path_of(const Path& real_path) {
    return Path(real_path.string() + ".flock");
}

void remove_strays(FileSystem& files, const Path& real_path) {
    const auto names = files.list(real_path.parent_path());
    if (!names) return;
    const std::string begin = real_path.filename().string() + ".";
    for (const auto& name : *names) {
        if (!name.starts_with(begin) || !name.ends_with(stray_ending)) continue;
        if (name.size() != begin.size() + (2 * stray_bytes) + stray_ending.size()) continue;
        [[maybe_unused]] const auto removed = files.remove(real_path.parent_path() / name);
    }
}

Result<void> replace_file(FileSystem& files, const Path& path, std::string_view text, std::uint32_t mode,
                          const std::function<Result<void>()>& last_look,
                          const std::function<void()>& replaced) {
    const auto target = real_target(files, path);
    if (!target) return std::unexpected(target.error());
    const auto found = files.info(*target);
    if (found && found->kind != platform::FileKind::regular)
        return fail(Code::unavailable, "{} is not a file", target->string());

    const Path beside(fmt::format("{}.{}{}", target->string(), random_hex(stray_bytes), stray_ending));
    auto done = write_whole(files, beside, text, mode);
    if (done) done = keep_owner(files, beside, found, *target);
    if (done && last_look) done = last_look();
    bool in_place = false;
    if (done) {
        done = files.rename(beside, *target);
        in_place = !done && done.error().code == Code::busy;
        if (in_place) done = write_in_place(files, beside, *target, text, mode);
    }
    if (!done) {
        // Its own failure would hide the cause, and a stray temporary file harms nobody.
        [[maybe_unused]] const auto removed = files.remove(beside);
        return std::unexpected(naming_mount(done.error(), files, *target));
    }
    if (replaced) replaced();
    if (in_place) return {};
    if (auto synced = files.sync_folder(target->parent_path()); !synced)
        return failed(std::move(synced).error(), "{} is saved but may not survive a power cut",
                      target->string());
    return {};
}

}  // namespace openclaw::store
