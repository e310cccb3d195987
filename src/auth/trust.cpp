#include "auth/trust.h"

#include <algorithm>

#include "platform/mounts.h"

namespace openclaw::auth {
namespace {

using platform::FileInfo;
using platform::FileKind;
using platform::Path;

constexpr std::uint32_t others_write = 0002, group_write = 0020, sticky = 01000;
constexpr std::uint32_t owner_writes = 0200, others_read = 0004, not_the_owner = 0077;

bool is_read_only(const Trust& trust, const Path& path) {
    const auto mount = platform::mount_of(trust.files, path);
    return mount && mount->read_only;
}

bool is_trusted_by(std::uint32_t user_id, std::uint32_t owner) {
    return owner == user_id || owner == 0;
}
bool is_trusted(const Trust& trust, std::uint32_t owner) {
    return is_trusted_by(trust.user_id, owner);
}

std::unexpected<Error> weak(const Path& path, std::uint32_t mode, std::string_view what,
                            std::string_view command) {
    return hinted(fail(Code::denied, "{} {} (mode {:o})", path.string(), what, mode),
                  fmt::format("run: {} {}", command, path.string()));
}

std::unexpected<Error> foreign(const Path& path, std::uint32_t owner) {
    return hinted(fail(Code::denied, "{} belongs to another user ({})", path.string(), owner),
                  "only files of this user or of root are used");
}

// Whoever may write to a folder can put another file in a file's place; in a sticky one (/tmp) only its
// owner.
Result<void> check_folder(const Trust& trust, const Path& folder) {
    const auto info = trust.files.info(folder);
    if (!info) return std::unexpected(info.error());
    if (!is_trusted(trust, info->uid)) return foreign(folder, info->uid);
    // Who owns a link may point it elsewhere at any time.
    const auto link = trust.files.link_info(folder);
    if (!link) return std::unexpected(link.error());
    if (!is_trusted(trust, link->uid)) return foreign(folder, link->uid);
    if ((info->mode & (group_write | others_write)) != 0 && (info->mode & sticky) == 0)
        return weak(
            folder, info->mode,
            (info->mode & others_write) != 0 ? "can be changed by everybody" : "can be changed by its group",
            "chmod go-w");
    return {};
}

Result<void> check_folders(const Trust& trust, const Path& path) {
    for (auto folder = path.parent_path(); !folder.empty(); folder = folder.parent_path()) {
        auto ok = check_folder(trust, folder);
        // Where nothing can be written, it doesn't matter who might.
        if (!ok && (ok.error().code != Code::denied || !is_read_only(trust, folder))) return ok;
        if (folder == folder.root_path()) break;
    }
    return {};
}

bool lies_below(const Path& path, const Path& folder) {
    const auto below = path.lexically_relative(folder);
    return !below.empty() && *below.begin() != ".." && below != ".";
}

// A link to a file of root's beside it or below: how Kubernetes swaps all of a secret's files at once.
Result<void> check_link(const Trust& trust, const Path& path, const Path& real, bool by_root) {
    const auto folder = trust.files.real_path(path.parent_path());
    if (!folder) return std::unexpected(folder.error());
    if (by_root && lies_below(real, *folder)) return {};
    return hinted(fail(Code::denied, "{} is a symbolic link", path.string()), "name the file itself");
}

// Where root keeps what it gives to others, and containers put their secrets.
bool is_system_place(const Path& path) {
    const auto lies_in = [&](const char* folder) { return lies_below(path, folder); };
    return lies_in("/etc") || lies_in("/run") || lies_in("/var/run");
}

Result<void> check_mode(const Trust& trust, const Path& path, const FileInfo& info, bool read_only) {
    const bool by_root = info.uid == 0 || read_only;
    // What is read-only here may be writable where it comes from.
    const auto writers = read_only ? others_write : group_write | others_write;
    if ((info.mode & writers) != 0)
        return weak(path, info.mode & 0777, "can be changed by other users", "chmod 600");
    const bool is_open =
        (info.mode & others_read) != 0 || ((info.mode & not_the_owner) != 0 && !is_system_place(path));
    const bool own_and_open =
        info.uid == trust.user_id && (info.mode & owner_writes) != 0 && is_open && !read_only;
    if (own_and_open || (!by_root && (info.mode & not_the_owner) != 0))
        return weak(path, info.mode & 0777, "can be read by other users", "chmod 600");
    return {};
}

}  // namespace

Result<void> check_own_secret(const FileInfo& file, const Path& path, std::optional<std::uint32_t> user_id) {
    const bool asks = user_id && *user_id != 0;  // root may look after another user's
    if (asks && !is_trusted_by(*user_id, file.uid)) return foreign(path, file.uid);
    if (is_shared(file)) return weak(path, file.mode & 0777, "can be read by other users", "chmod 600");
    return {};
}

bool is_shared(const FileInfo& file) {
    return (file.mode & not_the_owner) != 0;
}

Result<FileInfo> check_secret_file(const Trust& trust, const Path& path) {
    const auto link = trust.files.link_info(path);
    if (!link) return std::unexpected(link.error());
    const auto real = trust.files.real_path(path);
    if (!real) return std::unexpected(real.error());
    const auto info = trust.files.info(*real);
    if (!info) return std::unexpected(info.error());
    const bool needs_mount =
        !is_trusted(trust, info->uid) || is_shared(*info) || link->kind == FileKind::symlink;
    const bool read_only = needs_mount && is_read_only(trust, *real);
    if (link->kind == FileKind::symlink)
        if (auto ok = check_link(trust, path, *real, info->uid == 0 || read_only); !ok)
            return std::unexpected(ok.error());
    if (info->kind != FileKind::regular) return fail(Code::denied, "{} is not a regular file", path.string());
    if (!is_trusted(trust, info->uid) && !read_only) return foreign(path, info->uid);
    if (!is_trusted(trust, link->uid) && !read_only) return foreign(path, link->uid);
    if (auto ok = check_mode(trust, path, *info, read_only); !ok) return std::unexpected(ok.error());
    if (auto folders = check_folders(trust, path); !folders) return std::unexpected(folders.error());
    // Where folders on the way are links, those that they lead to count just as much.
    if (auto folders = check_folders(trust, *real); !folders) return std::unexpected(folders.error());
    return *info;
}

Result<Path> check_command(const Trust& trust, const Path& path, const CommandRules& rules) {
    if (!path.is_absolute())
        return hinted(fail(Code::denied, "the command \"{}\" is not an absolute path", path.string()),
                      "write the whole path in secrets.providers; no shell and no PATH is asked");
    const auto link = trust.files.link_info(path);
    if (!link) return std::unexpected(link.error());
    if (link->kind == FileKind::symlink && !rules.links_allowed)
        return hinted(fail(Code::denied, "the command {} is a symbolic link", path.string()),
                      "name the program itself, or set allowSymlinkCommand and trustedDirs");
    auto program = trust.files.real_path(path);
    if (!program) return std::unexpected(std::move(program).error());
    const auto lies_in = [&](const Path& folder) {
        const auto real = trust.files.real_path(folder);
        return real && lies_below(*program, *real);
    };
    if (!rules.trusted_folders.empty() && std::ranges::none_of(rules.trusted_folders, lies_in))
        return hinted(fail(Code::denied, "the command {} lies in none of trustedDirs", program->string()),
                      "add its folder to trustedDirs, if it is to be trusted");
    const auto info = trust.files.info(*program);
    if (!info) return std::unexpected(info.error());
    if (info->kind != FileKind::regular)
        return fail(Code::denied, "the command {} is not a regular file", program->string());
    if (!is_trusted(trust, info->uid)) return foreign(*program, info->uid);
    if ((info->mode & (group_write | others_write)) != 0)
        return weak(*program, info->mode & 0777, "can be changed by other users", "chmod go-w");
    if (auto folders = check_folders(trust, *program); !folders) return std::unexpected(folders.error());
    return *program;
}

}  // namespace openclaw::auth
