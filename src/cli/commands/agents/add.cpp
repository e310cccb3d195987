#include <algorithm>

#include "auth/store/profile_store.h"
#include "base/text.h"
#include "cli/commands/agents/agent_entries.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/model_settings.h"
#include "cli/gateway/tell_gateway.h"

namespace openclaw::cli {

namespace {

struct NewAgent {
    std::string id, name;
    platform::Path workspace, agent_folder, sessions_folder;
    bool own_agent_folder = false;  // by --agent-dir
    std::optional<auth::ModelRef> model;
};

bool may_ask(const Context& context, const Arguments& arguments) {
    return !arguments.has("--non-interactive") && !arguments.has("--json") &&
           context.terminal.input_is_terminal() && context.terminal.output_is_terminal();
}

std::unexpected<Error> missing(std::string_view what) {
    return hinted(fail(Code::invalid_input,
                       "Non-interactive mode requires {}. Re-run without flags to use the "
                       "wizard.",
                       what),
                  "for example `openclaw agents add work --workspace ~/work`");
}

Result<std::string> name_of(Context& context, const Arguments& arguments) {
    if (!arguments.positional().empty()) return std::string(trimmed(arguments.positional().front()));
    if (!may_ask(context, arguments)) return missing("a name");
    return context.terminal.ask_line("Agent name: ");
}

Result<platform::Path> workspace_of(Context& context, const Arguments& arguments, const std::string& id) {
    if (const auto typed = arguments.text("--workspace"); typed && !trimmed(*typed).empty())
        return typed_folder(context, *typed);
    if (!may_ask(context, arguments)) return missing("--workspace");
    const auto usual = context.paths.state / ("workspace-" + id);
    const auto answer =
        context.terminal.ask_line(fmt::format("Workspace directory [{}]: ", context.paths.shortened(usual)));
    if (!answer) return std::unexpected(answer.error());
    return answer->empty() ? usual : typed_folder(context, *answer);
}

Result<void> check_bindings(const Arguments& arguments) {
    for (const auto& binding : arguments.all("--bind"))
        return hinted(fail(Code::invalid_input, "Unknown channel \"{}\".",
                           printable(binding.substr(0, binding.find(':')))),
                      "this program has no chat channels to bind; leave --bind out");
    return {};
}

Result<std::string> id_for(Context& context, const config::Config& config, const std::string& name) {
    if (name.empty())
        return hinted(fail(Code::invalid_input, "an agent needs a name"),
                      "for example `openclaw agents add work --workspace ~/work`");
    auto id = config::normalised_agent_id(name);
    if (id == "main")
        return hinted(fail(Code::invalid_input, "\"main\" is reserved. Choose another name."),
                      "the main agent is always there: `openclaw agents list`");
    if (id != name) context.out.note(fmt::format("Normalized agent id to \"{}\".", id));
    if (config.find_agent(id))
        return hinted(fail(Code::invalid_input, "Agent \"{}\" already exists.", id),
                      "`openclaw agents list` shows it; choose another name");
    return id;
}

Result<NewAgent> plan(Context& context, const Arguments& arguments, const config::Config& config) {
    if (auto bindings = check_bindings(arguments); !bindings) return std::unexpected(bindings.error());
    NewAgent agent;
    auto name = name_of(context, arguments);
    if (!name) return std::unexpected(name.error());
    agent.name = std::move(*name);
    auto id = id_for(context, config, agent.name);
    if (!id) return std::unexpected(id.error());
    agent.id = std::move(*id);
    if (const auto text = arguments.text("--model"); text && !trimmed(*text).empty()) {
        auto model = typed_model(context, config, std::string(trimmed(*text)));
        if (!model) return std::unexpected(model.error());
        agent.model = std::move(*model);
    }
    auto workspace = workspace_of(context, arguments, agent.id);
    if (!workspace) return std::unexpected(workspace.error());
    agent.workspace = std::move(*workspace);
    const auto folder = arguments.text("--agent-dir");
    agent.own_agent_folder = folder && !trimmed(*folder).empty();
    agent.agent_folder =
        agent.own_agent_folder ? typed_folder(context, *folder) : context.paths.agent_folder(agent.id);
    agent.sessions_folder = context.paths.sessions_folder(agent.id);
    return agent;
}

Result<void> make_folders(Context& context, const NewAgent& agent) {
    for (const auto& folder : {agent.workspace, agent.agent_folder, agent.sessions_folder})
        if (auto made = platform::make_folders(context.files, folder, 0700); !made)
            return failed(made.error(), "making {}", context.paths.shortened(folder));
    return {};
}

Result<void> add_entry(json::object& document, const NewAgent& agent) {
    auto list = agent_list(document);
    if (!list) return std::unexpected(std::move(list).error());
    if (find_entry(**list, agent.id))
        return fail(Code::invalid_input, "Agent \"{}\" already exists.", agent.id);
    json::object entry{{"id", agent.id}, {"name", agent.name}};
    entry["workspace"] = agent.workspace.string();
    if (agent.own_agent_folder) entry["agentDir"] = agent.agent_folder.string();
    if (agent.model) entry["model"] = agent.model->key();
    (*list)->push_back(std::move(entry));
    return {};
}

void print(Context& context, const NewAgent& agent, bool as_json) {
    if (as_json) {
        json::object object{{"agentId", agent.id},
                            {"name", agent.name},
                            {"workspace", agent.workspace.string()},
                            {"agentDir", agent.agent_folder.string()}};
        if (agent.model) object["model"] = agent.model->key();
        object["bindings"] =
            json::object{{"added", json::array{}}, {"skipped", json::array{}}, {"conflicts", json::array{}}};
        context.out.json(object);
        return;
    }
    const auto& paths = context.paths;
    context.out.line("Updated " + paths.shortened(paths.config_file));
    context.out.line("Agent: " + agent.id);
    context.out.line("Workspace: " + paths.shortened(agent.workspace));
    context.out.line("Agent dir: " + paths.shortened(agent.agent_folder));
    if (agent.model) context.out.line("Model: " + agent.model->key());
}

// What it can use from the first moment on: its own store, should the folder hold one already, and the main
// agent's.
void note_credentials(Context& context, const NewAgent& agent) {
    const auto store = agent.agent_folder / auth::store_file_name;
    if (platform::exists(context.files, store))
        context.out.note(fmt::format("note: {} is there already; the agent uses its credentials",
                                     context.paths.shortened(store)));
    context.out.note(fmt::format(
        "it uses the main agent's credentials too; its own: `openclaw models auth paste-api-key --provider "
        "anthropic --agent {}`",
        agent.id));
}

Exit run(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto agent = plan(context, arguments, **config);
    if (!agent) return report(context, agent.error());
    if (auto made = make_folders(context, *agent); !made) return report(context, made.error());
    const auto written =
        context.config_writer().update([&](json::object& document) { return add_entry(document, *agent); });
    if (!written) return report(context, written.error());
    print(context, *agent, arguments.has("--json"));
    note_credentials(context, *agent);
    tell_gateway_and_note(context, written->changed);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--workspace", .value_name = "DIR", .help = "The agent's folder for files", .completes = "file"},
    {.name = "--model",
     .value_name = "MODEL",
     .help = "Its model (default: that of agents.defaults)",
     .completes = "model"},
    {.name = "--agent-dir",
     .value_name = "DIR",
     .help = "Where its credentials are kept (default: in the state directory)",
     .completes = "file"},
    {.name = "--bind",
     .value_name = "CHANNEL[:ACCOUNT]",
     .help = "Accepted for compatibility; there are no chat channels to bind",
     .kind = OptionKind::repeated,
     .hidden = true},
    {.name = "--non-interactive", .help = "Never ask; needs --workspace", .kind = OptionKind::flag},
    json_option,
};

}  // namespace

const Command agents_add{
    .name = "agents add",
    .summary = "Add an agent with a workspace and credentials of its own",
    .arguments = "[NAME]",
    .options = options,
    .example = "openclaw agents add work --workspace ~/work --model openai/gpt-5.2",
    .run = run,
    .arguments_max = 1,
    .details =
        "At a terminal it asks for what is missing. The name becomes an id of small letters, digits, - and "
        "_.",
};

}  // namespace openclaw::cli
