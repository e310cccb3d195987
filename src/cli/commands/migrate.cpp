#include <algorithm>

#include "auth/legacy/import.h"
#include "auth/legacy/state_files.h"
#include "auth/look_around.h"
#include "auth/resolver.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"

namespace openclaw::cli {

namespace {

using auth::legacy::Found;
using auth::legacy::Item;
using auth::legacy::Outcome;

// Everything that one run found, does and tells.
class Migration {
public:
    Migration(Context& context, const Arguments& arguments, std::shared_ptr<const config::Config> config)
        : context_(context),
          arguments_(arguments),
          config_(std::move(config)),
          dry_(arguments.has("--dry-run")),
          rules_{.rename_conflicts = arguments.has("--rename-conflicts"),
                 .again = arguments.has("--again"),
                 .fingerprint_key = context.fingerprint_key,
                 .now = context.clock.now()} {}

    Result<void> find();
    Result<void> import();
    void copy_files();
    void tell_json();
    void tell_text();
    Exit exit() const;

private:
    struct Agent {
        std::string id;
        auth::StoreFolders folders;
        std::vector<auth::legacy::Source> sources;
    };
    struct Copied {
        auth::legacy::FileCopy file;
        std::optional<Error> error;
    };

    Result<void> find_here();
    void find_rest();
    Result<void> keep_agent(const std::string& id);
    std::vector<Agent> agents();
    auth::StoreFolders folders_of(const std::string& id) const;
    void judge();
    json::object json_of(const Item& item) const;
    std::string line_of(const Item& item) const;
    std::size_t count(Outcome outcome) const;
    std::string shown(const std::string& path) const { return context_.paths.shortened(path); }

    Context& context_;
    const Arguments& arguments_;
    std::shared_ptr<const config::Config> config_;
    bool dry_;
    auth::legacy::ImportRules rules_;
    Found found_;
    std::vector<Copied> copies_;
    std::vector<Item> items_;
    std::vector<std::string> notes_;
    std::map<std::pair<std::string, auth::ProfileId>, auth::Candidate> standings_;
};

// What stands in this state directory and beside it, but isn't where it is read today.
Result<void> Migration::find_here() {
    const auto& paths = config_->paths();
    const auto& id = config_->default_agent().id;
    if (auto found = auth::legacy::find_at(context_.files, paths.state, id)) found_ = std::move(*found);
    for (const auto& agent : config_->agents()) {
        if (agent.agent_folder == paths.agent_folder(agent.id)) continue;
        auto found = auth::legacy::find_at(context_.files, agent.agent_folder, agent.id);
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
    for (const auto* const name : {".clawdbot", ".moltbot", ".moldbot"}) {
        const auto folder = context_.files.real_path(paths.home / name);
        if (!folder || (used && *folder == *used)) continue;
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
    folders.own = id == "main" ? folders.main : config_->paths().agent_folder(id);
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
                notes_.push_back(
                    fmt::format("agent {} isn't in the config: add it to agents.list to use it", id));
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

std::size_t Migration::count(Outcome outcome) const {
    return static_cast<std::size_t>(std::ranges::count(items_, outcome, &Item::outcome));
}

json::object Migration::json_of(const Item& item) const {
    json::object object{{"source", item.source}, {"sourceKind", item.what}, {"agentId", item.agent}};
    const auto set = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) object[name] = value;
    };
    set("profileId", item.id.text);
    set("foundAs", item.found_as);
    set("provider", item.provider);
    set("kind", item.kind);
    set("fingerprint", item.fingerprint);
    set("refreshedBy", item.owner);
    set("reason", item.reason);
    if (const auto found = standings_.find({item.agent, item.id});
        found != standings_.end() && item.outcome == Outcome::imported)
        object["next"] = json::object{{"verdict", auth::name_of(found->second.verdict)},
                                      {"usable", auth::is_usable(found->second.verdict)},
                                      {"reason", found->second.reason}};
    return object;
}

void Migration::tell_json() {
    json::object document{{"dryRun", dry_}};
    for (const auto [outcome, name] :
         {std::pair(Outcome::imported, "imported"), std::pair(Outcome::skipped, "skipped"),
          std::pair(Outcome::conflict, "conflicts"), std::pair(Outcome::failed, "failed")}) {
        auto& list = document[name].emplace_array();
        for (const auto& item : items_)
            if (item.outcome == outcome) list.emplace_back(json_of(item));
    }
    auto& copies = document["copied"].emplace_array();
    for (const auto& [file, error] : copies_) {
        json::object entry{{"from", file.from.string()}, {"to", file.to.string()}, {"what", file.what}};
        if (error) entry["error"] = error->message;
        copies.emplace_back(std::move(entry));
    }
    auto& left = document["left"].emplace_array();
    for (const auto& entry : found_.left)
        (entry.failure ? document["failed"].as_array() : left)
            .emplace_back(json::object{{"source", entry.source},
                                       {"what", entry.what},
                                       {"provider", entry.provider},
                                       {"kind", entry.kind},
                                       {"reason", entry.reason}});
    auto& notes = document["notes"].emplace_array();
    for (const auto& note : notes_) notes.emplace_back(note);
    context_.out.json(document);
}

std::string Migration::line_of(const Item& item) const {
    const auto name =
        replaced(printable(item.id.text), "\n", "\\n");  // a name on one line, whatever it holds
    std::string line = "- " + (name.empty() ? item.what : name);
    if (!item.kind.empty()) line += " " + item.kind;
    if (!item.fingerprint.empty()) line += " " + item.fingerprint;
    if (item.agent != "main") line += fmt::format(" (agent {})", item.agent);
    line += fmt::format(" from {}", shown(item.source));
    if (!item.found_as.empty()) line += fmt::format(", there {}", printable(item.found_as));
    if (!item.reason.empty()) line += ": " + printable(item.reason);
    if (item.outcome != Outcome::imported) return line;
    if (!item.owner.empty()) line += "; refreshed by " + item.owner;
    const auto found = standings_.find({item.agent, item.id});
    if (found != standings_.end())
        line += fmt::format("; now [{}]: {}", auth::name_of(found->second.verdict), found->second.reason);
    return line;
}

void Migration::tell_text() {
    auto& out = context_.out;
    for (const auto& [file, error] : copies_)
        out.line(fmt::format("{} {}: {} -> {}{}",
                             error  ? "Failed to copy"
                             : dry_ ? "Would copy"
                                    : "Copied",
                             file.what, shown(file.from), shown(file.to),
                             error ? ": " + error->message : std::string()));
    for (const auto [outcome, name] :
         {std::pair(Outcome::imported, dry_ ? "Would import" : "Imported"),
          std::pair(Outcome::skipped, "Skipped"), std::pair(Outcome::conflict, "Conflicts"),
          std::pair(Outcome::failed, "Failed")}) {
        if (count(outcome) == 0) continue;
        out.line(fmt::format("{} ({})", name, count(outcome)));
        for (const auto& item : items_)
            if (item.outcome == outcome) out.line(line_of(item));
    }
    if (!found_.left.empty()) out.line(fmt::format("Not taken over ({})", found_.left.size()));
    for (const auto& entry : found_.left)
        out.line(fmt::format("- {} in {}: {}", printable(entry.what), shown(entry.source), entry.reason));
    if (items_.empty() && copies_.empty() && found_.left.empty()) out.line("Nothing to import.");
    for (const auto& note : notes_) out.note("note: " + note);
    if (count(Outcome::conflict) > 0)
        out.note("note: nothing is overwritten; --rename-conflicts imports what clashes under another name");
    const auto is_login = [](const Item& item) {
        return item.outcome == Outcome::imported && item.is_login && item.owner.empty();
    };
    if (std::ranges::any_of(items_, is_login))
        out.note(
            "note: a refresh token works once: end the other program, or log in again here, before both use "
            "it");
    if (dry_ || count(Outcome::imported) == 0) return;
    out.line("The sources are as they were; once this works you may remove them.");
    out.line("Next: openclaw models status --check");
}

Exit Migration::exit() const {
    const bool left = std::ranges::any_of(found_.left, &auth::legacy::Left::failure);
    const bool uncopied =
        std::ranges::any_of(copies_, [](const Copied& copied) { return copied.error.has_value(); });
    return count(Outcome::conflict) + count(Outcome::failed) > 0 || left || uncopied ? Exit::error : Exit::ok;
}

Exit run_migrate(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    Migration migration(context, arguments, *config);
    if (auto found = migration.find(); !found) return report(context, found.error());
    if (auto imported = migration.import(); !imported) return report(context, imported.error());
    migration.copy_files();
    arguments.has("--json") ? migration.tell_json() : migration.tell_text();
    return migration.exit();
}

constexpr Option options[] = {
    {.name = "--from",
     .value_name = "PATH",
     .help = "A state directory or database of another OpenClaw (default: what is found here)",
     .completes = "file"},
    {.name = "--dry-run", .help = "Say what would be done, and change nothing", .kind = OptionKind::flag},
    {.name = "--agent",
     .value_name = "ID",
     .help = "Only this agent's credentials; for a single file: import them for this agent",
     .completes = "agent"},
    {.name = "--include",
     .value_name = "PROGRAMS",
     .help = "Also the logins of these programs: claude-code,codex",
     .kind = OptionKind::repeated,
     .completes = "claude-code|codex"},
    {.name = "--rename-conflicts",
     .help = "Import what clashes with a stored name under another name",
     .kind = OptionKind::flag},
    {.name = "--again",
     .help = "Also import what was imported once and removed here since",
     .kind = OptionKind::flag},
    json_option,
};

}  // namespace

const Command migrate{
    .name = "migrate",
    .summary = "Import credentials of older and newer versions and of other programs",
    .options = options,
    .example = "openclaw migrate --from ~/backup/.openclaw --dry-run",
    .run = run_migrate,
    .group = heading::settings,
    .details =
        "Copies, reads back and compares; nothing that is stored is replaced and no source is changed. "
        "A second run imports nothing twice. Ends with 1 when something could not be imported.",
};

}  // namespace openclaw::cli
