// Credentials as the gateway sees them, with its own config and environment: which one a model would use
// (models.explain), whether each model in use has one (models.check), and whether they work (models.probe).
#include "auth/report/model_check.h"
#include "auth/report/resolution_json.h"
#include "config/agents.h"
#include "credentials/probe.h"
#include "gateway/ws/methods/handlers.h"
#include "providers/wire/provider.h"

namespace openclaw::gateway::methods {

namespace {

// Each result travels as an event of its own; the answer has them too as long as it stays small.
constexpr std::size_t results_in_answer_max = 300;

WireResult<const config::AgentEntry*> find_agent(const config::Config& config,
                                                 const std::optional<std::string>& id) {
    if (!id) return &config.default_agent();
    if (const auto* agent = config.find_agent(*id)) return agent;
    return std::unexpected(invalid_request(config::unknown_agent(*id, config)));
}

struct ProbeRequest {
    const config::AgentEntry* agent;
    credentials::ProbeOptions options;
    bool plan_only;
};

WireResult<ProbeRequest> read_request(Call& call) {
    auto params = call.params();
    const auto agent_id = params.filled_text("agentId");
    credentials::ProbeOptions options;
    options.provider = auth::ProviderId(params.filled_text("provider").value_or(""));
    options.profiles = params.texts("profileIds");
    options.timeout = Milliseconds(params.integer("timeoutMs", 1, 600'000).value_or(options.timeout.count()));
    options.concurrency = params.integer("concurrency", 1, 64).value_or(options.concurrency);
    options.tokens_max = params.integer("maxTokens", 1, 4096).value_or(options.tokens_max);
    options.all_models = params.flag("allModels", false);
    const bool plan_only = params.flag("planOnly", false);
    if (auto problem = params.problem()) return std::unexpected(std::move(*problem));
    const auto agent = find_agent(call.config(), agent_id);
    if (!agent) return std::unexpected(agent.error());
    return ProbeRequest{*agent, std::move(options), plan_only};
}

// Tells the client that asked, and ends the round when it has gone.
credentials::OnProbed teller(Call call, std::size_t total, net::Abort abort) {
    return [call = std::move(call), total, abort](const credentials::ProbeResult& result, std::size_t done) {
        const json::object payload{{"requestId", call.request.id},
                                   {"done", done},
                                   {"total", total},
                                   {"result", credentials::probe_json(result)}};
        if (call.client->revoked() ||
            !call.client->send(event_frame(event_head("models.probe", payload), std::nullopt)))
            abort.request();
    };
}

}  // namespace

net::Task<Reply> models_probe(Call call) {
    auto& room = call.room;
    auto request = read_request(call);
    if (!request) co_return std::unexpected(std::move(request.error()));
    const auto held = call.serving->config;  // a reload meanwhile must not take the agent away
    co_await room.means.credentials.catch_up(request->agent->id, held, room.means.life.ending);
    if (!request->plan_only)
        co_await room.means.credentials.prepare(request->agent->id, request->options.provider, held,
                                                room.means.life.ending);
    const auto inputs = room.means.credentials.inputs(request->agent->id, held);
    if (!inputs) co_return std::unexpected(wire_error(inputs.error()));
    auto targets = credentials::plan_probes(auth::make_status_report(inputs->status_request()),
                                            *inputs->config, request->options);
    const auto total = targets.size(), requests = credentials::requests_in(targets);
    if (request->plan_only) co_return json::object{{"totalTargets", total}, {"requests", requests}};
    const net::Abort abort;
    const auto at_end = room.means.life.ending.on_request([abort] { abort.request(); });
    auto summary = co_await credentials::run_probes(
        {room.means.loop, room.means.clock, room.means.providers}, inputs->config, std::move(targets),
        std::move(request->options), teller(call, total, abort), abort);
    auto answer = credentials::summary_json(summary);
    if (total > results_in_answer_max) answer.erase("results");
    answer["requests"] = requests;
    co_return answer;
}

net::Task<Reply> models_explain(Call call) {
    auto params = call.params();
    const auto typed = params.filled_text("model");
    const auto agent_id = params.filled_text("agentId");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto held = call.serving->config;  // a reload meanwhile must not take the agent away
    const auto& config = *held;
    const auto agent = find_agent(config, agent_id);
    if (!agent) co_return std::unexpected(agent.error());
    const auto choice =
        auth::parse_model_choice(typed.value_or(auth::model_plan(config, *agent).primary_text), config);
    if (!choice) co_return std::unexpected(wire_error(choice.error()));
    co_await call.room.means.credentials.catch_up((*agent)->id, held, call.room.means.life.ending);
    const auto inputs = call.room.means.credentials.inputs((*agent)->id, held);
    if (!inputs) co_return std::unexpected(wire_error(inputs.error()));
    const auto resolution = auth::resolve({.provider = choice->model.provider,
                                           .agent_id = (*agent)->id,
                                           .model = choice->model.model,
                                           .pinned = choice->profile,
                                           .pin_is_locked = choice->profile.has_value(),
                                           .live = inputs->live},
                                          *inputs->store, *inputs->config, inputs->now, inputs->surroundings);
    auto answer = auth::explained_json(resolution, inputs->fingerprint_key);
    answer["model"] = choice->model.key();
    answer["agentId"] = (*agent)->id;
    co_return answer;
}

net::Task<Reply> models_check(Call call) {
    auto params = call.params();
    const auto agent_id = params.filled_text("agentId");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto held = call.serving->config;
    const auto agent = find_agent(*held, agent_id);
    if (!agent) co_return std::unexpected(agent.error());
    co_await call.room.means.credentials.catch_up((*agent)->id, held, call.room.means.life.ending);
    const auto inputs = call.room.means.credentials.inputs((*agent)->id, held);
    if (!inputs) co_return std::unexpected(wire_error(inputs.error()));
    const auto judged = auth::check_models(inputs->status_request());
    json::array checks;
    for (const auto& check : judged) {
        json::object object{{"model", check.model.key()},
                            {"role", check.role},
                            {"exit", check.exit},
                            {"reason", check.reason}};
        if (!check.uses.empty()) object["uses"] = check.uses;
        if (!check.fingerprint.empty()) object["fingerprint"] = check.fingerprint;
        checks.push_back(std::move(object));
    }
    co_return json::object{{"exit", auth::exit_of(judged)},
                           {"line", auth::line_of(judged)},
                           {"checks", std::move(checks)},
                           {"remembered", call.room.means.credentials.remembered((*agent)->id, held)}};
}

}  // namespace openclaw::gateway::methods
