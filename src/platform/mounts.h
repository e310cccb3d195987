#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "platform/file_system.h"

namespace openclaw::platform {

struct Mount {
    Path at;
    bool read_only = false;  // this mount, or the file system behind it
};

// The mounts that this process sees, as the kernel lists them. Source: proc(5), /proc/<pid>/mountinfo.
std::vector<Mount> parse_mounts(std::string_view mountinfo);
// The mount that a file or folder lies on, links followed; nothing where the kernel tells none.
std::optional<Mount> mount_of(FileSystem& files, const Path& path);
// Whether a file is a mount of its own, as containers have single files: it can't be renamed over.
bool is_mount(FileSystem& files, const Path& path);

}  // namespace openclaw::platform
