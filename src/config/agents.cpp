#include "config/agents.h"

#include "base/nearest.h"
#include "base/text.h"
#include "config/json5/key_path.h"

namespace openclaw::config {
namespace {

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

AgentEntry read_agent(const json::object& entry, const Paths& paths) {
    AgentEntry agent;
    agent.id = normalised_agent_id(string_at(entry, "id").value_or(""));
    agent.name = string_at(entry, "name").value_or("");
    agent.is_default = bool_at(entry, "default").value_or(false);
    agent.agent_folder = credential_folder(entry, agent, paths);
    agent.sessions_folder = paths.sessions_folder(agent.id);
    if (const auto workspace = string_at(entry, "workspace"); workspace && !trimmed(*workspace).empty())
        agent.workspace = expanded(*workspace, paths.home, paths.home);
    read_model(entry, agent);
    if (const auto* identity = object_at(entry, "identity")) {
        agent.identity_name = string_at(*identity, "name").value_or("");
        agent.identity_theme = string_at(*identity, "theme").value_or("");
        agent.identity_emoji = string_at(*identity, "emoji").value_or("");
        agent.identity_avatar = string_at(*identity, "avatar").value_or("");
    }
    return agent;
}

void choose_default(AgentList& list) {
    std::size_t marked = 0;
    for (auto& agent : list.agents)
        if (agent.is_default && ++marked > 1) agent.is_default = false;
    if (marked == 0) list.agents.front().is_default = true;
    if (marked > 1)
        list.warnings.push_back(
            {"agents.list", "several agents are marked default; the first one counts", {}});
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

void refuse_shared_folders(AgentList& list) {
    std::map<Path, std::string> owners;
    for (const auto& agent : list.agents) {
        const auto [owner, is_new] = owners.try_emplace(agent.agent_folder, agent.id);
        if (!is_new)
            list.problems.push_back({"agents.list",
                                     fmt::format("duplicate agentDir: {} and {} both use {}", owner->second,
                                                 agent.id, agent.agent_folder.string()),
                                     "give each agent its own agentDir, or none"});
    }
}

}  // namespace

AgentList read_agents(const json::object& document, const Paths& paths) {
    AgentList list;
    const auto* found = find_value(document, {"agents", "list"});
    const auto* entries = found ? found->if_array() : nullptr;
    for (std::size_t at = 0; entries && at < entries->size(); ++at) {
        const auto* entry = (*entries)[at].if_object();
        if (!entry) continue;
        auto agent = read_agent(*entry, paths);
        if (std::ranges::find(list.agents, agent.id, &AgentEntry::id) == list.agents.end())
            list.agents.push_back(std::move(agent));
        else
            list.warnings.push_back({joined_path("agents.list", at),
                                     fmt::format("a second agent \"{}\"; the first one counts", agent.id),
                                     {}});
    }
    if (list.agents.empty()) list.agents.push_back(read_agent({}, paths));
    choose_default(list);
    place_workspaces(list, document, paths);
    refuse_shared_folders(list);
    return list;
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
