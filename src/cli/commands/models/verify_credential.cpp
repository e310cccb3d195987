#include "cli/commands/models/verify_credential.h"

#include "base/text.h"
#include "cli/commands/models/status_probe.h"
#include "cli/commands/models/surroundings.h"
#include "cli/gateway/gateway_view.h"
#include "providers/wire/provider.h"

namespace openclaw::cli {
namespace {

std::string text_of(const json::object& object, std::string_view member) {
    return printable(string_at(object, member).value_or(""));
}

const json::object* result_of(const json::object& summary, const std::string& profile) {
    const auto* results = array_at(summary, "results");
    if (!results) return nullptr;
    for (const auto& value : *results)
        if (const auto* result = value.if_object(); result && string_at(*result, "profileId") == profile)
            return result;
    return nullptr;
}

// What helps when the question could not even be sent.
std::string cure_of(const json::object& result, const auth::ProviderId& provider,
                    const config::Config& config) {
    const auto model = auth::parse_model_choice(text_of(result, "model"), config);
    if (model && model->model.provider == provider)
        if (const auto endpoint = providers::endpoint_of(model->model, config);
            !endpoint && !endpoint.error().hint.empty())
            return endpoint.error().hint;
    return fmt::format("name a model of it in the config, such as `openclaw models set {}/MODEL`", provider);
}

Exit judged(Context& context, const NewCredential& stored, const json::object& result,
            const config::Config& config) {
    const auto status = text_of(result, "status"), error = text_of(result, "error");
    const auto latency = integer_at(result, "latencyMs");
    if (status == "ok") {
        context.out.note(fmt::format("verified: {} answered with it in {} ms ({})", stored.provider,
                                     latency.value_or(0), text_of(result, "model")));
        return Exit::ok;
    }
    if (!latency)  // nothing was sent
        return report(context, {Code::invalid_input,
                                fmt::format("{} is stored, but can't be verified: {}", stored.id.text,
                                            error.empty() ? status : error),
                                cure_of(result, stored.provider, config)});
    const bool refused = status == "auth" || status == "billing";
    return report(
        context,
        {refused ? Code::denied : Code::unavailable,
         fmt::format("{} is stored, but {}: {}", stored.id.text,
                     refused ? stored.provider.text() + " refused it" : "no good answer came", error),
         refused ? fmt::format("check the key at the provider; `openclaw models auth logout {}` removes it",
                               stored.id.text)
                 : "try again later: `openclaw models status --probe`"});
}

}  // namespace

std::optional<SeenByGateway> seen_by_gateway(Context& context, const AgentCredentials& credentials,
                                             const NewCredential& stored) {
    constexpr std::string_view model =
        "any";  // the question is about the provider; rests of models do not matter
    const auto answer = ask_local_gateway(
        context, "models.explain",
        {{"model", fmt::format("{}/{}", stored.provider, model)}, {"agentId", credentials.agent->id}});
    if (!answer) return std::nullopt;
    SeenByGateway seen;
    if (const auto* chosen = object_at(*answer, "chosen")) {
        seen.used = string_at(*chosen, "profileId") == stored.id.text;
        seen.uses = text_of(*chosen, seen.used || chosen->contains("profileId") ? "profileId" : "place");
    }
    const auto* candidates = array_at(*answer, "candidates");
    if (!candidates) return seen;
    for (const auto& value : *candidates) {
        const auto* candidate = value.if_object();
        if (!candidate || string_at(*candidate, "profileId") != stored.id.text) continue;
        seen.found = true;
        seen.reason = text_of(*candidate, "reason");
    }
    return seen;
}

void tell_seen_by_gateway(Context& context, const NewCredential& stored, const SeenByGateway& seen) {
    if (seen.used)
        context.out.note(
            fmt::format("the running gateway uses it for its next request to {}", stored.provider));
    else if (!seen.found)
        context.out.note(
            "warning: the running gateway doesn't see it; `openclaw gateway status` shows which state it "
            "uses");
    else
        context.out.note(fmt::format("the running gateway sees it, and uses {}: {}",
                                     seen.uses.empty() ? "nothing" : seen.uses, seen.reason));
}

Exit verify_credential(Context& context, AgentCredentials& credentials, const NewCredential& stored) {
    const auto profiles = credentials.store.load();
    if (!profiles) return report(context, profiles.error());
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const std::string agent_id = credentials.agent->id;  // of the config as it was
    credentials.profiles = *profiles;
    credentials.config = *config;
    const auto* agent = credentials.config->find_agent(agent_id);
    if (!agent) return report(context, {Code::not_found, "the agent is gone from the config", {}});
    credentials.agent = agent;
    const auth::StatusRequest request{
        .store = *credentials.profiles,
        .config = *credentials.config,
        .agent = *credentials.agent,
        .store_file = credentials.store.file().string(),
        .fingerprint_key = context.fingerprint_key,
        .surroundings =
            surroundings_of(context, *credentials.profiles, *credentials.config, SourceCommands::run),
        .now = context.clock.now()};
    credentials::ProbeOptions options;
    options.provider = stored.provider;
    options.profiles = {stored.id.text};
    const auto summary = probe(context, credentials, auth::make_status_report(request), options);
    if (!summary) return report(context, summary.error());
    const auto* result = result_of(*summary, stored.id.text);
    if (!result)
        return report(context, {Code::internal, fmt::format("{} was not asked", stored.provider),
                                "run `openclaw models status --probe`"});
    return judged(context, stored, *result, *credentials.config);
}

}  // namespace openclaw::cli
