#include "platform/file_news.h"

#include <sys/vfs.h>

#include <algorithm>
#include <array>

namespace openclaw::platform {

namespace {

// statfs(2) and linux/magic.h.
constexpr std::array<std::uint32_t, 12> shared_file_systems = {
    0x6969,      // NFS
    0x517B,      // SMB
    0xFF534D42,  // CIFS
    0xFE534D42,  // SMB 2
    0x01021997,  // 9p: a folder of the host, in WSL and virtual machines
    0x65735546,  // FUSE
    0x00C36400,  // Ceph
    0x5346414F,  // AFS
    0x73757245,  // Coda
    0x01161970,  // GFS 2
    0x7461636F,  // OCFS 2
    0x0BD00BD0,  // Lustre
};

}  // namespace

bool tells_of_changes(const Path& file) {
    struct statfs found{};
    for (auto place = file;; place = place.parent_path()) {
        if (::statfs(place.c_str(), &found) == 0)
            return std::ranges::find(shared_file_systems, static_cast<std::uint32_t>(found.f_type)) ==
                   shared_file_systems.end();
        if (place == place.parent_path()) return true;
    }
}

}  // namespace openclaw::platform
