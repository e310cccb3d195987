#include <algorithm>

#include "base/text.h"
#include "cli/commands/agents/agent_entries.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/gateway/tell_gateway.h"

namespace openclaw::cli {

namespace {

struct Pruned {
    std::size_t bindings = 0, allowances = 0;
};

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

bool names_agent(const json::value& value, const std::string& id) {
    const auto* text = value.if_string();
    return text && config::normalised_agent_id(*text) == id;
}

// Takes out what `unwanted` says of a list, if there is one.
template <class Unwanted>
std::size_t prune(const json::value* list, Unwanted unwanted) {
    auto* elements = list ? const_cast<json::value*>(list)->if_array() : nullptr;
    if (!elements) return 0;
    json::array kept;
    for (auto& element : *elements)
        if (!unwanted(element)) kept.push_back(std::move(element));
    const auto removed = elements->size() - kept.size();
    *elements = std::move(kept);
    return removed;
}

// The agent itself, the routing rules that lead to it, and the agents' permissions to talk to it.
Result<void> take_out(json::object& document, const std::string& id, Pruned& pruned) {
    const auto is_entry = [&](const json::value& value) {
        const auto* entry = value.if_object();
        return entry && config::normalised_agent_id(string_at(*entry, "id").value_or("")) == id;
    };
    const auto is_rule = [&](const json::value& value) {
        const auto* rule = value.if_object();
        const auto* agent = rule ? value_at(*rule, "agentId") : nullptr;
        return agent && names_agent(*agent, id);
    };
    prune(config::find_value(document, {"agents", "list"}), is_entry);
    pruned.bindings = prune(config::find_value(document, {"bindings"}), is_rule);
    pruned.allowances = prune(config::find_value(document, {"tools", "agentToAgent", "allow"}),
                              [&](const json::value& value) { return names_agent(value, id); });
    return {};
}

// A place for the agent's folder that nothing stands in yet.
Result<platform::Path> trash_place(Context& context, const std::string& id) {
    const auto trash = context.paths.state / "trash" / "agents";
    if (auto made = platform::make_folders(context.files, trash, 0700); !made)
        return failed(made.error(), "making {}", context.paths.shortened(trash));
    const auto name = fmt::format("{}-{}", id, to_ms(context.clock.now()) / 1000);
    auto place = trash / name;
    for (int number = 2; platform::exists(context.files, place); ++number)
        place = trash / fmt::format("{}-{}", name, number);
    return place;
}

// Moved, not destroyed. Gives where the folder is now, or nothing when the agent had none.
Result<std::optional<platform::Path>> move_aside(Context& context, const platform::Path& folder,
                                                 const std::string& id) {
    if (!platform::exists(context.files, folder)) return std::nullopt;
    auto place = trash_place(context, id);
    if (!place) return std::unexpected(std::move(place).error());
    if (auto moved = context.files.rename(folder, *place); !moved)
        return hinted(failed(moved.error(), "moving {} to the trash folder", context.paths.shortened(folder)),
                      "the agent is out of the config; its folder stayed where it was");
    return std::optional(std::move(*place));
}

void print(Context& context, const config::AgentEntry& agent, const Pruned& pruned,
           const std::optional<platform::Path>& aside, bool as_json) {
    const auto& paths = context.paths;
    if (as_json)
        return context.out.json(
            json::object{{"agentId", agent.id},
                         {"workspace", agent.workspace.string()},
                         {"agentDir", agent.agent_folder.string()},
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
    stays(agent.agent_folder, "its own agentDir, credentials included,");
}

Result<const config::AgentEntry*> find_deletable(const config::Config& config, const std::string& typed) {
    const auto id = config::normalised_agent_id(typed);
    if (id == "main") return fail(Code::invalid_input, "\"main\" cannot be deleted.");
    const auto* agent = config.find_agent(id);
    if (!agent) return no_such_agent(config, typed);
    return agent;
}

Exit run(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto agent = find_deletable(**config, std::string(trimmed(arguments.positional().front())));
    if (!agent) return report(context, agent.error());
    const auto& id = (*agent)->id;
    const auto sure = confirmed(context, arguments, id);
    if (!sure) return report(context, sure.error());
    if (!*sure) return report(context, {Code::cancelled, "nothing was deleted", {}});
    Pruned pruned;
    const auto written = context.config_writer().update(
        [&](json::object& document) { return take_out(document, id, pruned); });
    if (!written) return report(context, written.error());
    tell_gateway(context, written->changed);  // before its folder goes away
    const auto aside = move_aside(context, (*agent)->sessions_folder.parent_path(), id);
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
        "the\n"
        "state directory, and the command says where. The workspace stays where it is.",
};

}  // namespace openclaw::cli
