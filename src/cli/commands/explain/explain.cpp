#include "auth/choice/remedy.h"
#include "auth/models/model_ref.h"
#include "auth/report/resolution_json.h"
#include "base/fingerprint.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/surroundings.h"
#include "cli/gateway/gateway_view.h"
#include "cli/gateway/weak_points.h"
#include "providers/catalogue/catalog.h"
#include "providers/wire/provider.h"

namespace openclaw::cli {

namespace {

struct Explanation {
    auth::ModelChoice choice;
    auth::Resolution resolution;
    bool allowed = true, known = true;
    std::string unsendable;  // why no request to the model can be sent, whatever the credential
    std::optional<std::string> near_provider;
    std::string store_file;
    std::optional<json::object> in_gateway;  // the same of the gateway that runs here
    std::vector<std::string> differences;    // in it
    std::optional<std::string> near_profile, near_model;
};

// What a mistyped profile or model most likely means.
void find_near_names(Explanation& explanation, const AgentCredentials& credentials) {
    const auto& model = explanation.choice.model;
    const auto& profile = explanation.choice.profile;
    if (profile && !credentials.profiles->find(*profile)) {
        std::vector<std::string> ids;
        for (const auto& stored : credentials.profiles->profiles) ids.push_back(stored.id.text);
        explanation.near_profile = nearest(profile->text, ids);
    }
    if (explanation.known) return;
    std::vector<std::string> keys;
    for (const auto& known : providers::list_models(*credentials.config)) keys.push_back(known.ref.key());
    explanation.near_model = nearest(model.key(), keys);
}

Explanation explain_choice(Context& context, const AgentCredentials& credentials, const GatewayEyes& gateway,
                           auth::ModelChoice choice, SourceCommands commands) {
    const auto& config = *credentials.config;
    Explanation explanation{.choice = std::move(choice),
                            .resolution = {},
                            .unsendable = {},
                            .near_provider = {},
                            .store_file = context.paths.shortened(credentials.store.file()),
                            .in_gateway = {},
                            .differences = {},
                            .near_profile = {},
                            .near_model = {}};
    const auto& model = explanation.choice.model;
    explanation.resolution = auth::resolve({.provider = model.provider,
                                            .agent_id = credentials.agent->id,
                                            .model = model.model,
                                            .pinned = explanation.choice.profile,
                                            .pin_is_locked = explanation.choice.profile.has_value(),
                                            .live = gateway.verdict ? &gateway.live : nullptr},
                                           *credentials.profiles, config, context.clock.now(),
                                           surroundings_of(context, *credentials.profiles, config, commands));
    explanation.allowed = auth::allows(auth::model_plan(config, credentials.agent), model);
    explanation.known = providers::find_model(model, config).has_value();
    explanation.unsendable = providers::why_unsendable(model, config);
    const auto known = providers::list_providers(config);
    if (std::ranges::find(known, model.provider.text()) == known.end())
        explanation.near_provider = nearest(model.provider, known);
    find_near_names(explanation, credentials);
    auto asked = model.key();
    if (explanation.choice.profile) asked += "@" + explanation.choice.profile->text;
    explanation.in_gateway =
        ask_local_gateway(context, "models.explain", {{"model", asked}, {"agentId", credentials.agent->id}});
    if (explanation.in_gateway)
        explanation.differences = differences_in_gateway(
            auth::explained_json(explanation.resolution, context.fingerprint_key), *explanation.in_gateway);
    return explanation;
}

std::string fingerprint_of(const auth::Candidate& candidate, const Context& context) {
    return candidate.secret && !candidate.secret->blank()
               ? fingerprint(*candidate.secret, context.fingerprint_key)
               : "";
}

json::object explanation_json(const Explanation& explanation, const AgentCredentials& credentials,
                              const Context& context) {
    json::object object{{"model", explanation.choice.model.key()},
                        {"agentId", credentials.agent->id},
                        {"authStorePath", credentials.store.file().string()},
                        {"allowed", explanation.allowed},
                        {"known", explanation.known}};
    if (!explanation.unsendable.empty()) object["unsendable"] = explanation.unsendable;
    for (auto& [member, value] : auth::explained_json(explanation.resolution, context.fingerprint_key))
        object[member] = std::move(value);
    if (const auto& there = explanation.in_gateway)
        object["gateway"] = json::object{{"same", explanation.differences.empty()}, {"explanation", *there}};
    return object;
}

std::string order_text(const auth::Resolution& resolution) {
    if (resolution.explicit_order) return "as set in the " + resolution.order_origin;
    if (!resolution.order_origin.empty())
        return "OAuth, tokens, API keys, of the profiles that auth.profiles names; in each the least "
               "recently used first";
    return "OAuth, tokens, API keys; in each the least recently used first";
}

void print_candidates(Context& context, const Explanation& explanation) {
    context.out.line("");
    context.out.line("Looked at, in this order:");
    if (std::ranges::none_of(explanation.resolution.candidates, [](const auto& candidate) {
            return candidate.source == auth::Source::profile;
        })) {
        context.out.line(
            fmt::format("- {}: no profile of {}", explanation.store_file, explanation.resolution.provider));
        for (const auto& store : explanation.resolution.unused)
            context.out.line("- " + auth::unused_text(store));
    }
    for (const auto& candidate : explanation.resolution.candidates) {
        std::string line =
            fmt::format("- {} [{}]", printable(auth::place_of(candidate)), auth::name_of(candidate.verdict));
        if (!candidate.kind.empty() && candidate.kind != "none") line += " " + candidate.kind;
        if (const auto print = fingerprint_of(candidate, context); !print.empty()) line += " " + print;
        if (const auto origin = auth::origin_of(candidate); !origin.empty()) line += ", from " + origin;
        context.out.line(line + ": " + printable(candidate.reason));
    }
    for (const auto& place : auth::elsewhere_places(explanation.resolution.elsewhere))
        context.out.line("- " + place);
}

void print_explanation(Context& context, const Explanation& explanation,
                       const AgentCredentials& credentials) {
    const auto& model = explanation.choice.model;
    const auto* chosen = explanation.resolution.chosen();
    Output& out = context.out;
    out.line(fmt::format(
        "Model : {}{}", printable(model.key()),
        explanation.choice.alias.empty() ? "" : fmt::format(" (from {})", explanation.choice.alias)));
    out.line("Agent : " + credentials.agent->id);
    out.line("Store : " + explanation.store_file);
    out.line("Order : " + order_text(explanation.resolution));
    out.line(
        chosen ? fmt::format("Uses  : {}: {}", printable(auth::place_of(*chosen)), printable(chosen->reason))
               : "Uses  : nothing; no credential is usable");
    print_candidates(context, explanation);
    if (!explanation.differences.empty()) {
        out.line("");
        out.line("In the gateway:");
        for (const auto& line : explanation.differences) out.line("- " + line);
    }
    for (const auto& notice : explanation.resolution.notices) out.note("note: " + printable(notice));
    for (const auto& line : auth::elsewhere_lines(explanation.resolution.elsewhere))
        out.note("note: " + line);
    if (!explanation.unsendable.empty() && !explanation.near_provider)
        out.note("note: no request can be sent: " + printable(explanation.unsendable));
    if (explanation.near_provider)
        out.note(fmt::format("note: no provider \"{}\" is known; did you mean {}?", printable(model.provider),
                             *explanation.near_provider));
    else if (!explanation.known)
        out.note(fmt::format(
            "note: {} is not in the catalogue; {}its provider may know it all the same",
            printable(model.key()),
            explanation.near_model ? fmt::format("did you mean {}? Else ", *explanation.near_model) : ""));
    if (explanation.near_profile)
        out.note(fmt::format("note: no profile \"{}\" is stored; did you mean {}?",
                             printable(explanation.choice.profile->text), *explanation.near_profile));
    if (!explanation.allowed)
        out.note(fmt::format("note: model not allowed: {}; agents.defaults.models doesn't list it",
                             printable(model.key())));
}

Exit run(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    const auto gateway = see_as_gateway(context, **opened);
    if (!gateway) return report(context, gateway.error());
    const auto& credentials = **opened;
    note_oddities(context, credentials);
    note_weak_points(context, *credentials.config);
    const auto plan = auth::model_plan(*credentials.config, credentials.agent);
    auto choice = auth::parse_model_choice(
        arguments.positional().empty() ? plan.primary_text : arguments.positional().front(),
        *credentials.config);
    if (!choice) return report(context, choice.error());
    const auto explanation =
        explain_choice(context, credentials, *gateway, std::move(*choice), source_commands(arguments));
    if (arguments.has("--json"))
        context.out.json(explanation_json(explanation, credentials, context));
    else
        print_explanation(context, explanation, credentials);
    if (explanation.resolution.chosen()) return Exit::ok;
    auto error = auth::no_credential(explanation.resolution, explanation.store_file);
    error.message = "no usable credential for " + explanation.resolution.provider.text();
    context.out.error(error);
    return Exit::error;
}

constexpr Option options[] = {agent_option, allow_exec_option, json_option};

}  // namespace

const Command explain{
    .name = "explain",
    .summary = "Say which credential a model would use, what else was looked at, and why",
    .arguments = "[MODEL[@PROFILE]]",
    .options = options,
    .example = "openclaw explain opus@anthropic:work",
    .run = run,
    .arguments_max = 1,
    .group = heading::credentials,
    .completes = "model",
    .details = "Without a model it explains the default one. Ends with 1 when no credential is usable.",
};

}  // namespace openclaw::cli
