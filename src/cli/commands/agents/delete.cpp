#include "auth/enrol/agent_folders.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/gateway/tell_gateway.h"
#include "config/agent_entries.h"
#include "config/agents.h"

namespace openclaw::cli {

namespace {

Result<bool> confirmed(Context& context, const Arguments& arguments, const std::string& id) {
    if (arguments.has("--force")) return true;
    if (!context.terminal.input_is_terminal())
        return hinted(fail(Code::invalid_input, "Non-interactive session. Re-run with --force."),
                      fmt::format("`openclaw agents delete {} --force`", id));
    const auto answer = context.terminal.ask_line(fmt::format(
        "Delete agent \"{}\"? Its credentials and conversations move to the trash folder. [y/N] ", id));
    if (!answer) return std::unexpected(answer.error());
    const auto word = lowered(*answer);
    return word == "y" || word == "yes";
}

void print(Context& context, const config::AgentEntry& agent, const config::Pruned& pruned,
           const std::optional<platform::Path>& aside, bool as_json) {
    const auto& paths = context.paths;
    if (as_json)
        return context.out.json(
            json::object{{"agentId", agent.id},
                         {"workspace", agent.workspace.string()},
                         {"agentDir", config::agent_folder_of(agent.agent_folder).string()},
                         {"sessionsDir", agent.sessions_folder.string()},
                         {"removedBindings", pruned.bindings},
                         {"removedAllow", pruned.allowances},
                         {"movedTo", aside ? json::value(aside->string()) : json::value(nullptr)}});
    context.out.line("Updated " + paths.shortened(paths.config_file));
    context.out.line("Deleted agent: " + agent.id);
    if (aside) context.out.line("Its folder, credentials included, is now " + paths.shortened(*aside));
}

// What stays is said: nothing of it is ours to move.
void note_rest(Context& context, const config::AgentEntry& agent) {
    const auto stays = [&](const platform::Path& folder, std::string_view what) {
        if (platform::exists(context.files, folder))
            context.out.note(fmt::format("note: {} stays: {}", what, context.paths.shortened(folder)));
    };
    stays(agent.workspace, "its workspace");
    stays(config::agent_folder_of(agent.agent_folder), "its own agentDir, credentials included,");
}

Exit run(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto agent =
        config::deletable_agent(**config, std::string(trimmed(arguments.positional().front())));
    if (!agent) return report(context, agent.error());
    const auto& id = (*agent)->id;
    const auto sure = confirmed(context, arguments, id);
    if (!sure) return report(context, sure.error());
    if (!*sure) return report(context, {Code::cancelled, "nothing was deleted", {}});
    config::Pruned pruned;
    const auto written = context.config_writer().update([&](json::object& document) -> Result<void> {
        pruned = config::remove_agent(document, id);
        return {};
    });
    if (!written) return report(context, written.error());
    tell_gateway(context, written->changed);  // before its folder goes away
    const auto aside = auth::move_to_trash(context.files, **agent, context.paths, context.clock.now());
    if (!aside) return report(context, aside.error());
    print(context, **agent, pruned, *aside, arguments.has("--json"));
    note_rest(context, **agent);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--force", .help = "Don't ask", .kind = OptionKind::flag},
    json_option,
};

}  // namespace

const Command agents_delete{
    .name = "agents delete",
    .summary = "Take an agent out of the config and move its folder to the trash folder",
    .arguments = "ID",
    .options = options,
    .example = "openclaw agents delete work --force",
    .run = run,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "agent",
    .details =
        "Nothing is destroyed: the folder with its credentials and conversations moves to trash/agents in "
        "the "
        "state directory, and the command says where. The workspace stays where it is.",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
