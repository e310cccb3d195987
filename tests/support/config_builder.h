#pragma once

#include <map>
#include <memory>
#include <string>

#include "config/files/load.h"
#include "support/memory_file_system.h"

namespace openclaw::test {

inline const Path home_folder = "/home/u";
inline const Path state_folder = home_folder / ".openclaw";
inline const Path main_agent_folder = state_folder / "agents/main/agent";
inline const Path main_store_file = main_agent_folder / "auth-profiles.json";

// A config as the program would read it: the text of openclaw.json (empty: no file) and the process's
// variables.
inline std::shared_ptr<const config::Config> config_of(std::string text,
                                                       std::map<std::string, std::string> environment = {}) {
    MemoryFileSystem files;
    platform::Variables variables;
    for (const auto& [name, value] : environment) variables[name] = Secret(value);
    variables["HOME"] = Secret(home_folder.string());
    if (!text.empty()) files.put(state_folder / "openclaw.json", std::move(text));
    config::Paths paths;
    paths.home = home_folder;
    paths.state = state_folder;
    paths.config_file = state_folder / "openclaw.json";
    return config::load_config({.files = files, .variables = variables, .paths = paths});
}

}  // namespace openclaw::test
