// Credentials as the gateway sees them, with its own config and environment: which one a model would use
// (models.explain), whether each model in use has one (models.check), and whether they work (models.probe).
#include "auth/choice/look_around.h"
#include "auth/report/model_check.h"
#include "auth/report/resolution_json.h"
#include "auth/report/status_report.h"
#include "auth/rests/live_rests.h"
#include "auth/sealed/open_all.h"
#include "auth/store/profile_store.h"
#include "chat/probe.h"
#include "config/agents.h"
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

// What a report needs, kept together: the store is borrowed by the request.
struct Eyes {
    std::shared_ptr<const auth::Store> store;
    std::shared_ptr<const config::Config> config;
    const config::AgentEntry* agent;
    std::string store_file, fingerprint_key;
    auth::Surroundings surroundings;
    TimePoint now;
    const auth::LiveRests* live;

    auth::StatusRequest question() const {
        return {.store = *store,
                .config = *config,
                .agent = *agent,
                .store_file = store_file,
                .fingerprint_key = fingerprint_key,
                .surroundings = surroundings,
                .now = now,
                .live = live,
                .unsendable = [config = config](const auth::ModelRef& model) {
                    return providers::why_unsendable(model, *config);
                }};
    }
};

// After Chat::open_sealed(): making a key would keep everybody waiting.
Result<Eyes> open_eyes(Core& core, const config::AgentEntry& agent) {
    const auto config = core.settings.config;
    auto store = core.chat.stored(agent.id);
    if (!store) return std::unexpected(store.error());
    auto surroundings = auth::look_around(core.parts.files, *config, core.parts.fingerprint_key);
    auto values = std::make_shared<auth::SourceValues>(*core.chat.source_values());
    if (auth::sealed::holds_sealed(**store, *config))
        auth::sealed::open_all(*values, **store, *config, *core.chat.sealing_keys(), core.now(),
                               auth::sealed::Keys::opened);
    surroundings.values = std::move(values);
    surroundings.asked_when_needed = true;
    return Eyes{.store = std::move(*store),
                .config = config,
                .agent = &agent,
                .store_file = (auth::store_folders(*config, agent).own / auth::store_file_name).string(),
                .fingerprint_key = core.parts.fingerprint_key,
                .surroundings = std::move(surroundings),
                .now = core.now(),
                .live = &core.chat.live_rests()};
}

struct ProbeRequest {
    const config::AgentEntry* agent;
    chat::ProbeOptions options;
    bool plan_only;
};

WireResult<ProbeRequest> read_request(Call& call) {
    auto params = call.params();
    const auto agent_id = params.filled_text("agentId");
    chat::ProbeOptions options;
    options.provider = auth::normalised_provider(params.filled_text("provider").value_or(""));
    options.profiles = params.texts("profileIds");
    options.timeout = Milliseconds(params.integer("timeoutMs", 1, 600'000).value_or(options.timeout.count()));
    options.concurrency = params.integer("concurrency", 1, 64).value_or(options.concurrency);
    options.tokens_max = params.integer("maxTokens", 1, 4096).value_or(options.tokens_max);
    options.all_models = params.flag("allModels", false);
    const bool plan_only = params.flag("planOnly", false);
    if (auto problem = params.problem()) return std::unexpected(std::move(*problem));
    const auto agent = find_agent(call.core.config(), agent_id);
    if (!agent) return std::unexpected(agent.error());
    return ProbeRequest{*agent, std::move(options), plan_only};
}

// Tells the client that asked, and ends the round when it has gone.
chat::OnProbed teller(Call call, std::size_t total, net::Abort abort) {
    return [call = std::move(call), total, abort](const chat::ProbeResult& result, std::size_t done) {
        const json::object payload{{"requestId", call.request.id},
                                   {"done", done},
                                   {"total", total},
                                   {"result", chat::probe_json(result)}};
        if (call.client->revoked() ||
            !call.client->send(event_frame(event_head("models.probe", payload), std::nullopt)))
            abort.request();
    };
}

}  // namespace

net::Task<Reply> models_probe(Call call) {
    auto& core = call.core;
    auto request = read_request(call);
    if (!request) co_return std::unexpected(std::move(request.error()));
    const auto held = core.settings.config;  // a reload meanwhile must not take the agent away
    co_await core.chat.open_sealed(request->agent->id, core.ending);
    if (!request->plan_only)
        co_await core.chat.ask_sources(request->agent->id, request->options.provider, core.ending);
    const auto eyes = open_eyes(core, *request->agent);
    if (!eyes) co_return std::unexpected(wire_error(eyes.error()));
    auto targets =
        chat::plan_probes(auth::make_status_report(eyes->question()), *eyes->config, request->options);
    const auto total = targets.size(), requests = chat::requests_in(targets);
    if (request->plan_only) co_return json::object{{"totalTargets", total}, {"requests", requests}};
    const net::Abort abort;
    const auto at_end = core.ending.on_request([abort] { abort.request(); });
    auto summary = co_await chat::run_probes({core.parts.loop, core.parts.clock, core.parts.providers},
                                             eyes->config, std::move(targets), std::move(request->options),
                                             teller(call, total, abort), abort);
    auto answer = chat::summary_json(summary);
    if (total > results_in_answer_max) answer.erase("results");
    answer["requests"] = requests;
    co_return answer;
}

net::Task<Reply> models_explain(Call call) {
    auto params = call.params();
    const auto typed = params.filled_text("model");
    const auto agent_id = params.filled_text("agentId");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto held = call.core.settings.config;  // a reload meanwhile must not take the agent away
    const auto& config = *held;
    const auto agent = find_agent(config, agent_id);
    if (!agent) co_return std::unexpected(agent.error());
    const auto choice =
        auth::parse_model_choice(typed.value_or(auth::model_plan(config, *agent).primary_text), config);
    if (!choice) co_return std::unexpected(wire_error(choice.error()));
    co_await call.core.chat.open_sealed((*agent)->id, call.core.ending);
    const auto eyes = open_eyes(call.core, **agent);
    if (!eyes) co_return std::unexpected(wire_error(eyes.error()));
    const auto resolution = auth::resolve({.provider = choice->model.provider,
                                           .agent_id = (*agent)->id,
                                           .model = choice->model.model,
                                           .pinned = choice->profile,
                                           .pin_is_locked = choice->profile.has_value(),
                                           .live = eyes->live},
                                          *eyes->store, *eyes->config, eyes->now, eyes->surroundings);
    auto answer = auth::explained_json(resolution, eyes->fingerprint_key);
    answer["model"] = choice->model.key();
    answer["agentId"] = (*agent)->id;
    co_return answer;
}

net::Task<Reply> models_check(Call call) {
    auto params = call.params();
    const auto agent_id = params.filled_text("agentId");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto held = call.core.settings.config;
    const auto agent = find_agent(*held, agent_id);
    if (!agent) co_return std::unexpected(agent.error());
    co_await call.core.chat.open_sealed((*agent)->id, call.core.ending);
    const auto eyes = open_eyes(call.core, **agent);
    if (!eyes) co_return std::unexpected(wire_error(eyes.error()));
    const auto judged = auth::check_models(eyes->question());
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
                           {"remembered", auth::remembered_json(*eyes->live)}};
}

}  // namespace openclaw::gateway::methods
