#include "auth/choice/remedy.h"
#include "auth/enrol/credential_order.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/surroundings.h"
#include "cli/gateway/tell_gateway.h"
#include "config/agents.h"

namespace openclaw::cli {

namespace {

std::string provider_of(const Arguments& arguments) {
    return auth::ProviderId(arguments.text("--provider").value_or(""));
}

std::vector<std::string> texts_of(const std::vector<auth::ProfileId>& ids) {
    std::vector<std::string> texts;
    for (const auto& id : ids) texts.push_back(id.text);
    return texts;
}

void print_head(Context& context, const AgentCredentials& credentials, const auth::ProviderId& provider) {
    context.out.line("Agent: " + credentials.agent->id);
    context.out.line("Provider: " + provider.text());
}

void tell_gone(Context& context, const std::vector<auth::ProfileId>& gone) {
    if (gone.empty()) return;
    context.out.note(
        fmt::format("note: no longer stored: {}; an order none of whose profiles is stored is ignored",
                    printable(joined(texts_of(gone), ", "))));
}

json::array ids_json(const std::vector<auth::ProfileId>& ids) {
    json::array texts;
    for (const auto& id : ids) texts.emplace_back(id.text);
    return texts;
}

json::object order_json(const Context& context, const AgentCredentials& credentials,
                        const auth::ProviderId& provider, const std::vector<auth::ProfileId>* order) {
    return {{"agentId", credentials.agent->id},
            {"agentDir", config::agent_folder_of(credentials.store.file().parent_path()).string()},
            {"provider", provider},
            {"authStorePath", context.paths.shortened(credentials.store.file())},
            {"order", order ? json::value(ids_json(*order)) : json::value(nullptr)}};
}

Exit run_get(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    const auto& credentials = **opened;
    const auto provider = provider_of(arguments);
    note_unknown_provider(context, credentials, provider);
    const auto* order = credentials.profiles->order_of(provider);
    const auto gone = order ? auth::gone_from(*order, *credentials.profiles) : std::vector<auth::ProfileId>();
    if (arguments.has("--json")) {
        auto object = order_json(context, credentials, provider, order);
        if (!gone.empty()) object["gone"] = ids_json(gone);
        context.out.json(object);
        return Exit::ok;
    }
    print_head(context, credentials, provider);
    context.out.line("Auth file: " + context.paths.shortened(credentials.store.file()));
    context.out.line("Order override: " + (order ? joined(texts_of(*order), ", ") : "(none)"));
    tell_gone(context, gone);
    return Exit::ok;
}

// Says what the next request uses now: a good order may still put an unusable profile first.
void print_outcome(Context& context, AgentCredentials& credentials, const auth::ProviderId& provider) {
    const auto profiles = credentials.store.load();
    if (!profiles) return;
    const auto resolution =
        auth::resolve({.provider = provider, .agent_id = credentials.agent->id, .model = {}, .pinned = {}},
                      **profiles, *credentials.config, context.clock.now(),
                      surroundings_of(context, *credentials.profiles, *credentials.config));
    if (const auto* chosen = resolution.chosen())
        context.out.note(fmt::format("the next request to {} uses {}: {}", provider, auth::place_of(*chosen),
                                     chosen->reason));
    else
        context.out.error(auth::no_credential(resolution, context.paths.shortened(credentials.store.file())));
}

Exit run_set(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auto provider = provider_of(arguments);
    const auto ids = auth::checked_order(credentials, provider, arguments.positional());
    if (!ids) return report(context, ids.error());
    if (const auto set = credentials.store.set_order(provider, *ids); !set)
        return report(context, set.error());
    if (arguments.has("--json")) {
        context.out.json(order_json(context, credentials, provider, &*ids));
    } else {
        print_head(context, credentials, provider);
        context.out.line("Order override: " + joined(texts_of(*ids), ", "));
    }
    print_outcome(context, credentials, provider);
    tell_gateway_and_note(context, {credentials.store.file()});
    return Exit::ok;
}

Exit run_clear(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auto provider = provider_of(arguments);
    note_unknown_provider(context, credentials, provider);
    const auto cleared = credentials.store.clear_order(provider);
    if (!cleared) return report(context, cleared.error());
    if (arguments.has("--json")) {
        auto object = order_json(context, credentials, provider, nullptr);
        object["cleared"] = *cleared;
        context.out.json(object);
    } else {
        print_head(context, credentials, provider);
        context.out.line("Cleared per-agent order override.");
    }
    if (*cleared)
        tell_gateway_and_note(context, {credentials.store.file()});
    else
        context.out.note("there was none");
    return Exit::ok;
}

constexpr Option provider_option{.name = "--provider",
                                 .value_name = "NAME",
                                 .help = "The provider, such as anthropic",
                                 .completes = "provider",
                                 .required = true};
constexpr Option options[] = {provider_option, agent_option, json_option};

}  // namespace

const Command models_auth_order_get{
    .name = "models auth order get",
    .summary = "Show the order in which a provider's profiles are tried",
    .options = options,
    .example = "openclaw models auth order get --provider anthropic --json",
    .run = run_get,
};

const Command models_auth_order_set{
    .name = "models auth order set",
    .summary = "Choose the order in which a provider's profiles are tried",
    .arguments = "PROFILE...",
    .options = options,
    .example = "openclaw models auth order set --provider anthropic anthropic:work anthropic:home",
    .run = run_set,
    .arguments_min = 1,
    .arguments_max = 1000,
    .completes = "profile",
    .details = "Profiles that are not named are not used at all.",
    .noted = Noted::yes,
};

const Command models_auth_order_clear{
    .name = "models auth order clear",
    .summary = "Go back to the order of the config, or to the usual one",
    .options = options,
    .example = "openclaw models auth order clear --provider anthropic",
    .run = run_clear,
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
