#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "auth/profiles/profile.h"
#include "base/json.h"
#include "platform/file_system.h"
#include "store/sqlite_reader.h"

namespace openclaw::auth {

// The newest reference keeps credentials in SQLite: state/openclaw.sqlite holds those of all agents, each
// agent's folder an openclaw-agent.sqlite of its own. They are read, never written.
inline constexpr std::string_view newer_agent_file = "openclaw-agent.sqlite";
platform::Path newer_shared_file(const platform::Path& state);

// What one of them holds of credentials, as auth-profiles.json would hold it.
struct NewerStore {
    platform::Path file;
    bool shared = false;  // the one of all agents
    std::string agent;    // whose it is, where it says so; normalised
    json::object document;
    TimePoint updated{};  // when its credentials were last written

    bool operator==(const NewerStore&) const = default;
};

// Nothing when the database isn't made for credentials at all. Named secrets that records refer to stand in
// them in plain; `secrets`: the shared database, when it is another one. An error tells what is damaged.
Result<std::vector<NewerStore>> read_newer_stores(platform::FileSystem& files, const platform::Path& file,
                                                  store::SqliteReader& reader, const platform::Path& secrets);

// What of them the store that belongs to them doesn't hold as it is there. Nothing that was imported and
// removed here since.
std::vector<Elsewhere> elsewhere_of(const std::vector<NewerStore>& stores, const Store& own);

// A line for each file, with the command that helps: "~/state/openclaw.sqlite, of a newer OpenClaw, holds …".
std::vector<std::string> elsewhere_lines(const std::vector<Elsewhere>& found);
// The same of one provider, short, for a list of places.
std::vector<std::string> elsewhere_places(const std::vector<Elsewhere>& found);

// Some of those databases, read again only when they change. One that is missing or
// can't be read is none: `openclaw migrate` says why. Usable from several threads.
class NewerStoreFiles {
public:
    NewerStoreFiles(platform::FileSystem& files, std::vector<platform::Path> databases,
                    platform::Path secrets);

    using Snapshot = std::shared_ptr<const std::vector<NewerStore>>;
    Snapshot load();  // the same pointer until one of the files changes

private:
    using Stamps = std::vector<std::optional<platform::FileInfo>>;
    Stamps stamps() const;

    platform::FileSystem& files_;
    std::vector<platform::Path> databases_;
    platform::Path secrets_;
    std::mutex mutex_;
    Stamps seen_;
    Snapshot last_;
};

}  // namespace openclaw::auth
