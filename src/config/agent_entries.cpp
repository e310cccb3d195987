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

Result<json::array*> agent_list(json::object& document) {
    auto agents = section(document, {"agents"});
    if (!agents) return std::unexpected(std::move(agents).error());
    auto& value = (**agents)["list"];
    if (value.is_null()) value = json::array();
    auto* list = value.if_array();
    if (!list) return fail(Code::invalid_input, "agents.list in the config is no list");
    if (list->empty()) list->push_back(json::object{{"id", "main"}});
    return list;
}

bool is_entry_of(const json::value& value, const std::string& id) {
    const auto* entry = value.if_object();
    return entry && normalised_agent_id(string_at(*entry, "id").value_or("")) == id;
}

json::object* find_entry(json::array& agents, const std::string& id) {
    const auto found =
        std::ranges::find_if(agents, [&](const json::value& value) { return is_entry_of(value, id); });
    return found == agents.end() ? nullptr : &found->get_object();
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
    auto list = agent_list(document);
    if (!list) return std::unexpected(std::move(list).error());
    if (find_entry(**list, agent.id))
        return fail(Code::invalid_input, "Agent \"{}\" already exists.", agent.id);
    json::object entry{{"id", agent.id}, {"name", agent.name}};
    entry["workspace"] = agent.workspace.string();
    if (agent.agent_folder) entry["agentDir"] = agent.agent_folder->string();
    if (agent.model) entry["model"] = *agent.model;
    (*list)->push_back(std::move(entry));
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
    prune(document, {"agents", "list"}, [&](const auto& value) { return is_entry_of(value, id); });
    return {
        .bindings = prune(document, {"bindings"}, [&](const auto& value) { return is_rule_for(value, id); }),
        .allowances = prune(document, {"tools", "agentToAgent", "allow"},
                            [&](const auto& value) { return is_name_of(value, id); })};
}

Result<json::object> put_identity(json::object& document, const std::string& id, const Identity& identity) {
    auto list = agent_list(document);
    if (!list) return std::unexpected(std::move(list).error());
    auto* entry = find_entry(**list, id);
    if (!entry) {
        (*list)->push_back(json::object{{"id", id}});
        entry = &(*list)->back().get_object();
    }
    auto& value = (*entry)["identity"];
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
