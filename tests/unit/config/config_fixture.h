#pragma once

#include <memory>
#include <string>

#include "config/files/load.h"
#include "support/memory_file_system.h"

namespace openclaw::test {

// A home folder in memory, the process's variables, and a config to load from them.
struct ConfigFixture {
    MemoryFileSystem files;
    platform::Variables variables{{"HOME", Secret("/home/u")}};
    Path working_folder = "/project";
    config::LoginShell* login_shell = nullptr;
    std::optional<std::uint32_t> user_id;
    config::SharedGroup group_is_shared;  // empty: every group is

    void set(const std::string& name, std::string_view value) { variables[name] = Secret(value); }
    void put_config(std::string text) { files.put("/home/u/.openclaw/openclaw.json", std::move(text)); }

    config::Paths paths() { return *config::resolve_paths(files, variables, working_folder); }
    std::shared_ptr<const config::Config> load() {
        return config::load_config({.files = files,
                                    .variables = variables,
                                    .paths = paths(),
                                    .working_folder = working_folder,
                                    .login_shell = login_shell,
                                    .user_id = user_id,
                                    .group_is_shared = group_is_shared});
    }
    std::shared_ptr<const config::Config> load(std::string text) {
        put_config(std::move(text));
        return load();
    }
};

// "path: message | path: message", for one comparison of all problems.
inline std::string listed(const std::vector<config::Problem>& problems) {
    std::string out;
    for (const auto& problem : problems)
        out +=
            (out.empty() ? "" : " | ") + (problem.path.empty() ? "" : problem.path + ": ") + problem.message;
    return out;
}

}  // namespace openclaw::test
