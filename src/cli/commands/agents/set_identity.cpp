#include <algorithm>

#include "base/text.h"
#include "cli/commands/agents/typed_folder.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/gateway/tell_gateway.h"
#include "config/agent_entries.h"
#include "config/agents.h"
#include "config/identity_file.h"

namespace openclaw::cli {

namespace {

using config::Identity;

// Whose identity it is, and where that agent's IDENTITY.md is.
struct Target {
    const config::AgentEntry* agent = nullptr;
    std::optional<platform::Path> workspace;      // when the agent was found by it
    std::optional<platform::Path> identity_file;  // --identity-file
    platform::Path file() const {
        return identity_file ? *identity_file
                             : workspace.value_or(agent->workspace) / config::identity_file_name;
    }
};

std::optional<std::string> filled(const Arguments& arguments, std::string_view option) {
    const auto text = arguments.text(option);
    if (!text || trimmed(*text).empty()) return std::nullopt;
    return std::string(trimmed(*text));
}

bool same_folder(const platform::Path& left, const platform::Path& right) {
    std::error_code ignored;
    return std::filesystem::weakly_canonical(left, ignored) ==
           std::filesystem::weakly_canonical(right, ignored);
}

Result<const config::AgentEntry*> agent_at(const Context& context, const config::Config& config,
                                           const platform::Path& workspace) {
    const config::AgentEntry* found = nullptr;
    for (const auto& agent : config.agents()) {
        if (!same_folder(agent.workspace, workspace)) continue;
        if (found)
            return fail(Code::invalid_input,
                        "Multiple agents match {}: {}, {}. Pass --agent to target a specific agent.",
                        context.paths.shortened(workspace), found->id, agent.id);
        found = &agent;
    }
    if (!found)
        return hinted(fail(Code::invalid_input,
                           "No agent workspace matches {}. Pass --agent to target a specific agent.",
                           context.paths.shortened(workspace)),
                      "`openclaw agents list` shows the workspaces");
    return found;
}

Result<Target> find_target(const Context& context, const Arguments& arguments, const config::Config& config) {
    Target target;
    if (const auto file = filled(arguments, "--identity-file"))
        target.identity_file = typed_folder(context, *file);
    if (const auto folder = filled(arguments, "--workspace"))
        target.workspace = typed_folder(context, *folder);
    if (!target.workspace && target.identity_file) target.workspace = target.identity_file->parent_path();
    Result<const config::AgentEntry*> agent = nullptr;
    if (const auto id = filled(arguments, "--agent")) {
        agent = config::agent_named(config, *id);
    } else {
        if (!target.workspace) target.workspace = typed_folder(context, ".");
        agent = agent_at(context, config, target.workspace->lexically_normal());
    }
    if (!agent) return std::unexpected(agent.error());
    target.agent = *agent;
    return target;
}

Identity typed_identity(const Arguments& arguments) {
    return {.name = filled(arguments, "--name").value_or(""),
            .theme = filled(arguments, "--theme").value_or(""),
            .emoji = filled(arguments, "--emoji").value_or(""),
            .avatar = filled(arguments, "--avatar").value_or("")};
}

// What is typed, and, where the file is asked for or nothing is typed, what the file says for the rest.
Result<Identity> wanted_identity(Context& context, const Arguments& arguments, const Target& target) {
    auto identity = typed_identity(arguments);
    const bool from_file =
        arguments.has("--from-identity") || target.identity_file.has_value() || identity.empty();
    if (!from_file) return identity;
    auto file = config::read_identity(context.files, target.file());
    if (!file) return std::unexpected(std::move(file).error());
    if (file->empty())
        return hinted(fail(Code::invalid_input, "No identity data found in {}.",
                           context.paths.shortened(target.file())),
                      "give --name, --theme, --emoji or --avatar, or write lines like \"Name: Clawd\" there");
    for (const auto member : {&Identity::name, &Identity::theme, &Identity::emoji, &Identity::avatar})
        if ((identity.*member).empty()) identity.*member = std::move((*file).*member);
    return identity;
}

void print(Context& context, const Target& target, const json::object& identity, bool as_json) {
    const auto path_or_null = [](const std::optional<platform::Path>& path) {
        return path ? json::value(path->string()) : json::value(nullptr);
    };
    if (as_json)
        return context.out.json(json::object{{"agentId", target.agent->id},
                                             {"identity", identity},
                                             {"workspace", path_or_null(target.workspace)},
                                             {"identityFile", path_or_null(target.identity_file)}});
    context.out.line("Updated " + context.paths.shortened(context.paths.config_file));
    context.out.line("Agent: " + target.agent->id);
    for (const auto& [name, label] : {std::pair("name", "Name"), std::pair("theme", "Theme"),
                                      std::pair("emoji", "Emoji"), std::pair("avatar", "Avatar")})
        if (const auto text = string_at(identity, name))
            context.out.line(fmt::format("{}: {}", label, printable(*text)));
    if (target.workspace) context.out.line("Workspace: " + context.paths.shortened(*target.workspace));
}

Exit run(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto target = find_target(context, arguments, **config);
    if (!target) return report(context, target.error());
    const auto identity = wanted_identity(context, arguments, *target);
    if (!identity) return report(context, identity.error());
    json::object after;
    const auto written = context.config_writer().update([&](json::object& document) -> Result<void> {
        auto put = config::put_identity(document, target->agent->id, *identity);
        if (!put) return std::unexpected(std::move(put).error());
        after = std::move(*put);
        return {};
    });
    if (!written) return report(context, written.error());
    print(context, *target, after, arguments.has("--json"));
    tell_gateway_and_note(context, written->changed);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--agent", .value_name = "ID", .help = "Whose identity it is", .completes = "agent"},
    {.name = "--workspace",
     .value_name = "DIR",
     .help = "The agent that works there (default: in the current folder)",
     .completes = "file"},
    {.name = "--identity-file", .value_name = "FILE", .help = "Read this IDENTITY.md", .completes = "file"},
    {.name = "--from-identity",
     .help = "Read IDENTITY.md of the workspace, also for what no flag gives",
     .kind = OptionKind::flag},
    {.name = "--name", .value_name = "TEXT", .help = "What it calls itself"},
    {.name = "--theme", .value_name = "TEXT", .help = "Its character"},
    {.name = "--emoji", .value_name = "EMOJI", .help = "Its sign"},
    {.name = "--avatar",
     .value_name = "PLACE",
     .help = "Its picture: a path in the workspace, or an http(s) or data URL"},
    json_option,
};

}  // namespace

const Command agents_set_identity{
    .name = "agents set-identity",
    .summary = "Set an agent's name, theme, emoji and picture",
    .options = options,
    .example = "openclaw agents set-identity --agent main --name Clawd --emoji 🦞",
    .run = run,
};

}  // namespace openclaw::cli
