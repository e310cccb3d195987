#include "auth/legacy/at_start.h"

#include <algorithm>

#include "auth/choice/look_around.h"
#include "auth/legacy/import.h"
#include "auth/legacy/state_files.h"
#include "base/text.h"
#include "config/agents.h"

namespace openclaw::auth::legacy {
namespace {

// An agent, or the main store that others inherit from though no agent is called so.
struct Target {
    std::string id;
    StoreFolders folders;
    bool is_default = false;
};

std::vector<Target> targets_of(const config::Config& config) {
    std::vector<Target> targets;
    for (const auto& agent : config.agents())
        targets.push_back({agent.id, store_folders(config, agent), agent.is_default});
    const auto is_main = [](const Target& target) { return target.folders.own == target.folders.main; };
    if (std::ranges::any_of(targets, is_main)) return targets;
    auto folders = targets.front().folders;
    folders.own = folders.main;
    targets.insert(targets.begin(), {"main", std::move(folders), false});
    return targets;
}

// Once something of it was taken over, what is there besides is only said: it may have been left out on
// purpose.
bool was_taken_over(const Path& file, const Store& own) {
    return std::ranges::any_of(own.imports,
                               [&](const auto& entry) { return entry.second.path == file.string(); });
}

void find_databases(FileSystem& files, const Target& target, const Store& own, Found& found) {
    std::vector<Path> databases{config::agent_folder_of(target.folders.own) / newer_agent_file};
    if (target.folders.own == target.folders.main)
        databases.insert(databases.begin(), newer_shared_file(target.folders.state));
    for (const auto& file : databases)
        if (platform::exists(files, file) && !was_taken_over(file, own))
            find_database(files, file, target.id, found);
    std::erase_if(found.left, [](const Left& left) { return !left.failure; });
}

Found find_for(FileSystem& files, const config::Config& config, const Target& target, const Store& own) {
    Found found;
    const auto& folders = target.folders;
    if (!platform::exists(files, folders.own / "auth-profiles.json")) {
        find_auth_json(files, folders.own / "auth.json", target.id, found);
        if (folders.own == folders.main) find_oauth_json(files, folders.legacy_oauth, found);
    }
    find_databases(files, target, own, found);
    const auto& paths = config.paths();
    if (!target.is_default || !paths.main_agent_override.empty()) return found;
    const Path oldest = paths.state / "agent";
    find_profiles_json(files, oldest / "auth-profiles.json", target.id, found);
    if (!platform::exists(files, oldest / "auth-profiles.json"))
        find_auth_json(files, oldest / "auth.json", target.id, found);
    return found;
}

StartNote note_of(const Item& item) {
    const auto name = item.id.text.empty() ? item.what : printable(item.id.text);
    if (item.outcome == Outcome::imported)
        return {.is_problem = false,
                .text = fmt::format("imported {} {} from {}, which stays as it is", name, item.fingerprint,
                                    item.source)};
    return {.is_problem = true,
            .text = fmt::format("{} from {} was not imported: {}; see `openclaw migrate --dry-run`", name,
                                item.source, item.reason)};
}

// What databases of a newer OpenClaw hold that isn't here as it is there.
void tell_elsewhere(FileSystem& files, const Target& target, std::vector<StartNote>& notes) {
    auto folders = target.folders;
    if (folders.own != folders.main) {
        // Its own alone: the others are the main agent's to tell.
        folders.main = folders.own;
        folders.state.clear();
    }
    const auto store = ProfileStore(files, std::move(folders)).load();
    if (!store) return;
    for (const auto& line : elsewhere_lines((*store)->elsewhere)) notes.push_back({true, line});
}

void take_over_credentials(FileSystem& files, const config::Config& config, const Target& target,
                           const ImportRules& rules, std::vector<StartNote>& notes) {
    const auto problem = [&](const Error& error) {
        notes.push_back({.is_problem = true,
                         .text = fmt::format("old credentials of agent {}: {}", target.id, error.message)});
    };
    const auto own = ProfileStore(files, target.folders).own();
    if (!own) return problem(own.error());
    const auto found = find_for(files, config, target, *own);
    for (const auto& left : found.left)
        notes.push_back(
            {.is_problem = true,
             .text = fmt::format("{} in {}: {}", printable(left.what), left.source, left.reason)});
    if (!found.sources.empty()) {
        auto plan = plan_import(found.sources, target.id, *own, {}, rules);
        if (auto done = carry_out(files, target.folders, plan); !done) return problem(done.error());
        for (const auto& item : plan.items)
            if (item.outcome != Outcome::skipped) notes.push_back(note_of(item));
    }
    tell_elsewhere(files, target, notes);
}

// Nobody's credentials are looked for in them, and there are none where they are looked for.
std::vector<UnusedStore> unused_stores(FileSystem& files, const config::Config& config) {
    const auto store = ProfileStore(files, store_folders(config, "main")).load();
    if (!store || !(*store)->profiles.empty()) return {};
    return find_unused_stores(files, config.paths());
}

}  // namespace

std::vector<StartNote> take_over_at_start(platform::FileSystem& files, const config::Config& config,
                                          const std::string& fingerprint_key, TimePoint now) {
    std::vector<StartNote> notes;
    const ImportRules rules{
        .rename_conflicts = false, .again = false, .fingerprint_key = fingerprint_key, .now = now};
    for (const auto& target : targets_of(config)) take_over_credentials(files, config, target, rules, notes);
    for (const auto& store : unused_stores(files, config))
        notes.push_back(
            {.is_problem = true,
             .text = fmt::format("the credentials in {} are not in use; `openclaw migrate --from {}` "
                                 "takes them over",
                                 store.file, store.folder)});
    std::vector<Left> left;
    for (const auto& file : find_copies(files, config, left)) {
        const auto copied = copy(files, file);
        notes.push_back({.is_problem = !copied,
                         .text = copied ? fmt::format("copied {} to {}", file.from.string(), file.to.string())
                                        : copied.error().message});
    }
    return notes;
}

}  // namespace openclaw::auth::legacy
