#include "config/agent_entries.h"

#include <algorithm>
#include <utility>

#include "base/nearest.h"
#include "base/text.h"
#include "config/json5/key_path.h"

namespace openclaw::config {
namespace {

constexpr std::pair<std::string_view, std::string Identity::*> identity_members[] = {
    {"name", &Identity::name},
    {"theme", &Identity::theme},
    {"emoji", &Identity::emoji},
    {"avatar", &Identity::avatar}};

bool is_entry_of(const json::value& value, const std::string& id) {
    const auto* entry = value.if_object();
    return entry && normalised_agent_id(string_at(*entry, "id").value_or("")) == id;
}

// Whether the map stands in the file: there a new agent goes then.
bool has_map(const json::object& agents) {
    const auto* entries = value_at(agents, "entries");
    return entries && !entries->is_null();
}

Result<json::array*> agent_list(json::object& agents) {
    auto& value = agents["list"];
    if (value.is_null()) value = json::array();
    if (auto* list = value.if_array()) return list;
    return fail(Code::invalid_input, "agents.list in the config is no list");
}

Result<json::object*> agent_map(json::object& agents) {
    if (auto* map = agents["entries"].if_object()) return map;
    return fail(Code::invalid_input, "agents.entries in the config is no object");
}

json::object* find_in_list(json::array& list, const std::string& id) {
    const auto found =
        std::ranges::find_if(list, [&](const json::value& value) { return is_entry_of(value, id); });
    return found == list.end() ? nullptr : &found->get_object();
}

json::object* find_in_map(json::object& map, const std::string& id) {
    for (auto& [name, value] : map)
        if (normalised_agent_id(name) == id && value.is_object()) return &value.get_object();
    return nullptr;
}

// The agent's entry, made at the end where there is none. A first one brings the main agent's along.
Result<json::object*> listed_entry(json::object& agents, const std::string& id, bool& is_new) {
    auto list = agent_list(agents);
    if (!list) return std::unexpected(std::move(list).error());
    if ((*list)->empty()) (*list)->push_back(json::object{{"id", "main"}});
    auto* entry = find_in_list(**list, id);
    is_new = !entry;
    if (entry) return entry;
    (*list)->push_back(json::object{{"id", id}});
    return &(*list)->back().get_object();
}

Result<json::object*> mapped_entry(json::object& agents, const std::string& id, bool& is_new) {
    auto map = agent_map(agents);
    if (!map) return std::unexpected(std::move(map).error());
    if ((*map)->empty()) (**map)["main"] = json::object();
    auto* entry = find_in_map(**map, id);
    is_new = !entry;
    if (entry) return entry;
    auto& value = (**map)[id];
    value = json::object();
    return &value.get_object();
}

Result<json::object*> entry_of(json::object& document, const std::string& id, bool& is_new) {
    auto agents = section(document, {"agents"});
    if (!agents) return std::unexpected(std::move(agents).error());
    return has_map(**agents) ? mapped_entry(**agents, id, is_new) : listed_entry(**agents, id, is_new);
}

void remove_from_map(json::object& document, const std::string& id) {
    auto* agents = document.if_contains("agents");
    auto* entries = agents && agents->is_object() ? agents->get_object().if_contains("entries") : nullptr;
    auto* map = entries ? entries->if_object() : nullptr;
    if (!map) return;
    std::vector<std::string> names;
    for (const auto& member : *map)
        if (normalised_agent_id(member.key()) == id) names.emplace_back(member.key());
    for (const auto& name : names) map->stable_erase(name);
}

bool is_rule_for(const json::value& value, const std::string& id) {
    const auto* rule = value.if_object();
    const auto agent = rule ? string_at(*rule, "agentId") : std::nullopt;
    return agent && normalised_agent_id(*agent) == id;
}

bool is_name_of(const json::value& value, const std::string& id) {
    const auto* text = value.if_string();
    return text && normalised_agent_id(*text) == id;
}

// Takes out what `unwanted` says of a list, if there is one. Gives how many went.
template <class Unwanted>
std::size_t prune(json::object& document, const KeyPath& path, Unwanted unwanted) {
    auto* list = const_cast<json::value*>(find_value(document, path));
    auto* elements = list ? list->if_array() : nullptr;
    if (!elements) return 0;
    json::array kept;
    for (auto& element : *elements)
        if (!unwanted(element)) kept.push_back(std::move(element));
    const auto removed = elements->size() - kept.size();
    *elements = std::move(kept);
    return removed;
}

}  // namespace

Result<std::string> new_agent_id(const std::string& name, const Config& config) {
    if (name.empty())
        return hinted(fail(Code::invalid_input, "an agent needs a name"),
                      "for example `openclaw agents add work --workspace ~/work`");
    auto id = normalised_agent_id(name);
    if (id == "main")
        return hinted(fail(Code::invalid_input, "\"main\" is reserved. Choose another name."),
                      "the main agent is always there: `openclaw agents list`");
    if (config.find_agent(id))
        return hinted(fail(Code::invalid_input, "Agent \"{}\" already exists.", id),
                      "`openclaw agents list` shows it; choose another name");
    return id;
}

Result<void> add_agent(json::object& document, const NewAgent& agent) {
    bool is_new = false;
    auto found = entry_of(document, agent.id, is_new);
    if (!found) return std::unexpected(std::move(found).error());
    if (!is_new) return fail(Code::invalid_input, "Agent \"{}\" already exists.", agent.id);
    auto& entry = **found;
    entry["name"] = agent.name;
    entry["workspace"] = agent.workspace.string();
    if (agent.agent_folder) entry["agentDir"] = agent.agent_folder->string();
    if (agent.model) entry["model"] = *agent.model;
    return {};
}

Result<const AgentEntry*> deletable_agent(const Config& config, const std::string& typed) {
    const auto id = normalised_agent_id(typed);
    if (id == "main") return fail(Code::invalid_input, "\"main\" cannot be deleted.");
    if (const auto* agent = config.find_agent(id)) return agent;
    std::vector<std::string> ids;
    for (const auto& agent : config.agents()) ids.push_back(agent.id);
    const auto near = nearest(typed, ids);
    return hinted(fail(Code::not_found, "Agent \"{}\" not found.", printable(typed)),
                  near ? fmt::format("did you mean {}?", *near) : "`openclaw agents list` shows the agents");
}

Pruned remove_agent(json::object& document, const std::string& id) {
    remove_from_map(document, id);
    prune(document, {"agents", "list"}, [&](const auto& value) { return is_entry_of(value, id); });
    return {
        .bindings = prune(document, {"bindings"}, [&](const auto& value) { return is_rule_for(value, id); }),
        .allowances = prune(document, {"tools", "agentToAgent", "allow"},
                            [&](const auto& value) { return is_name_of(value, id); })};
}

Result<json::object> put_identity(json::object& document, const std::string& id, const Identity& identity) {
    bool is_new = false;
    auto entry = entry_of(document, id, is_new);
    if (!entry) return std::unexpected(std::move(entry).error());
    auto& value = (**entry)["identity"];
    if (value.is_null()) value = json::object();
    if (!value.is_object())
        return fail(Code::invalid_input, "the identity of {} in the config is no object", id);
    for (const auto& [name, member] : identity_members)
        if (!(identity.*member).empty()) value.get_object()[name] = identity.*member;
    return value.get_object();
}

std::size_t count_bindings(const Config& config, const std::string& id) {
    const auto* value = config.find("bindings");
    const auto* rules = value ? value->if_array() : nullptr;
    if (!rules) return 0;
    return static_cast<std::size_t>(
        std::ranges::count_if(*rules, [&](const json::value& rule) { return is_rule_for(rule, id); }));
}

}  // namespace openclaw::config
