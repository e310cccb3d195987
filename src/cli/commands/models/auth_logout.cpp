#include <algorithm>

#include "auth/choice/remedy.h"
#include "auth/enrol/credential_order.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/remove_credential.h"
#include "cli/commands/models/surroundings.h"
#include "cli/gateway/tell_gateway.h"

namespace openclaw::cli {

namespace {

// What the next request to a provider would use, asked of the one resolver with the store as it is now.
Result<auth::Resolution> resolve_now(Context& context, AgentCredentials& credentials,
                                     const auth::ProviderId& provider) {
    const auto profiles = credentials.store.load();
    if (!profiles) return std::unexpected(profiles.error());
    const auto config = context.config();
    if (!config) return std::unexpected(config.error());
    return auth::resolve({.provider = provider, .agent_id = credentials.agent->id, .model = {}, .pinned = {}},
                         **profiles, **config, context.clock.now(),
                         surroundings_of(context, **profiles, **config));
}

// ---- logout ----

Result<std::vector<auth::ProfileId>> chosen_profiles(const AgentCredentials& credentials,
                                                     const Arguments& arguments) {
    std::vector<auth::ProfileId> ids;
    for (const auto& typed : arguments.positional()) ids.push_back({std::string(trimmed(typed))});
    const auto named = arguments.text("--provider");
    if (named)
        for (auto& id : auth::own_profiles_of(*credentials.profiles, *named))
            if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
    if (!named && ids.empty())
        return hinted(fail(Code::invalid_input, "say what to log out of: a profile, or --provider"),
                      "`openclaw models auth list` shows what is stored");
    return ids;
}

Result<bool> confirmed(Context& context, const std::vector<auth::ProfileId>& ids, bool yes) {
    if (yes) return true;
    std::vector<std::string> names;
    for (const auto& id : ids) names.push_back(printable(id.text));
    if (!context.terminal.input_is_terminal()) {
        if (ids.size() == 1) return true;  // named by itself
        return hinted(fail(Code::denied, "this removes {} credentials: {}", ids.size(), joined(names, ", ")),
                      "add --yes to go on");
    }
    const auto answer = context.terminal.ask_line(fmt::format("Remove {}? [y/N] ", joined(names, ", ")));
    if (!answer) return std::unexpected(answer.error());
    const auto typed = lowered(trimmed(*answer));
    return typed == "y" || typed == "yes";
}

// Logged out means that nothing of it is used any more: what else would be is said. Gives its place, or null.
json::value tell_what_is_left(Context& context, AgentCredentials& credentials,
                              const auth::ProviderId& provider, bool as_json) {
    const auto left = resolve_now(context, credentials, provider);
    if (!left) {
        context.out.error(left.error());
        return nullptr;
    }
    const auto* chosen = left->chosen();
    const bool keyless = chosen && chosen->source == auth::Source::keyless;
    if (!as_json)
        context.out.line(
            keyless  ? fmt::format("The next request to {} goes without a key.", provider)
            : chosen ? fmt::format("The next request to {} uses {}.", provider, auth::place_of(*chosen))
                     : fmt::format("No usable credential for {} is left.", provider));
    return chosen ? json::value(auth::place_of(*chosen)) : json::value(nullptr);
}

Exit run_logout(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auto ids = chosen_profiles(credentials, arguments);
    if (!ids) return report(context, ids.error());
    const bool as_json = arguments.has("--json");
    if (ids->empty()) {
        note_unknown_provider(context, credentials, arguments.text("--provider").value_or(""));
        if (as_json)
            context.out.json(json::object{{"removed", json::array()}, {"next", json::object()}});
        else
            context.out.line("Nothing is stored for that provider.");
        return Exit::ok;
    }
    const auto providers = auth::providers_of(*credentials.profiles, *ids);
    const auto go_on = confirmed(context, *ids, arguments.has("--yes"));
    if (!go_on) return report(context, go_on.error());
    if (!*go_on) {
        context.out.note("Nothing was removed.");
        return Exit::cancelled;
    }
    const auto removed = remove_credentials(context, credentials, *ids, as_json);
    if (!removed) return report(context, removed.error());
    json::object next;
    for (const auto& provider : providers)
        next[provider] = tell_what_is_left(context, credentials, provider, as_json);
    if (as_json) context.out.json(json::object{{"removed", *removed}, {"next", std::move(next)}});
    return Exit::ok;
}

// ---- activate ----

Exit tell_activated(Context& context, const auth::Resolution& after, const auth::ProfileId& id,
                    const std::vector<auth::ProfileId>& order, bool as_json) {
    const auto found = std::ranges::find(after.candidates, id, &auth::Candidate::profile);
    const bool used = found != after.candidates.end() && found->verdict == auth::Verdict::chosen;
    const std::string reason = found == after.candidates.end() ? "it can't be read back" : found->reason;
    if (as_json) {
        json::array ids;
        for (const auto& entry : order) ids.emplace_back(entry.text);
        context.out.json(json::object{{"profileId", id.text},
                                      {"provider", after.provider},
                                      {"order", std::move(ids)},
                                      {"used", used},
                                      {"reason", reason}});
        return Exit::ok;
    }
    if (used) {
        context.out.line(fmt::format("The next request to {} uses {}.", after.provider, id.text));
        return Exit::ok;
    }
    context.out.line(fmt::format("{} is first in the order, but not used now: {}.", id.text, reason));
    if (!after.chosen()) context.out.note(fmt::format("hint: run `{}`", auth::remedy_for(after)));
    return Exit::ok;
}

Exit run_activate(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auth::ProfileId id{std::string(trimmed(arguments.positional().front()))};
    const auto profile = auth::stored_profile(credentials, id);
    if (!profile) return report(context, profile.error());
    const auth::ProviderId provider((*profile)->provider);
    const auto before = resolve_now(context, credentials, provider);
    if (!before) return report(context, before.error());
    const auto order = auth::order_with_first(*before, id);
    if (const auto set = credentials.store.set_order(provider, order); !set)
        return report(context, set.error());
    const auto after = resolve_now(context, credentials, provider);
    if (!after) return report(context, after.error());
    const Exit told = tell_activated(context, *after, id, order, arguments.has("--json"));
    tell_gateway_and_note(context, {credentials.store.file()});
    return told;
}

constexpr Option logout_options[] = {
    {.name = "--provider",
     .value_name = "NAME",
     .help = "Every stored credential of this provider",
     .completes = "provider"},
    {.name = "--yes", .help = "Don't ask", .kind = OptionKind::flag},
    agent_option,
    json_option,
};
constexpr Option activate_options[] = {agent_option, json_option};

}  // namespace

const Command models_auth_logout{
    .name = "models auth logout",
    .summary = "Remove credentials, and say what is used instead",
    .arguments = "[PROFILE...]",
    .options = logout_options,
    .example = "openclaw models auth logout --provider anthropic --yes",
    .run = run_logout,
    .arguments_max = 1000,
    .completes = "profile",
    .details = "Removes what is stored here. A key stays valid at the provider until it is revoked there.",
    .noted = Noted::yes,
};

const Command models_auth_activate{
    .name = "models auth activate",
    .summary = "Put a stored credential in front of the others of its provider",
    .arguments = "PROFILE",
    .options = activate_options,
    .example = "openclaw models auth activate anthropic:work",
    .run = run_activate,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "profile",
    .details = "Writes an order for the agent; `models auth order clear` takes it back.",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
