#include "auth/models/model_ref.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "config/agent_entries.h"
#include "config/agents.h"
#include "config/identity_file.h"

namespace openclaw::cli {

namespace {

constexpr std::string_view routing = "default (no explicit rules)";

json::object agent_json(Context& context, const config::Config& config, const config::AgentEntry& agent) {
    const auto shown = config::shown_identity(context.files, agent);
    const auto bindings = config::count_bindings(config, agent.id);
    json::object object{{"id", agent.id}};
    if (!agent.name.empty()) object["name"] = agent.name;
    if (!shown.identity.name.empty()) object["identityName"] = shown.identity.name;
    if (!shown.identity.emoji.empty()) object["identityEmoji"] = shown.identity.emoji;
    if (!shown.source.empty()) object["identitySource"] = shown.source;
    object["workspace"] = agent.workspace.string();
    object["agentDir"] = config::agent_folder_of(agent.agent_folder).string();
    object["model"] = auth::model_plan(config, &agent).primary.key();
    object["bindings"] = bindings;
    object["isDefault"] = agent.is_default;
    if (agent.is_default && bindings == 0) object["routes"] = json::array{routing};
    return object;
}

void print_agent(Context& context, const config::Config& config, const config::AgentEntry& agent) {
    const auto shown = config::shown_identity(context.files, agent);
    const auto& identity = shown.identity;
    const auto bindings = config::count_bindings(config, agent.id);
    const auto name = agent.name.empty() ? agent.id : fmt::format("{} ({})", agent.id, printable(agent.name));
    Output& out = context.out;
    out.line(fmt::format("- {}{}", name, agent.is_default ? " (default)" : ""));
    if (!shown.source.empty())
        out.line(fmt::format("  Identity: {}{}{} ({})", printable(identity.emoji),
                             identity.emoji.empty() || identity.name.empty() ? "" : " ",
                             printable(identity.name),
                             shown.source == "config" ? "config" : config::identity_file_name));
    out.line("  Workspace: " + context.paths.shortened(agent.workspace));
    out.line("  Agent dir: " + context.paths.shortened(config::agent_folder_of(agent.agent_folder)));
    out.line("  Model: " + auth::model_plan(config, &agent).primary.key());
    out.line(fmt::format("  Routing rules: {}", bindings));
    if (agent.is_default && bindings == 0) out.line(fmt::format("  Routing: {}", routing));
}

Exit run(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    if (arguments.has("--json")) {
        json::array agents;
        for (const auto& agent : (*config)->agents()) agents.push_back(agent_json(context, **config, agent));
        context.out.json(agents);
        return Exit::ok;
    }
    context.out.line("Agents:");
    for (const auto& agent : (*config)->agents()) print_agent(context, **config, agent);
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

const Command agents{
    .name = "agents",
    .summary = "The same as agents list",
    .options = options,
    .example = "openclaw agents",
    .run = run,
    .group = heading::settings,
};

const Command agents_list{
    .name = "agents list",
    .summary = "List the agents with their folders and models",
    .options = options,
    .example = "openclaw agents list --json",
    .run = run,
};

}  // namespace openclaw::cli
