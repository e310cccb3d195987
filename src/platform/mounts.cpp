#include "platform/mounts.h"

#include <charconv>

#include "base/text.h"

namespace openclaw::platform {
namespace {

constexpr std::size_t list_bytes_max = 4u << 20;

// Blanks, line breaks and backslashes stand as octal: "\040".
std::string unescaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        unsigned code = 0;
        const auto digits = text.substr(std::min<std::size_t>(1, text.size()), 3);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 8);
        const bool escape = text[0] == '\\' && error == std::errc() && end == digits.data() + 3;
        out += escape ? static_cast<char>(code) : text[0];
        text.remove_prefix(escape ? 4 : 1);
    }
    return out;
}

bool says_read_only(std::string_view options) {
    return std::ranges::count(split(options, ','), std::string_view("ro")) != 0;
}

// "36 35 98:0 /root /at options tags - type source options"
std::optional<Mount> parse_line(std::string_view line) {
    const auto fields = split(line, ' ');
    constexpr std::size_t at = 4, options = 5;
    const auto separator = std::ranges::find(fields, std::string_view("-"));
    if (fields.size() <= options || fields.end() - separator < 4) return std::nullopt;
    return Mount{.at = unescaped(fields[at]),
                 .read_only = says_read_only(fields[options]) || says_read_only(*(separator + 3))};
}

bool lies_on(const Path& path, const Path& mount) {
    const auto [end, rest] = std::ranges::mismatch(mount, path);
    return end == mount.end() || end->empty();
}

}  // namespace

std::vector<Mount> parse_mounts(std::string_view mountinfo) {
    std::vector<Mount> mounts;
    for (const auto line : split(mountinfo, '\n'))
        if (auto mount = parse_line(line)) mounts.push_back(std::move(*mount));
    return mounts;
}

std::optional<Mount> mount_of(FileSystem& files, const Path& path) {
    const auto real = files.real_path(path).value_or(path);
    const auto list = files.read("/proc/self/mountinfo", list_bytes_max);
    if (!list) return std::nullopt;
    std::optional<Mount> found;
    // The longest one counts, and of those at one place the last one, which hides the others.
    for (auto& mount : parse_mounts(*list))
        if (lies_on(real, mount.at) && (!found || mount.at.native().size() >= found->at.native().size()))
            found = std::move(mount);
    return found;
}

bool is_mount(FileSystem& files, const Path& path) {
    const auto mount = mount_of(files, path);
    return mount && mount->at == files.real_path(path).value_or(path);
}

}  // namespace openclaw::platform
