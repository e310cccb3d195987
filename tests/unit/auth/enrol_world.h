#pragma once

#include <gtest/gtest.h>

#include "auth/enrol/agent_credentials.h"
#include "auth/enrol/new_credential.h"
#include "config/files/writer.h"
#include "support/config_builder.h"
#include "support/faulty_file_system.h"
#include "support/store_builder.h"

namespace openclaw::auth {

inline const Path config_file = test::state_folder / "openclaw.json";
inline const Path work_store_file = test::state_folder / "agents/work/agent/auth-profiles.json";

// A state directory on a disk that can fail, and an agent's credentials opened in it.
class EnrolWorld {
public:
    explicit EnrolWorld(const std::string& config = "", const std::string& store = "") {
        paths_.home = test::home_folder;
        paths_.state = test::state_folder;
        paths_.config_file = config_file;
        if (!config.empty()) disk.put(config_file, config);
        if (!store.empty()) disk.put(test::main_store_file, test::with_times(store));
    }

    config::LoadRequest request() { return {.files = files, .variables = variables_, .paths = paths_}; }
    config::ConfigWriter writer() { return {request(), clock, "2026.1.30"}; }
    std::shared_ptr<const config::Config> config() { return config::load_config(request()); }
    std::unique_ptr<AgentCredentials> open(const std::string& agent = "main") {
        const auto loaded = config();
        auto opened = open_credentials(files, loaded, *loaded->find_agent(agent));
        EXPECT_TRUE(opened) << opened.error().message;
        return std::move(*opened);
    }
    std::string text_of(const Path& file) { return disk.text_of(file).value_or(""); }
    // A member of a file of ours: "auth.order".
    json::value at(const Path& file, const config::KeyPath& path) {
        const auto document = parse_json(text_of(file));
        const auto* found = document ? config::find_value(*document, path) : nullptr;
        return found ? *found : json::value(nullptr);
    }

    test::MemoryFileSystem disk;
    test::FaultyFileSystem files{disk};
    test::FakeClock clock;

private:
    config::Paths paths_;
    platform::Variables variables_{{"HOME", Secret(test::home_folder.string())}};
};

inline Profile key_of(const std::string& id, const std::string& provider = "anthropic",
                      const std::string& key = "sk-new-0123456789") {
    return profile_of(
        NewCredential{.provider = provider, .kind = EnteredKind::api_key, .id = {id}, .expires = {}},
        Secret(key), test::noon);
}

}  // namespace openclaw::auth
