#include "config/agents.h"

#include "base/nearest.h"
#include "base/text.h"
#include "config/json5/key_path.h"
#include "config/newer_state.h"

namespace openclaw::config {
namespace {

constexpr std::string_view apart_name = "native";

void read_policy(const json::object& entry, AgentEntry& agent) {
    const auto* policy = object_at(entry, "modelPolicy");
    const auto* allowed = policy ? array_at(*policy, "allow") : nullptr;
    if (!allowed) return;
    agent.allowed.emplace();
    for (const auto& model : *allowed)
        if (model.is_string()) agent.allowed->emplace_back(model.get_string());
}

void read_model(const json::object& entry, AgentEntry& agent) {
    if (const auto text = string_at(entry, "model")) agent.model = std::string(*text);
    const auto* object = object_at(entry, "model");
    if (!object) return;
    if (const auto primary = string_at(*object, "primary")) agent.model = std::string(*primary);
    const auto* fallbacks = array_at(*object, "fallbacks");
    if (!fallbacks) return;
    agent.fallbacks.emplace();
    for (const auto& fallback : *fallbacks)
        if (fallback.is_string()) agent.fallbacks->emplace_back(fallback.get_string());
}

Path credential_folder(const json::object& entry, const AgentEntry& agent, const Paths& paths) {
    const auto own = string_at(entry, "agentDir");
    if (own && !trimmed(*own).empty()) return expanded(*own, paths.home, paths.config_file.parent_path());
    if (agent.id == "main" && !paths.main_agent_override.empty()) return paths.main_agent_override;
    return paths.agent_folder(agent.id);
}

AgentEntry read_agent(std::string id, const json::object& entry, const Paths& paths) {
    AgentEntry agent;
    agent.id = std::move(id);
    agent.name = string_at(entry, "name").value_or("");
    agent.is_default = bool_at(entry, "default").value_or(false);
    agent.agent_folder = credential_folder(entry, agent, paths);
    agent.sessions_folder = paths.sessions_folder(agent.id);
    if (const auto workspace = string_at(entry, "workspace"); workspace && !trimmed(*workspace).empty())
        agent.workspace = expanded(*workspace, paths.home, paths.home);
    read_model(entry, agent);
    read_policy(entry, agent);
    if (const auto* identity = object_at(entry, "identity")) {
        agent.identity_name = string_at(*identity, "name").value_or("");
        agent.identity_theme = string_at(*identity, "theme").value_or("");
        agent.identity_emoji = string_at(*identity, "emoji").value_or("");
        agent.identity_avatar = string_at(*identity, "avatar").value_or("");
    }
    return agent;
}

// Where the agents stand, for messages about all of them.
std::string_view section_name(const json::object& document) {
    return find_value(document, {"agents", "entries"}) ? "agents.entries" : "agents.list";
}

void choose_default(AgentList& list, const json::object& document) {
    std::size_t marked = 0;
    for (auto& agent : list.agents)
        if (agent.is_default && ++marked > 1) agent.is_default = false;
    if (marked > 1)
        list.warnings.push_back({std::string(section_name(document)),
                                 "several agents are marked default; the first one counts",
                                 {}});
    if (marked > 0) return;
    const auto* named = find_value(document, {"agents", "defaults", "systemAgent", "agentId"});
    const auto id = named && named->is_string() ? normalised_agent_id(named->get_string()) : std::string();
    const auto found = std::ranges::find(list.agents, id, &AgentEntry::id);
    (found == list.agents.end() ? list.agents.front() : *found).is_default = true;
}

// The default agent works in the folder that agents.defaults names, the others each in one of their own.
void place_workspaces(AgentList& list, const json::object& document, const Paths& paths) {
    const auto* shared = find_value(document, {"agents", "defaults", "workspace"});
    for (auto& agent : list.agents) {
        if (!agent.workspace.empty()) continue;
        agent.workspace = paths.state / (agent.is_default ? "workspace" : "workspace-" + agent.id);
        if (agent.is_default && shared && shared->is_string() && !trimmed(shared->get_string()).empty())
            agent.workspace = expanded(shared->get_string(), paths.home, paths.home);
    }
}

void refuse_shared_folders(AgentList& list, const json::object& document) {
    std::map<Path, std::string> owners;
    for (const auto& agent : list.agents) {
        const auto [owner, is_new] = owners.try_emplace(agent.agent_folder, agent.id);
        if (!is_new)
            list.problems.push_back({std::string(section_name(document)),
                                     fmt::format("duplicate agentDir: {} and {} both use {}", owner->second,
                                                 agent.id, agent.agent_folder.string()),
                                     "give each agent its own agentDir, or none"});
    }
}

void collect_entries(const json::object& entries, std::vector<WrittenAgent>& found) {
    for (const auto& [name, value] : entries)
        if (const auto* entry = value.if_object())
            found.push_back({.id = normalised_agent_id(name),
                             .path = joined_path("agents.entries", std::string_view(name)),
                             .entry = entry});
}

void collect_list(const json::array& list, std::vector<WrittenAgent>& found) {
    for (std::size_t at = 0; at < list.size(); ++at)
        if (const auto* entry = list[at].if_object())
            found.push_back({.id = normalised_agent_id(string_at(*entry, "id").value_or("")),
                             .path = joined_path("agents.list", at),
                             .entry = entry});
}

}  // namespace

std::vector<WrittenAgent> written_agents(const json::object& document) {
    std::vector<WrittenAgent> found;
    const auto* agents = object_at(document, "agents");
    if (!agents) return found;
    if (const auto* entries = object_at(*agents, "entries"))
        collect_entries(*entries, found);
    else if (const auto* list = array_at(*agents, "list"))
        collect_list(*list, found);
    return found;
}

AgentList read_agents(const json::object& document, const Paths& paths) {
    AgentList list;
    for (const auto& written : written_agents(document)) {
        auto agent = read_agent(written.id, *written.entry, paths);
        if (std::ranges::find(list.agents, agent.id, &AgentEntry::id) == list.agents.end())
            list.agents.push_back(std::move(agent));
        else
            list.warnings.push_back(
                {written.path, fmt::format("a second agent \"{}\"; the first one counts", agent.id), {}});
    }
    if (find_value(document, {"agents", "entries"}) && find_value(document, {"agents", "list"}))
        list.warnings.push_back({"agents.list", "doesn't count while agents.entries is there",
                                 "move its agents to agents.entries, each under its id"});
    if (list.agents.empty()) list.agents.push_back(read_agent("main", {}, paths));
    choose_default(list, document);
    place_workspaces(list, document, paths);
    refuse_shared_folders(list, document);
    return list;
}

Path newer_shared_file(const Path& state) {
    return state / "state/openclaw.sqlite";
}

Path store_folder(platform::FileSystem& files, const Path& state, const Path& agent_folder) {
    const auto holds = [&](const Path& folder, std::string_view name) {
        return platform::exists(files, folder / name);
    };
    const Path apart = agent_folder / apart_name;
    if (holds(apart, "auth-profiles.json")) return apart;
    const bool begun = holds(agent_folder, "auth-profiles.json");
    const bool newer =
        holds(agent_folder, "openclaw-agent.sqlite") || platform::exists(files, newer_shared_file(state));
    return newer && !begun ? apart : agent_folder;
}

Path agent_folder_of(const Path& store_folder) {
    return store_folder.filename() == apart_name ? store_folder.parent_path() : store_folder;
}

namespace {

std::optional<std::string> nearest_agent(std::string_view id, const Config& config) {
    std::vector<std::string> known;
    for (const auto& agent : config.agents()) known.push_back(agent.id);
    return nearest(id, known);
}

}  // namespace

Result<const AgentEntry*> agent_named(const Config& config, std::string_view id) {
    if (const auto* agent = config.find_agent(id)) return agent;
    const auto near = nearest_agent(id, config);
    return hinted(fail(Code::not_found, "unknown agent id \"{}\"", printable(id)),
                  (near ? fmt::format("did you mean {}? ", *near) : "") +
                      "`openclaw agents list` shows the configured agents");
}

std::string unknown_agent(std::string_view id, const Config& config) {
    const auto near = nearest_agent(id, config);
    return fmt::format("unknown agent id \"{}\"{}", id,
                       near ? fmt::format(" (did you mean {}?)", *near) : "");
}

}  // namespace openclaw::config
