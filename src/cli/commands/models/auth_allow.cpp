#include <algorithm>

#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/gateway/tell_gateway.h"

namespace openclaw::cli {

namespace {

using Allowed = std::optional<std::vector<std::string>>;

// Of --agents a,b, once each, in the order given.
Result<Allowed> typed_agents(const config::Config& config, const Arguments& arguments) {
    if (arguments.has("--all") && arguments.has("--agents"))
        return fail(Code::invalid_input, "choose either --agents or --all, not both");
    if (arguments.has("--all")) return Allowed();
    std::vector<std::string> ids;
    for (const auto& list : arguments.all("--agents"))
        for (const auto word : split(list, ',')) {
            if (trimmed(word).empty()) continue;
            const auto agent = agent_named(config, std::string(trimmed(word)));
            if (!agent) return std::unexpected(agent.error());
            if (std::ranges::find(ids, (*agent)->id) == ids.end()) ids.push_back((*agent)->id);
        }
    if (ids.empty())
        return hinted(fail(Code::invalid_input, "--agents names nobody"),
                      "name the agents that may use it, or give --all; to use it nowhere, remove it");
    return Allowed(std::move(ids));
}

void print(Context& context, const AgentCredentials& credentials, const auth::Profile& profile,
           const platform::Path& file, const Allowed& allowed, bool as_json) {
    if (as_json) {
        json::value list(nullptr);
        if (allowed) list = json::array(allowed->begin(), allowed->end());
        context.out.json(json::object{{"profileId", profile.id.text},
                                      {"provider", auth::normalised_provider(profile.provider)},
                                      {"agentId", credentials.agent->id},
                                      {"authStorePath", file.string()},
                                      {"allowAgents", std::move(list)}});
        return;
    }
    context.out.line(fmt::format("{} may be used by {}", printable(profile.id.text),
                                 !allowed           ? "every agent that has or inherits it"
                                 : allowed->empty() ? "no agent"
                                                    : printable(joined(*allowed, ", "))));
}

// Who keeps it may well be left out, but hardly by mistake without a word.
void note_owner(Context& context, const AgentCredentials& credentials, const auth::Profile& profile,
                const Allowed& allowed) {
    const std::string owner = profile.inherited ? "main" : credentials.agent->id;
    if (allowed && std::ranges::find(*allowed, owner) == allowed->end())
        context.out.note(fmt::format("note: {}, in whose store it is, doesn't use it any more", owner));
}

Exit run(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auth::ProfileId id{std::string(trimmed(arguments.positional().front()))};
    const auto* profile = credentials.profiles->find(id);
    if (!profile) return report(context, unknown_profile(credentials, id.text, context).error());
    const auto file = credentials.store.file_of(id);
    if (!file) return report(context, file.error());
    const bool changes = arguments.has("--agents") || arguments.has("--all");
    if (!changes) {
        print(context, credentials, *profile, *file, profile->allowed_agents, arguments.has("--json"));
        return Exit::ok;
    }
    const auto allowed = typed_agents(*credentials.config, arguments);
    if (!allowed) return report(context, allowed.error());
    const auto set = credentials.store.set_allowed_agents(id, *allowed);
    if (!set) return report(context, set.error());
    if (!*set) return report(context, unknown_profile(credentials, id.text, context).error());
    print(context, credentials, *profile, *file, *allowed, arguments.has("--json"));
    note_owner(context, credentials, *profile, *allowed);
    tell_gateway_and_note(context, {*file});
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--agents",
     .value_name = "IDS",
     .help = "Only these agents, separated by commas",
     .kind = OptionKind::repeated,
     .completes = "agent"},
    {.name = "--all", .help = "Every agent that has or inherits it", .kind = OptionKind::flag},
    agent_option,
    json_option,
};

}  // namespace

const Command models_auth_allow{
    .name = "models auth allow",
    .summary = "Choose which agents may use a stored credential",
    .arguments = "PROFILE",
    .options = options,
    .example = "openclaw models auth allow anthropic:work --agents work,lab",
    .run = run,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "profile",
    .details =
        "Agents inherit the main agent's credentials. A credential that names its agents is used for these\n"
        "alone, the one in whose store it is included only when it is named. Without --agents and --all the\n"
        "command shows who may use it.",
};

}  // namespace openclaw::cli
