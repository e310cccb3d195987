#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace openclaw::net {

// A name in a folder: whatever happens to it may change what a watched file says.
struct WatchPlace {
    std::filesystem::path folder;
    std::string name;
    auto operator<=>(const WatchPlace&) const = default;
};

// Where to look for changes of `file`, an absolute path: its own folder, the folder of every symbolic link on
// the way to it, and, when something on the way is missing, the folder in which that would appear.
std::set<WatchPlace> watch_places(const std::filesystem::path& file);

}  // namespace openclaw::net
