#include "store/replace_file.h"

#include "base/random.h"

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

}  // namespace

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
    if (done) done = files.rename(beside, *target);
    if (!done) {
        // Its own failure would hide the cause, and a stray temporary file harms nobody.
        [[maybe_unused]] const auto removed = files.remove(beside);
        return done;
    }
    if (replaced) replaced();
    if (auto synced = files.sync_folder(target->parent_path()); !synced)
        return failed(std::move(synced).error(), "{} is saved but may not survive a power cut",
                      target->string());
    return {};
}

}  // namespace openclaw::store
