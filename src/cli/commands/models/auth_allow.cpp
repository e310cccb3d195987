#include "auth/enrol/allowance.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/gateway/tell_gateway.h"

namespace openclaw::cli {

namespace {

// Of --agents a,b, or of --all.
Result<auth::AllowedAgents> typed_agents(const config::Config& config, const Arguments& arguments) {
    if (arguments.has("--all") && arguments.has("--agents"))
        return fail(Code::invalid_input, "choose either --agents or --all, not both");
    if (arguments.has("--all")) return auth::AllowedAgents();
    return auth::agents_named(config, arguments.all("--agents"));
}

void print(Context& context, const AgentCredentials& credentials, const auth::Allowance& allowance,
           bool as_json) {
    const auto& [profile, file, agents, owner_left_out] = allowance;
    if (as_json) {
        json::value list(nullptr);
        if (agents) list = json::array(agents->begin(), agents->end());
        context.out.json(json::object{{"profileId", profile.id.text},
                                      {"provider", auth::ProviderId(profile.provider)},
                                      {"agentId", credentials.agent->id},
                                      {"authStorePath", file.string()},
                                      {"allowAgents", std::move(list)}});
    } else {
        context.out.line(fmt::format("{} may be used by {}", printable(profile.id.text),
                                     !agents           ? "every agent that has or inherits it"
                                     : agents->empty() ? "no agent"
                                                       : printable(joined(*agents, ", "))));
    }
    if (owner_left_out)
        context.out.note(
            fmt::format("note: {}, in whose store it is, doesn't use it any more", *owner_left_out));
}

Exit run(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auth::ProfileId id{std::string(trimmed(arguments.positional().front()))};
    auto allowance = auth::allowance_of(credentials, id);
    if (!allowance) return report(context, allowance.error());
    const bool changes = arguments.has("--agents") || arguments.has("--all");
    if (changes) {
        auto agents = typed_agents(*credentials.config, arguments);
        if (!agents) return report(context, agents.error());
        allowance = auth::allow_agents(credentials, id, std::move(*agents));
        if (!allowance) return report(context, allowance.error());
    }
    print(context, credentials, *allowance, arguments.has("--json"));
    if (changes) tell_gateway_and_note(context, {allowance->file});
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
        "Agents inherit the main agent's credentials. A credential that names its agents is used for these "
        "alone, the one in whose store it is included only when it is named. Without --agents and --all the "
        "command shows who may use it.",
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
