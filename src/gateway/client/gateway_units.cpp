#include "gateway/client/gateway_units.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace openclaw::gateway {

namespace {

constexpr std::size_t unit_bytes_max = 64 * 1024;
constexpr std::size_t units_max = 2000;  // of one folder
constexpr std::array<std::string_view, 3> programs = {"openclaw", "moltbot", "clawdbot"};

// The program of whose gateway a unit's text speaks: its command begins with `gateway`, whatever starts it.
std::optional<std::string> program_of(std::string_view text) {
    for (const auto line : split(text, '\n')) {
        const auto trimmed_line = trimmed(line);
        if (!trimmed_line.starts_with("ExecStart=")) continue;
        const auto command = lowered(trimmed_line);
        if (!command.contains(" gateway")) continue;
        for (const auto program : programs)
            if (command.contains(program)) return std::string(program);
    }
    return std::nullopt;
}

void look_into(platform::FileSystem& files, const platform::Path& folder, const std::string& scope,
               std::vector<GatewayUnit>& found) {
    auto names = files.list(folder);
    if (!names) return;
    if (names->size() > units_max) names->resize(units_max);
    for (const auto& name : *names) {
        if (!name.ends_with(".service")) continue;
        const bool known = std::ranges::any_of(
            found, [&](const GatewayUnit& unit) { return unit.name == name && unit.scope == scope; });
        const auto text = known ? std::nullopt : std::optional(files.read(folder / name, unit_bytes_max));
        if (!text || !*text) continue;
        if (auto program = program_of(**text))
            found.push_back({name, folder / name, scope, std::move(*program)});
    }
}

}  // namespace

std::vector<GatewayUnit> find_gateway_units(platform::FileSystem& files, const platform::Path& home,
                                            bool deep) {
    std::vector<GatewayUnit> found;
    look_into(files, home / ".config/systemd/user", "user", found);
    if (!deep) return found;
    // Where a name stands twice, the first one counts.
    for (const auto* folder : {"/etc/systemd/user", "/usr/lib/systemd/user"})
        look_into(files, folder, "user", found);
    for (const auto* folder :
         {"/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"})
        look_into(files, folder, "system", found);
    return found;
}

}  // namespace openclaw::gateway
