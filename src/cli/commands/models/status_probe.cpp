#include "cli/commands/models/status_probe.h"

#include <algorithm>
#include <charconv>

#include "auth/choice/provider_table.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands/models/probe_table.h"
#include "cli/engine.h"
#include "cli/gateway/gateway_client.h"

namespace openclaw::cli {
namespace {

// The reference's words for what is no such number, then our bound.
Result<std::int64_t> number(const Arguments& arguments, std::string_view option, std::int64_t fallback,
                            std::int64_t maximum, const char* complaint) {
    const auto text = arguments.text(option);
    if (!text) return fallback;
    double value = 0;
    const auto word = trimmed(*text);
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || !(value > 0))
        return fail(Code::invalid_input, "{}", complaint);
    if (value > static_cast<double>(maximum))
        return fail(Code::invalid_input, "{} must be at most {}", option, maximum);
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(value));
}

Result<std::string> wanted_provider(const Arguments& arguments, const AgentCredentials& credentials,
                                    const auth::StatusReport& report) {
    const auto typed = arguments.text("--probe-provider");
    if (!typed) return std::string();
    const auth::ProviderId provider(*typed);
    auto known = auth::known_providers(*credentials.config);
    for (const auto& status : report.providers) known.push_back(status.resolution.provider);
    if (std::ranges::find(known, provider.text()) != known.end()) return provider;
    const auto near = nearest(provider, known);
    return hinted(
        fail(Code::not_found, "unknown provider \"{}\"", printable(*typed)),
        near ? fmt::format("did you mean {}?", *near) : "`openclaw models status` lists those in use");
}

Result<std::vector<std::string>> wanted_profiles(const Arguments& arguments,
                                                 const AgentCredentials& credentials) {
    std::vector<std::string> ids;
    for (const auto& typed : arguments.all("--probe-profile"))
        for (const auto part : split(typed, ','))
            if (!trimmed(part).empty()) ids.emplace_back(trimmed(part));
    for (const auto& id : ids) {
        const auto& store = *credentials.profiles;
        const auto is_it = [&](const auto& record) { return record.id.text == id; };
        if (store.find({id}) || std::ranges::any_of(store.damaged, is_it)) continue;
        std::vector<std::string> known;
        for (const auto& profile : store.profiles) known.push_back(profile.id.text);
        const auto near = nearest(id, known);
        return hinted(fail(Code::not_found, "no profile \"{}\" is stored", printable(id)),
                      near ? fmt::format("did you mean {}?", *near)
                           : "`openclaw models auth list` shows what is stored");
    }
    return ids;
}

json::object wire_options(const credentials::ProbeOptions& options, const AgentCredentials& credentials) {
    json::object params{{"agentId", credentials.agent->id},
                        {"timeoutMs", options.timeout.count()},
                        {"concurrency", options.concurrency},
                        {"maxTokens", options.tokens_max},
                        {"allModels", options.all_models}};
    if (!options.provider.empty()) params["provider"] = options.provider.text();
    if (!options.profiles.empty())
        params["profileIds"] = json::array(options.profiles.begin(), options.profiles.end());
    return params;
}

void tell_cost(Context& context, std::size_t requests, std::size_t targets,
               const credentials::ProbeOptions& options, std::string_view by) {
    context.out.note(fmt::format("probing {} target{} {}: {} request{} of at most {} output tokens each",
                                 targets, targets == 1 ? "" : "s", by, requests, requests == 1 ? "" : "s",
                                 options.tokens_max));
}

void tell_progress(Context& context, const json::object& result, std::size_t done, std::size_t total) {
    if (context.terminal.output_is_terminal())
        context.out.note(fmt::format("{}/{} {}", done, total, probe_line(result)));
}

void sort_results(json::array& results) {
    std::ranges::sort(results, {}, [](const json::value& value) {
        const auto& result = value.get_object();
        return std::tuple(std::string(string_at(result, "provider").value_or("")),
                          std::string(string_at(result, "label").value_or("")),
                          std::string(string_at(result, "model").value_or("")));
    });
}

constexpr Milliseconds answer_slack = std::chrono::seconds(30);

net::Task<Result<json::value>> probe_there(net::Loop& loop, Context& context, GatewayTarget target,
                                           json::object params, const credentials::ProbeOptions& options) {
    auto client = co_await GatewayClient::connect(loop, std::move(target), std::chrono::seconds(10));
    if (!client) co_return std::unexpected(client.error());
    auto plan_params = params;
    plan_params["planOnly"] = true;
    const auto planned = co_await (*client)->call("models.probe", std::move(plan_params), answer_slack);
    if (!planned) co_return std::unexpected(planned.error());
    const auto* plan = planned->if_object();
    const auto requests = plan ? integer_at(*plan, "requests").value_or(0) : 0;
    const auto targets = plan ? integer_at(*plan, "totalTargets").value_or(0) : 0;
    tell_cost(context, static_cast<std::size_t>(requests), static_cast<std::size_t>(targets), options,
              "through the gateway");
    json::array results;
    const OnEvent on_event = [&](const GatewayEvent& event) {
        const auto* result = event.name == "models.probe" ? object_at(event.payload, "result") : nullptr;
        if (!result) return;
        results.push_back(*result);
        tell_progress(context, *result, results.size(), static_cast<std::size_t>(targets));
    };
    const auto limit = options.timeout * (requests / options.concurrency + 1) + answer_slack;
    auto answer = co_await (*client)->call("models.probe", std::move(params), limit, on_event);
    co_await (*client)->close();
    if (!answer) co_return answer;
    auto* summary = answer->if_object();
    if (!summary) co_return fail(Code::corrupt, "the gateway's answer is no list of probes");
    sort_results(results);
    (*summary)["results"] = std::move(results);
    summary->stable_erase("requests");
    co_return answer;
}

Result<json::object> probe_here(Context& context, const AgentCredentials& credentials,
                                const auth::StatusReport& report, const credentials::ProbeOptions& options) {
    auto targets = credentials::plan_probes(report, *credentials.config, options);
    const auto total = targets.size();
    tell_cost(context, credentials::requests_in(targets), total, options, "from here");
    const auto engine = build_engine(context, *credentials.config);
    auto& loop = engine->loop;
    const auto on_probed = [&](const credentials::ProbeResult& result, std::size_t done) {
        tell_progress(context, credentials::probe_json(result), done, total);
    };
    const auto summary =
        loop.run_until(credentials::run_probes({loop, context.clock, *engine->providers}, credentials.config,
                                               std::move(targets), options, on_probed, {}));
    return credentials::summary_json(summary);
}

}  // namespace

Result<std::optional<credentials::ProbeOptions>> probe_options(const Arguments& arguments,
                                                               const AgentCredentials& credentials,
                                                               const auth::StatusReport& report) {
    if (!arguments.has("--probe")) return std::nullopt;
    if (arguments.has("--plain"))
        return fail(Code::invalid_input, "--probe cannot be used with --plain output.");
    credentials::ProbeOptions options;
    const auto timeout = number(arguments, "--probe-timeout", 8000, 600'000,
                                "--probe-timeout must be a positive number (ms).");
    if (!timeout) return std::unexpected(timeout.error());
    const auto concurrency =
        number(arguments, "--probe-concurrency", 2, 64, "--probe-concurrency must be > 0.");
    if (!concurrency) return std::unexpected(concurrency.error());
    const auto tokens = number(arguments, "--probe-max-tokens", 8, 4096, "--probe-max-tokens must be > 0.");
    if (!tokens) return std::unexpected(tokens.error());
    auto provider = wanted_provider(arguments, credentials, report);
    if (!provider) return std::unexpected(provider.error());
    auto profiles = wanted_profiles(arguments, credentials);
    if (!profiles) return std::unexpected(profiles.error());
    options.timeout = Milliseconds(*timeout);
    options.concurrency = *concurrency;
    options.tokens_max = *tokens;
    options.provider = std::move(*provider);
    options.profiles = std::move(*profiles);
    options.all_models = arguments.has("--probe-models");
    return options;
}

Result<json::object> probe(Context& context, const AgentCredentials& credentials,
                           const auth::StatusReport& report, const credentials::ProbeOptions& options) {
    auto target = resolve_target(context, {});
    if (!target || target->socket.empty()) return probe_here(context, credentials, report, options);
    net::Loop loop;
    auto answer = loop.run_until(
        probe_there(loop, context, std::move(*target), wire_options(options, credentials), options));
    if (!answer && answer.error().code == Code::unavailable) {
        context.out.note("note: no gateway answers (" + answer.error().message + ")");
        return probe_here(context, credentials, report, options);
    }
    if (!answer) return std::unexpected(answer.error());
    return std::move(answer->get_object());
}

FailedProbes failed_probes(const json::object& summary) {
    FailedProbes failed;
    const auto* results = array_at(summary, "results");
    if (!results) return failed;
    for (const auto& value : *results) {
        const auto* result = value.if_object();
        if (!result || !integer_at(*result, "latencyMs")) continue;  // it wasn't sent
        ++failed.made;
        if (string_at(*result, "status") == "ok") continue;
        if (failed.failed++ == 0) failed.first = probe_line(*result);
    }
    return failed;
}

}  // namespace openclaw::cli
