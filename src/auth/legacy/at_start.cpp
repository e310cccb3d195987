#include "auth/legacy/at_start.h"

#include "auth/choice/look_around.h"
#include "auth/legacy/import.h"
#include "auth/legacy/state_files.h"
#include "base/text.h"

namespace openclaw::auth::legacy {
namespace {

Found find_for(FileSystem& files, const config::Config& config, const config::AgentEntry& agent) {
    Found found;
    const auto folders = store_folders(config, agent);
    if (!platform::exists(files, folders.own / "auth-profiles.json")) {
        find_auth_json(files, folders.own / "auth.json", agent.id, found);
        if (folders.own == folders.main) find_oauth_json(files, folders.legacy_oauth, found);
    }
    const auto& paths = config.paths();
    if (!agent.is_default || !paths.main_agent_override.empty()) return found;
    const Path oldest = paths.state / "agent";
    find_profiles_json(files, oldest / "auth-profiles.json", agent.id, found);
    if (!platform::exists(files, oldest / "auth-profiles.json"))
        find_auth_json(files, oldest / "auth.json", agent.id, found);
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

void take_over_credentials(FileSystem& files, const config::Config& config, const config::AgentEntry& agent,
                           const ImportRules& rules, std::vector<StartNote>& notes) {
    const auto problem = [&](const Error& error) {
        notes.push_back({.is_problem = true,
                         .text = fmt::format("old credentials of agent {}: {}", agent.id, error.message)});
    };
    const auto found = find_for(files, config, agent);
    for (const auto& left : found.left)
        notes.push_back(
            {.is_problem = true,
             .text = fmt::format("{} in {}: {}", printable(left.what), left.source, left.reason)});
    if (found.sources.empty()) return;
    const auto folders = store_folders(config, agent);
    const auto own = ProfileStore(files, folders).own();
    if (!own) return problem(own.error());
    auto plan = plan_import(found.sources, agent.id, *own, {}, rules);
    if (auto done = carry_out(files, folders, plan); !done) return problem(done.error());
    for (const auto& item : plan.items)
        if (item.outcome != Outcome::skipped) notes.push_back(note_of(item));
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
    for (const auto& agent : config.agents()) take_over_credentials(files, config, agent, rules, notes);
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
