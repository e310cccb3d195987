#include "auth/legacy/source.h"
#include "config/agents.h"
#include "config/environment/paths.h"
#include "config/environment/state_names.h"
#include "store/sqlite_reader.h"

namespace openclaw::auth::legacy {
namespace {

constexpr std::size_t agents_max = 1000;

bool find_in_agent_folder(FileSystem& files, const Path& folder, const std::string& agent, Found& found) {
    const Path database = folder / "openclaw-agent.sqlite", old_profiles = folder / "auth.json",
               profiles = config::store_folder(files, folder, folder) / "auth-profiles.json";
    const bool has_database = platform::exists(files, database);
    const bool has_profiles = platform::exists(files, profiles);
    if (has_database) find_database(files, database, agent, found);
    if (has_profiles) find_profiles_json(files, profiles, agent, found);
    // The file of old counts only as long as there is no newer one.
    const bool has_old = !has_profiles && platform::exists(files, old_profiles);
    if (has_old) find_auth_json(files, old_profiles, agent, found);
    return has_database || has_profiles || has_old;
}

// One without any credential, such as a config was left in.
bool is_state_folder(FileSystem& files, const Path& folder) {
    return std::ranges::any_of(config::config_names,
                               [&](auto name) { return platform::exists(files, folder / name); });
}

bool find_in_state_folder(FileSystem& files, const Path& folder, const std::string& agent, Found& found) {
    bool any = false;
    if (is_state_folder(files, folder)) any = true;
    const Path shared = folder / "state/openclaw.sqlite", logins = folder / "credentials/oauth.json";
    if (platform::exists(files, shared)) {
        find_database(files, shared, {}, found);
        any = true;
    }
    if (const auto names = files.list(folder / "agents"); names) {
        any = true;
        for (std::size_t i = 0; i < std::min(names->size(), agents_max); ++i)
            find_in_agent_folder(files, folder / "agents" / (*names)[i] / "agent",
                                 config::normalised_agent_id((*names)[i]), found);
        if (names->size() > agents_max)
            found.left.push_back({.source = (folder / "agents").string(),
                                  .what = fmt::format("{} agents", names->size() - agents_max),
                                  .provider = {},
                                  .kind = {},
                                  .reason = fmt::format("more than {} are too many", agents_max),
                                  .failure = true});
    }
    any = find_in_agent_folder(files, folder / "agent", agent, found) || any;
    // Counts only as long as the main agent has no store.
    const auto main_store = config::store_folder(files, folder, folder / "agents/main/agent");
    if (!platform::exists(files, main_store / "auth-profiles.json") && platform::exists(files, logins)) {
        find_oauth_json(files, logins, found);
        any = true;
    }
    return any;
}

// A copy of a store under another name: what a person kept as a backup.
bool holds_profiles(FileSystem& files, const Path& file) {
    constexpr std::size_t bytes_max = 8u << 20;
    const auto text = files.read(file, bytes_max);
    const auto value = text ? parse_json(*text, bytes_max) : fail(Code::invalid_input, "unreadable");
    const auto* document = value ? as_object(&*value) : nullptr;
    return document && object_at(*document, "profiles");
}

bool find_in_file(FileSystem& files, const Path& file, const std::string& agent, Found& found) {
    if (store::is_sqlite_file(files, file))
        find_database(files, file, agent, found);
    else if (file.filename() == "oauth.json")
        find_oauth_json(files, file, found);
    else if (file.filename() == "auth.json")
        find_auth_json(files, file, agent, found);
    else if (file.filename() == "auth-profiles.json" || holds_profiles(files, file))
        find_profiles_json(files, file, agent, found);
    else
        return false;
    return true;
}

}  // namespace

Result<Found> find_at(FileSystem& files, const Path& path, const std::string& agent) {
    const auto info = files.info(path);
    if (!info) return std::unexpected(info.error());
    Found found;
    const bool any = info->kind == platform::FileKind::directory
                         ? find_in_state_folder(files, path, agent, found) ||
                               find_in_agent_folder(files, path, agent, found)
                         : find_in_file(files, path, agent, found);
    if (any) return found;
    return hinted(fail(Code::invalid_input, "nothing in {} is known here", path.string()),
                  "name a state directory such as ~/.openclaw, or one of its databases");
}

}  // namespace openclaw::auth::legacy
