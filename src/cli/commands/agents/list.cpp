#include "auth/model_ref.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"

namespace openclaw::cli {

namespace {

constexpr std::string_view routing = "default (no explicit rules)";

const json::object* entry_of(const config::Config& config, const std::string& id) {
    const auto* list = config.find("agents.list");
    if (!list || !list->is_array()) return nullptr;
    for (const auto& value : list->get_array())
        if (const auto* entry = value.if_object();
            entry && config::normalised_agent_id(string_at(*entry, "id").value_or("")) == id)
            return entry;
    return nullptr;
}

std::string workspace_of(const config::Config& config, const config::AgentEntry& agent) {
    const auto& paths = config.paths();
    const auto* entry = entry_of(config, agent.id);
    auto text = entry ? string_at(*entry, "workspace") : std::nullopt;
    const auto shared = config.text("agents.defaults.workspace");
    if (!text && agent.is_default && shared) text = *shared;
    if (text && !trimmed(*text).empty()) return config::expanded(*text, paths.home, paths.home).string();
    return (paths.state / (agent.is_default ? "workspace" : "workspace-" + agent.id)).string();
}

json::object agent_json(const config::Config& config, const config::AgentEntry& agent) {
    json::object object{{"id", agent.id}};
    if (!agent.name.empty()) object["name"] = agent.name;
    if (!agent.identity_name.empty()) object["identityName"] = agent.identity_name;
    if (!agent.identity_emoji.empty()) object["identityEmoji"] = agent.identity_emoji;
    object["workspace"] = workspace_of(config, agent);
    object["agentDir"] = agent.agent_folder.string();
    object["model"] = auth::model_plan(config, &agent).primary.key();
    object["bindings"] = 0;
    object["isDefault"] = agent.is_default;
    if (agent.is_default) object["routes"] = json::array{routing};
    return object;
}

Exit run(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    if (arguments.has("--json")) {
        json::array agents;
        for (const auto& agent : (*config)->agents()) agents.push_back(agent_json(**config, agent));
        context.out.json(agents);
        return Exit::ok;
    }
    context.out.line("Agents:");
    for (const auto& agent : (*config)->agents()) {
        const auto name =
            agent.name.empty() ? agent.id : fmt::format("{} ({})", agent.id, printable(agent.name));
        context.out.line(fmt::format("- {}{}", name, agent.is_default ? " (default)" : ""));
        context.out.line("  Workspace: " + context.paths.shortened(workspace_of(**config, agent)));
        context.out.line("  Agent dir: " + context.paths.shortened(agent.agent_folder));
        context.out.line("  Model: " + auth::model_plan(**config, &agent).primary.key());
        context.out.line("  Routing rules: 0");
        if (agent.is_default) context.out.line(fmt::format("  Routing: {}", routing));
    }
    return Exit::ok;
}

constexpr Option options[] = {
    json_option,
    {.name = "--bindings",
     .help = "Accepted for compatibility; there are no channel bindings",
     .kind = OptionKind::flag,
     .hidden = true},
};

}  // namespace

const Command agents_list{
    .name = "agents list",
    .summary = "List the agents with their folders and models",
    .options = options,
    .example = "openclaw agents list --json",
    .run = run,
};

}  // namespace openclaw::cli
