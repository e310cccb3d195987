#include "platform/socket_holder.h"

#include <fmt/format.h>
#include <pwd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace openclaw::platform {
namespace {

namespace fs = std::filesystem;

std::optional<int> process_id(std::string_view folder) {
    int id = 0;
    const auto [end, error] = std::from_chars(folder.data(), folder.data() + folder.size(), id);
    return error == std::errc() && end == folder.data() + folder.size() ? std::optional(id) : std::nullopt;
}

// A process that ends meanwhile, or that isn't ours to look at, holds nothing.
bool holds(const fs::path& process, std::string_view socket) {
    std::error_code error;
    for (fs::directory_iterator each(process / "fd", error), end; !error && each != end;
         each.increment(error)) {
        std::error_code gone;
        if (fs::read_symlink(each->path(), gone) == socket && !gone) return true;
    }
    return false;
}

std::string program_of(const fs::path& process) {
    std::string name;
    std::getline(std::ifstream(process / "comm"), name);
    return name;
}

}  // namespace

std::optional<ProcessName> find_socket_holder(std::uint64_t socket) {
    const auto name = fmt::format("socket:[{}]", socket);
    std::error_code error;
    for (fs::directory_iterator each("/proc", error), end; !error && each != end; each.increment(error)) {
        const auto id = process_id(each->path().filename().native());
        if (id && holds(each->path(), name)) return ProcessName{*id, program_of(each->path())};
    }
    return std::nullopt;
}

std::optional<std::string> find_user_name(std::uint32_t user) {
    passwd record{};
    passwd* found = nullptr;
    std::array<char, 16 * 1024> room{};
    if (::getpwuid_r(user, &record, room.data(), room.size(), &found) != 0 || found == nullptr)
        return std::nullopt;
    return found->pw_name;
}

}  // namespace openclaw::platform
