#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::auth::legacy {

struct StartNote {
    bool is_problem = false;
    std::string text;
};

// What the gateway takes over by itself when it starts: auth.json and oauth.json of agents that have no
// auth-profiles.json yet, <state>/agent, and databases of a newer OpenClaw of which nothing was taken over
// before; what is newer or more there later is said. Sources stay; nothing is replaced. A note for each
// credential and file, and for what couldn't be taken over; nothing of this keeps it from starting.
std::vector<StartNote> take_over_at_start(platform::FileSystem& files, const config::Config& config,
                                          const std::string& fingerprint_key, TimePoint now);

}  // namespace openclaw::auth::legacy
