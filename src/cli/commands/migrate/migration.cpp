#include <algorithm>

#include "auth/choice/look_around.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands/migrate/migration.h"
#include "config/agents.h"
#include "config/environment/state_names.h"

namespace openclaw::cli {

using auth::legacy::Item;
using auth::legacy::Outcome;

// What stands in this state directory and beside it, but isn't where it is read today.
Result<void> Migration::find_here() {
    const auto& paths = config_->paths();
    const auto& id = config_->default_agent().id;
    if (auto found = auth::legacy::find_at(context_.files, paths.state, id)) found_ = std::move(*found);
    for (const auto& agent : config_->agents()) {
        const auto folder = config::agent_folder_of(agent.agent_folder);
        if (folder == paths.agent_folder(agent.id)) continue;
        auto found = auth::legacy::find_at(context_.files, folder, agent.id);
        if (!found) continue;
        std::ranges::move(found->sources, std::back_inserter(found_.sources));
        std::ranges::move(found->left, std::back_inserter(found_.left));
    }
    if (!paths.credentials_override.empty())
        auth::legacy::find_oauth_json(context_.files, paths.credentials_folder() / "oauth.json", found_);
    for (auto& file : auth::legacy::find_copies(context_.files, *config_, found_.left))
        copies_.push_back({.file = std::move(file), .error = {}});
    find_rest();
    return {};
}

// Directories of old that nothing reads while ~/.openclaw is there: only named, their content may be stale.
void Migration::find_rest() {
    const auto& paths = config_->paths();
    if (paths.state_explicit || paths.home.empty()) return;
    const auto used = context_.files.real_path(paths.state);
    for (const auto name : config::old_state_names) {
        const auto folder = context_.files.real_path(paths.home / name);
        if (!folder || (used && *folder == *used)) continue;
        const auto there = auth::legacy::find_at(context_.files, *folder, {});
        if (!there || (there->sources.empty() && there->left.empty())) continue;
        notes_.push_back(
            fmt::format("~/{} isn't in use; to take its credentials over, run `openclaw migrate "
                        "--from ~/{}`",
                        name, name));
    }
}

Result<void> Migration::find() {
    std::vector<std::string> named;
    for (const auto& list : arguments_.all("--include"))
        for (const auto part : split(list, ','))
            if (!trimmed(part).empty()) named.emplace_back(trimmed(part));
    for (const auto& name : named)
        if (!auth::find_program_login(name))
            return hinted(fail(Code::invalid_input, "--include: no login of {} is known", printable(name)),
                          "choose of qwen-cli, minimax-cli, claude-code, codex");
    const auto from = arguments_.text("--from");
    const auto agent = arguments_.text("--agent");
    const auto id = agent ? config::normalised_agent_id(*agent) : std::string();
    if (!from) {
        if (auto here = find_here(); !here) return here;
        auth::legacy::find_program_logins(context_.files, config_->paths().home, named, found_);
    } else {
        std::error_code no_folder;
        const auto path =
            config::expanded(*from, config_->paths().home, std::filesystem::current_path(no_folder));
        auto found = auth::legacy::find_at(context_.files, path, id);
        if (!found) return std::unexpected(std::move(found).error());
        found_ = std::move(*found);
        const auto info = context_.files.info(path);
        if (agent && info && info->kind != platform::FileKind::directory)
            for (auto& source : found_.sources) source.agent = id;
    }
    return agent ? keep_agent(id) : Result<void>{};
}

// A mistyped agent must not look like one that has nothing.
Result<void> Migration::keep_agent(const std::string& id) {
    std::vector<std::string> ids;
    for (const auto& entry : config_->agents()) ids.push_back(entry.id);
    for (const auto& source : found_.sources) ids.push_back(source.agent.empty() ? "main" : source.agent);
    std::erase_if(found_.sources,
                  [&](const auto& source) { return (source.agent.empty() ? "main" : source.agent) != id; });
    if (std::ranges::find(ids, id) != ids.end() || !found_.left.empty()) return {};
    const auto near = nearest(id, ids);
    return hinted(
        fail(Code::not_found, "no agent {} is known here or there", printable(id)),
        near ? fmt::format("did you mean {}?", *near) : "`openclaw agents list` shows the configured agents");
}

auth::StoreFolders Migration::folders_of(const std::string& id) const {
    if (config_->find_agent(id)) return auth::store_folders(*config_, id);
    auto folders = auth::store_folders(*config_, config_->default_agent());
    const auto& paths = config_->paths();
    folders.own = id == "main" ? folders.main
                               : config::store_folder(context_.files, paths.state, paths.agent_folder(id));
    return folders;
}

// The main agent first: the others inherit from it.
std::vector<Migration::Agent> Migration::agents() {
    std::vector<Agent> agents = {{.id = "main", .folders = folders_of("main"), .sources = {}}};
    for (auto& source : found_.sources) {
        const auto id = source.agent.empty() ? "main" : source.agent;
        auto agent = std::ranges::find(agents, id, &Agent::id);
        if (agent == agents.end()) {
            agents.push_back({.id = id, .folders = folders_of(id), .sources = {}});
            agent = agents.end() - 1;
            if (!config_->find_agent(id))
                notes_.push_back(fmt::format(
                    "agent {0} isn't in the config: `openclaw agents add {0} --workspace ~/{0}` adds it",
                    printable(id)));
        }
        // Its own store is where everything goes, not where it comes from.
        const auto own = context_.files.real_path(agent->folders.own / "auth-profiles.json");
        const auto there = context_.files.real_path(source.file);
        if (!own || !there || *own != *there) agent->sources.push_back(std::move(source));
    }
    return agents;
}

Result<void> Migration::import() {
    std::vector<auth::Profile> of_main;
    for (auto& agent : agents()) {
        auth::ProfileStore store(context_.files, agent.folders);
        const auto own = store.own();
        if (!own) return failed(own.error(), "agent {}", agent.id);
        auto plan =
            auth::legacy::plan_import(agent.sources, agent.id, *own,
                                      agent.id == "main" ? std::vector<auth::Profile>() : of_main, rules_);
        if (!dry_)
            if (auto done = auth::legacy::carry_out(context_.files, agent.folders, plan); !done)
                return failed(done.error(), "agent {}", agent.id);
        if (agent.id == "main") {
            of_main = own->profiles;
            for (const auto& addition : plan.additions) of_main.push_back(addition.profile);
        }
        std::ranges::move(plan.items, std::back_inserter(items_));
        std::ranges::move(plan.notes, std::back_inserter(notes_));
    }
    if (!dry_) judge();
    return {};
}

void Migration::copy_files() {
    for (auto& [file, error] : copies_) {
        if (dry_) continue;
        if (auto copied = auth::legacy::copy(context_.files, file); !copied) error = copied.error();
    }
}

// Whether the next request would use it.
void Migration::judge() {
    for (const auto& item : items_) {
        if (item.outcome != Outcome::imported) continue;
        const auto store = auth::ProfileStore(context_.files, folders_of(item.agent)).load();
        if (!store) continue;
        const auto resolution = auth::resolve(
            {.provider = item.provider, .agent_id = item.agent, .model = {}, .pinned = {}}, **store, *config_,
            rules_.now,
            auth::look_around(context_.files, *config_, context_.fingerprint_key, **store, rules_.now));
        const auto candidate = std::ranges::find(resolution.candidates, item.id, &auth::Candidate::profile);
        if (candidate != resolution.candidates.end()) standings_[{item.agent, item.id}] = *candidate;
    }
}

}  // namespace openclaw::cli
