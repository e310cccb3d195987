#include <unistd.h>

#include <algorithm>

#include "auth/profiles/program_login.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/engine.h"
#include "cli/gateway/tell_gateway.h"
#include "credentials/renewer.h"

namespace openclaw::cli {

namespace {

constexpr Milliseconds wait_max = std::chrono::minutes(3);

struct Outcome {
    auth::ProfileId profile;
    Result<credentials::Renewed> renewed;
};

// The one that is named, or every login that is renewed here.
Result<std::vector<auth::ProfileId>> chosen(const AgentCredentials& credentials, const Arguments& arguments) {
    std::vector<auth::ProfileId> ids;
    if (!arguments.positional().empty()) {
        const auth::ProfileId id{std::string(trimmed(arguments.positional().front()))};
        const auto profile = auth::stored_profile(credentials, id);
        if (!profile) return std::unexpected(profile.error());
        if (!std::holds_alternative<auth::OAuth>((*profile)->credential))
            return hinted(fail(Code::invalid_input, "{} is no login: it isn't renewed", printable(id.text)),
                          "to store another one in its place: `openclaw models auth add`");
        return std::vector{id};
    }
    for (const auto& profile : credentials.profiles->profiles)
        if (std::holds_alternative<auth::OAuth>(profile.credential) && auth::refresh_owner(profile).ours)
            ids.push_back(profile.id);
    return ids;
}

json::object outcome_json(const Outcome& outcome) {
    json::object object{{"profileId", outcome.profile.text}};
    if (!outcome.renewed) {
        object["status"] = "failed";
        object["error"] = outcome.renewed.error().message;
        if (!outcome.renewed.error().hint.empty()) object["hint"] = outcome.renewed.error().hint;
        return object;
    }
    object["status"] = outcome.renewed->changed ? "renewed" : "unchanged";
    object["expiresAt"] =
        outcome.renewed->expires ? json::value(to_ms(*outcome.renewed->expires)) : json::value();
    return object;
}

std::string sentence(const Context& context, const Outcome& outcome) {
    const auto name = printable(outcome.profile.text);
    const auto& renewed = *outcome.renewed;
    if (!renewed.expires)
        return fmt::format("{} {}", name,
                           renewed.changed ? "was renewed; nobody says until when" : "is as it was");
    return fmt::format("{} {}, good for {}", name, renewed.changed ? "was renewed" : "is as it was",
                       format_remaining(*renewed.expires - context.clock.now()));
}

std::vector<Outcome> renew(Context& context, AgentCredentials& credentials,
                           const std::vector<auth::ProfileId>& ids) {
    WarningLog log;
    const auto engine = build_engine(context, *credentials.config);
    credentials::Renewer renewer({.loop = engine->loop,
                                  .files = context.files,
                                  .clock = context.clock,
                                  .log = log,
                                  .http = *engine->http,
                                  .holder = fmt::format("openclaw models auth refresh (pid {})", ::getpid()),
                                  .fingerprint_key = context.fingerprint_key,
                                  .random = context.random,
                                  .on_secrets = {}});
    const auto keys =
        std::make_shared<auth::sealed::KeyRing>(context.files, auth::sealed::places_of(*credentials.config));
    std::vector<Outcome> outcomes;
    for (const auto& id : ids)
        outcomes.push_back({id, engine->loop.run_until(
                                    renewer.renew({credentials.agent->id, id}, {auth::oauth::Wish::by_person},
                                                  credentials.config, keys, wait_max, {}))});
    for (const auto& warning : log.take()) context.out.note("note: " + warning);
    return outcomes;
}

Exit run(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auto ids = chosen(credentials, arguments);
    if (!ids) return report(context, ids.error());
    const auto outcomes = renew(context, credentials, *ids);
    json::array rows;
    Exit exit = Exit::ok;
    for (const auto& outcome : outcomes) {
        if (arguments.has("--json"))
            rows.push_back(outcome_json(outcome));
        else if (outcome.renewed)
            context.out.line(sentence(context, outcome));
        if (!outcome.renewed) exit = report(context, outcome.renewed.error());
    }
    if (arguments.has("--json"))
        context.out.json(json::object{{"agentId", credentials.agent->id}, {"logins", std::move(rows)}});
    else if (outcomes.empty())
        context.out.line("No login is stored that is renewed here.");
    const auto is_new = [](const Outcome& outcome) { return outcome.renewed && outcome.renewed->changed; };
    if (std::ranges::any_of(outcomes, is_new)) tell_gateway_and_note(context, {credentials.store.file()});
    return exit;
}

constexpr Option options[] = {agent_option, json_option};

}  // namespace

const Command models_auth_refresh{
    .name = "models auth refresh",
    .summary = "Renew a login now, or all of them",
    .arguments = "[PROFILE]",
    .options = options,
    .example = "openclaw models auth refresh chutes:me@example.com",
    .run = run,
    .arguments_min = 0,
    .arguments_max = 1,
    .completes = "profile",
    .details =
        "Logins are renewed when a request needs them; this does it at once. A refresh token is good for one "
        "use "
        "and is never sent twice: one whose answer was lost, or that its issuer has called dead, takes a new "
        "login. Logins of other programs are renewed by these.",
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
