#include "credentials/probe.h"

namespace openclaw::credentials {
namespace {

json::object options_json(const ProbeOptions& options) {
    json::object object;
    if (!options.provider.empty()) object["provider"] = options.provider.text();
    json::array profiles;
    for (const auto& id : options.profiles) profiles.emplace_back(id);
    object["profileIds"] = std::move(profiles);
    object["timeoutMs"] = options.timeout.count();
    object["concurrency"] = options.concurrency;
    object["maxTokens"] = options.tokens_max;
    if (options.all_models) object["allModels"] = true;
    return object;
}

}  // namespace

json::object probe_json(const ProbeResult& result) {
    const auto& target = result.target;
    json::object object{{"provider", target.provider}};
    if (!target.model.empty()) object["model"] = target.provider.text() + "/" + target.model;
    if (target.source == "profile") object["profileId"] = target.credential.profile.text;
    object["label"] = target.label;
    object["source"] = target.source;
    object["mode"] = target.mode;
    object["status"] = target.status;
    if (!target.error.empty()) object["error"] = target.error;
    if (result.latency) object["latencyMs"] = result.latency->count();
    if (!target.reason.empty()) object["reason"] = target.reason;
    if (target.source != "profile" && !target.credential.place.empty())
        object["place"] = target.credential.place;
    return object;
}

json::object summary_json(const ProbeSummary& summary) {
    json::array results;
    for (const auto& result : summary.results) results.push_back(probe_json(result));
    return {{"startedAt", to_ms(summary.started)},
            {"finishedAt", to_ms(summary.finished)},
            {"durationMs", (summary.finished - summary.started).count()},
            {"totalTargets", summary.results.size()},
            {"options", options_json(summary.options)},
            {"results", std::move(results)}};
}

}  // namespace openclaw::credentials
