#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "support/sqlite_builder.h"

namespace openclaw::test {

// A state directory as the newest reference leaves it (tests/data/newest_state), laid out in a folder on the
// real disk. Needs OPENCLAW_TEST_DATA.
class NewestState {
public:
    NewestState() {
        std::filesystem::create_directories(state() / "state");
        std::ofstream(state() / "openclaw.json") << config();
        make("shared.sql", shared());
        for (const std::string agent : {"main", "work"}) {
            std::filesystem::create_directories(database_of(agent).parent_path());
            make(agent + ".sql", database_of(agent));
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path()))
            std::filesystem::permissions(entry.path(), entry.is_directory() ? std::filesystem::perms(0700)
                                                                            : std::filesystem::perms(0600));
    }

    std::filesystem::path home() const { return folder_.path(); }
    std::filesystem::path state() const { return folder_.path() / ".openclaw"; }
    std::filesystem::path shared() const { return state() / "state/openclaw.sqlite"; }
    std::filesystem::path database_of(const std::string& agent) const {
        return state() / "agents" / agent / "agent/openclaw-agent.sqlite";
    }
    std::string config() const { return replaced(text_of("openclaw.json"), "@HOME@", home().string()); }
    // Changes what a database holds, as its program would.
    static void run(const std::filesystem::path& database, const std::string& sql) {
        SqliteBuilder(database, sql);
    }

private:
    static std::string text_of(const std::string& name) {
        std::ifstream file(std::string(OPENCLAW_TEST_DATA) + "/newest_state/" + name);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }
    static void make(const std::string& script, const std::filesystem::path& database) {
        SqliteBuilder(database, text_of(script));
    }

    TemporaryFolder folder_;
};

}  // namespace openclaw::test
