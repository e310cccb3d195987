#pragma once

#include <optional>

#include "base/clock.h"
#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::auth {

// Makes the folders that an agent works with, closed to others, where they are missing.
Result<void> make_agent_folders(platform::FileSystem& files, const config::AgentEntry& agent,
                                const config::Paths& paths);

// Moves the folder of an agent that was taken out of the config, with its credentials and conversations, to
// trash/agents in the state directory, where nothing is overwritten: nothing is destroyed. Gives where it is
// now; nothing when the agent had none.
Result<std::optional<platform::Path>> move_to_trash(platform::FileSystem& files,
                                                    const config::AgentEntry& agent,
                                                    const config::Paths& paths, TimePoint now);

}  // namespace openclaw::auth
