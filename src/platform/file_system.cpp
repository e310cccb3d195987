#include "platform/file_system.h"

namespace openclaw::platform {

Result<std::optional<std::string>> read_if_exists(FileSystem& files, const Path& path,
                                                  std::size_t bytes_max) {
    auto text = files.read(path, bytes_max);
    if (text) return std::optional(std::move(*text));
    if (text.error().code == Code::not_found) return std::nullopt;
    return std::unexpected(std::move(text).error());
}

bool exists(FileSystem& files, const Path& path) {
    return files.info(path).has_value();
}

Result<void> make_folders(FileSystem& files, const Path& path, std::uint32_t mode) {
    const auto found = files.info(path);
    if (found && found->kind == FileKind::directory) return {};
    if (found) return fail(Code::unavailable, "{} is in the way: it is not a folder", path.string());
    if (path.has_parent_path() && path.parent_path() != path) {
        if (auto parent = make_folders(files, path.parent_path(), mode); !parent) return parent;
    }
    return files.make_folder(path, mode);
}

}  // namespace openclaw::platform
