#include "platform/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include "platform/file_news.h"

namespace openclaw::platform {
namespace {

constexpr std::uint32_t interesting = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO |
                                      IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr std::uint32_t of_the_folder = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;

// Over a link the kernel watches what it leads to now, and stays silent when it is turned round.
bool is_direct(const Path& path) {
    std::error_code error;
    return std::filesystem::canonical(path, error) == path.lexically_normal() && !error;
}

}  // namespace

bool FolderWatch::is_watched(const Path& folder) {
    const std::scoped_lock guard(mutex_);
    return numbers_.contains(folder.string());
}

// What happens in the folder before its number is noted isn't missed: who asks looks at his file later.
bool FolderWatch::watch(const Path& folder) {
    const std::scoped_lock one(adding_);
    if (is_watched(folder)) return true;
    if (!is_direct(folder) || !tells_of_changes(folder)) return false;
    int descriptor = -1;
    {
        const std::scoped_lock guard(mutex_);
        if (!inotify_.open()) inotify_ = Descriptor(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
        if (!inotify_.open()) return false;
        descriptor = inotify_.get();
    }
    const int number = inotify_add_watch(descriptor, folder.c_str(), interesting);
    if (number < 0) return false;
    const std::scoped_lock guard(mutex_);
    numbers_[folder.string()] = number;
    folders_[number] = folder.string();
    return true;
}

std::optional<FolderWatch::Stamp> FolderWatch::before_look(const Path& file) {
    std::error_code error;
    const auto status = std::filesystem::symlink_status(file, error);
    if (status.type() != std::filesystem::file_type::regular &&
        status.type() != std::filesystem::file_type::not_found)
        return std::nullopt;
    const auto folder = file.parent_path();
    if (!is_watched(folder) && !watch(folder)) return std::nullopt;
    const std::scoped_lock guard(mutex_);
    drain();
    return Stamp{happened_to_all_, happened_[file.string()]};
}

bool FolderWatch::is_quiet(const Path& file, const Stamp& since) {
    const std::scoped_lock guard(mutex_);
    drain();
    const auto own = happened_.find(file.string());
    return own != happened_.end() && own->second == since.own && happened_to_all_ == since.all;
}

void FolderWatch::forget(const Path& file) {
    const std::scoped_lock guard(mutex_);
    happened_.erase(file.string());
}

void FolderWatch::drain() {
    if (!inotify_.open()) return;
    alignas(inotify_event) char buffer[1024];
    for (;;) {
        const auto got = ::read(inotify_.get(), buffer, sizeof buffer);
        if (got <= 0) return;
        for (const char* at = buffer; at < buffer + got;) {
            const auto* event = reinterpret_cast<const inotify_event*>(at);
            at += sizeof(inotify_event) + event->len;
            const auto folder = folders_.find(event->wd);
            if ((event->mask & (of_the_folder | IN_Q_OVERFLOW)) != 0) {
                ++happened_to_all_;
                if (folder == folders_.end()) continue;
                // The next look watches what stands in its place.
                if ((event->mask & IN_IGNORED) == 0) inotify_rm_watch(inotify_.get(), event->wd);
                numbers_.erase(folder->second);
                folders_.erase(folder);
                continue;
            }
            if (folder == folders_.end() || event->len == 0) continue;
            const auto own = happened_.find((Path(folder->second) / event->name).string());
            if (own != happened_.end()) ++own->second;
        }
    }
}

}  // namespace openclaw::platform
