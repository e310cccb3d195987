#include "net/loop/watch_places.h"

#include <deque>

namespace openclaw::net {
namespace {

namespace fs = std::filesystem;

constexpr int links_max = 40;  // as many as the kernel follows

void put_in_front(std::deque<fs::path>& parts, const fs::path& path) {
    const fs::path below = path.relative_path();
    parts.insert(parts.begin(), below.begin(), below.end());
}

}  // namespace

std::set<WatchPlace> watch_places(const fs::path& file) {
    std::set<WatchPlace> places;
    if (!file.is_absolute()) return places;
    std::deque<fs::path> left;
    put_in_front(left, file);
    fs::path folder = file.root_path();
    for (int links = 0; !left.empty();) {
        const fs::path part = left.front();
        left.pop_front();
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            folder = folder.parent_path();
            continue;
        }
        std::error_code problem;
        const fs::path here = folder / part;
        const auto status = fs::symlink_status(here, problem);
        const bool link = fs::is_symlink(status);
        if (link || left.empty() || !fs::exists(status)) places.insert({folder, part.string()});
        if (link) {
            const auto target = fs::read_symlink(here, problem);
            if (problem || ++links > links_max) break;
            if (target.is_absolute()) folder = target.root_path();
            put_in_front(left, target);
        } else if (fs::exists(status)) {
            folder = here;
        } else {
            break;
        }
    }
    return places;
}

}  // namespace openclaw::net
