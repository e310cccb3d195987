#include "auth/enrol/agent_folders.h"

namespace openclaw::auth {
namespace {

using platform::FileSystem;
using platform::Path;

// A place for the agent's folder that nothing stands in yet.
Result<Path> trash_place(FileSystem& files, const std::string& id, const config::Paths& paths,
                         TimePoint now) {
    const auto trash = paths.state / "trash" / "agents";
    if (auto made = platform::make_folders(files, trash, 0700); !made)
        return failed(made.error(), "making {}", paths.shortened(trash));
    const auto name = fmt::format("{}-{}", id, to_ms(now) / 1000);
    auto place = trash / name;
    for (int number = 2; platform::exists(files, place); ++number)
        place = trash / fmt::format("{}-{}", name, number);
    return place;
}

}  // namespace

Result<void> make_agent_folders(FileSystem& files, const config::AgentEntry& agent,
                                const config::Paths& paths) {
    for (const auto& folder : {agent.workspace, agent.agent_folder, agent.sessions_folder})
        if (auto made = platform::make_folders(files, folder, 0700); !made)
            return failed(made.error(), "making {}", paths.shortened(folder));
    return {};
}

Result<std::optional<Path>> move_to_trash(FileSystem& files, const config::AgentEntry& agent,
                                          const config::Paths& paths, TimePoint now) {
    const auto folder = agent.sessions_folder.parent_path();
    if (!platform::exists(files, folder)) return std::nullopt;
    auto place = trash_place(files, agent.id, paths, now);
    if (!place) return std::unexpected(std::move(place).error());
    if (auto moved = files.rename(folder, *place); !moved)
        return hinted(failed(moved.error(), "moving {} to the trash folder", paths.shortened(folder)),
                      "the agent is out of the config; its folder stayed where it was");
    return std::optional(std::move(*place));
}

}  // namespace openclaw::auth
