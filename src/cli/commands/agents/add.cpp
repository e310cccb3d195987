#include "auth/choice/remedy.h"
#include "auth/enrol/agent_folders.h"
#include "auth/models/model_ref.h"
#include "auth/store/profile_store.h"
#include "base/text.h"
#include "cli/commands/agents/typed_folder.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/model_settings.h"
#include "cli/gateway/tell_gateway.h"
#include "config/agent_entries.h"
#include "config/agents.h"

namespace openclaw::cli {

namespace {

// What is planned: its entry, and the agent that it makes.
struct Plan {
    config::NewAgent entry;
    config::AgentEntry agent;
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

Result<std::optional<std::string>> model_of(Context& context, const Arguments& arguments,
                                            const config::Config& config) {
    const auto text = arguments.text("--model");
    if (!text || trimmed(*text).empty()) return std::nullopt;
    const auto model = typed_model(context, config, std::string(trimmed(*text)));
    if (!model) return std::unexpected(model.error());
    return model->key();
}

Result<config::NewAgent> entry_of(Context& context, const Arguments& arguments,
                                  const config::Config& config) {
    auto name = name_of(context, arguments);
    if (!name) return std::unexpected(name.error());
    auto id = config::new_agent_id(*name, config);
    if (!id) return std::unexpected(id.error());
    if (*id != *name) context.out.note(fmt::format("Normalized agent id to \"{}\".", *id));
    auto model = model_of(context, arguments, config);
    if (!model) return std::unexpected(model.error());
    auto workspace = workspace_of(context, arguments, *id);
    if (!workspace) return std::unexpected(workspace.error());
    config::NewAgent entry{.id = std::move(*id),
                           .name = std::move(*name),
                           .workspace = std::move(*workspace),
                           .agent_folder = {},
                           .model = std::move(*model)};
    if (const auto folder = arguments.text("--agent-dir"); folder && !trimmed(*folder).empty())
        entry.agent_folder = typed_folder(context, *folder);
    return entry;
}

Result<Plan> plan(Context& context, const Arguments& arguments, const config::Config& config) {
    if (auto bindings = check_bindings(arguments); !bindings) return std::unexpected(bindings.error());
    auto entry = entry_of(context, arguments, config);
    if (!entry) return std::unexpected(std::move(entry).error());
    config::AgentEntry agent;
    agent.id = entry->id;
    agent.name = entry->name;
    agent.workspace = entry->workspace;
    agent.agent_folder =
        config::store_folder(context.files, context.paths.state,
                             entry->agent_folder.value_or(context.paths.agent_folder(entry->id)));
    agent.sessions_folder = context.paths.sessions_folder(entry->id);
    agent.model = entry->model;
    return Plan{std::move(*entry), std::move(agent)};
}

void print(Context& context, const config::AgentEntry& agent, bool as_json) {
    if (as_json) {
        json::object object{{"agentId", agent.id},
                            {"name", agent.name},
                            {"workspace", agent.workspace.string()},
                            {"agentDir", config::agent_folder_of(agent.agent_folder).string()}};
        if (agent.model) object["model"] = *agent.model;
        object["bindings"] =
            json::object{{"added", json::array{}}, {"skipped", json::array{}}, {"conflicts", json::array{}}};
        context.out.json(object);
        return;
    }
    const auto& paths = context.paths;
    context.out.line("Updated " + paths.shortened(paths.config_file));
    context.out.line("Agent: " + agent.id);
    context.out.line("Workspace: " + paths.shortened(agent.workspace));
    context.out.line("Agent dir: " + paths.shortened(config::agent_folder_of(agent.agent_folder)));
    if (agent.model) context.out.line("Model: " + *agent.model);
}

// What it can use from the first moment on: its own store, should the folder hold one already, and the main
// agent's.
void note_credentials(Context& context, const config::Config& config, const config::AgentEntry& agent) {
    const auto store = agent.agent_folder / auth::store_file_name;
    if (platform::exists(context.files, store))
        context.out.note(fmt::format("note: {} is there already; the agent uses its credentials",
                                     context.paths.shortened(store)));
    const auto model = auth::model_plan(config, &agent).primary;
    context.out.note(fmt::format("it uses the main agent's credentials too; its own: `{} --agent {}`",
                                 auth::command_that_stores(model.provider), agent.id));
}

Exit run(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto planned = plan(context, arguments, **config);
    if (!planned) return report(context, planned.error());
    const auto& [entry, agent] = *planned;
    if (auto made = auth::make_agent_folders(context.files, agent, context.paths); !made)
        return report(context, made.error());
    const auto written = context.config_writer().update(
        [&](json::object& document) { return config::add_agent(document, planned->entry); });
    if (!written) return report(context, written.error());
    print(context, agent, arguments.has("--json"));
    note_credentials(context, **config, agent);
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
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
