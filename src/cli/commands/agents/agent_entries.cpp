#include "cli/commands/agents/agent_entries.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands/models/model_settings.h"

namespace openclaw::cli {

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

json::object* find_entry(json::array& agents, const std::string& id) {
    for (auto& value : agents)
        if (auto* entry = value.if_object();
            entry && config::normalised_agent_id(string_at(*entry, "id").value_or("")) == id)
            return entry;
    return nullptr;
}

std::size_t count_bindings(const config::Config& config, const std::string& id) {
    const auto* value = config.find("bindings");
    const auto* rules = value ? value->if_array() : nullptr;
    if (!rules) return 0;
    return static_cast<std::size_t>(std::ranges::count_if(*rules, [&](const json::value& rule) {
        const auto* object = rule.if_object();
        const auto agent = object ? string_at(*object, "agentId") : std::nullopt;
        return agent && config::normalised_agent_id(*agent) == id;
    }));
}

platform::Path typed_folder(const Context& context, const std::string& text) {
    std::error_code ignored;
    return config::expanded(text, context.paths.home, std::filesystem::current_path(ignored));
}

std::unexpected<Error> no_such_agent(const config::Config& config, const std::string& typed) {
    std::vector<std::string> ids;
    for (const auto& agent : config.agents()) ids.push_back(agent.id);
    const auto near = nearest(typed, ids);
    return hinted(fail(Code::not_found, "Agent \"{}\" not found.", printable(typed)),
                  near ? fmt::format("did you mean {}?", *near) : "`openclaw agents list` shows the agents");
}

}  // namespace openclaw::cli
