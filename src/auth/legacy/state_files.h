#pragma once

#include "auth/legacy/source.h"
#include "config/config.h"

namespace openclaw::auth::legacy {

// A file that is copied, as it is, to where it belongs today. It is never moved, and replaces nothing.
struct FileCopy {
    Path from, to;
    std::string what;  // "config", "file of the agent"
};

// The agent's files of the oldest layout, in <state>/agent, that the default agent doesn't have (model-auth
// 1.7.3); credentials are not among them, they are imported one by one. And a config that stands in a legacy
// directory although ~/.openclaw is in use (1.7.2). What can't be copied is in `left`.
std::vector<FileCopy> find_copies(FileSystem& files, const config::Config& config, std::vector<Left>& left);

// Copies, reads both again and compares.
Result<void> copy(FileSystem& files, const FileCopy& wanted);

}  // namespace openclaw::auth::legacy
