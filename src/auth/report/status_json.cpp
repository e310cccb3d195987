#include <algorithm>

#include "auth/report/resolution_json.h"
#include "auth/report/status_report.h"
#include "auth/rests/cooldown.h"
#include "config/agents.h"

namespace openclaw::auth {
namespace {

json::array strings(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts) array.emplace_back(text);
    return array;
}

json::array keys(const std::vector<ModelRef>& models) {
    json::array array;
    for (const auto& model : models) array.emplace_back(model.key());
    return array;
}

void add_time(json::object& object, std::optional<TimePoint> expires, TimePoint now) {
    if (!expires) return;
    object["expiresAt"] = to_ms(*expires);
    object["remainingMs"] = (*expires - now).count();
}

json::object health_json(const ProfileHealth& entry, TimePoint now) {
    json::object object{{"profileId", entry.profile->id.text},
                        {"provider", entry.provider},
                        {"type", kind_name(entry.profile->credential)},
                        {"status", name_of(entry.health)}};
    add_time(object, entry.expires, now);
    object["source"] = "store";
    object["label"] = entry.label;
    return object;
}

std::string source_name(const Candidate& candidate) {
    const bool shell = candidate.variable_source == config::VariableSource::login_shell;
    return (shell ? "shell env: " : "env: ") + candidate.place;
}

std::string masked(const Candidate& candidate, const StatusRequest& request) {
    if (candidate.source == Source::environment && candidate.kind == "oauth") return "OAuth (env)";
    if (!candidate.secret && candidate.reference) return describe(*candidate.reference);
    return candidate.secret ? shown_secret(*candidate.secret, request) : "missing";
}

json::object failure_json(const Standing::Failure& failure) {
    json::object object{{"at", to_ms(failure.at)}};
    if (!failure.reason.empty()) object["reason"] = failure.reason;
    if (failure.status != 0) object["status"] = failure.status;
    if (!failure.text.empty()) object["text"] = failure.text;
    if (!failure.model.empty()) object["model"] = failure.model;
    return object;
}

json::object truth_json(const Truth& truth) {
    json::object object{{"word", name_of(truth.word)}, {"text", truth.text}};
    const auto add = [&](std::string_view member, std::optional<TimePoint> time) {
        if (time) object[member] = to_ms(*time);
    };
    add("until", truth.until);
    add("endsAt", truth.ends);
    if (truth.end_is_estimated) object["endIsEstimated"] = true;
    add("enteredAt", truth.entered);
    add("lastWorkedAt", truth.last_success);
    if (truth.last_failure) object["lastFailure"] = failure_json(*truth.last_failure);
    if (!truth.excluded.empty()) object["excluded"] = truth.excluded;
    return object;
}

json::object candidate_json(const Candidate& candidate) {
    json::object object{{"source", name_of(candidate.source)}};
    if (candidate.source == Source::profile)
        object["profileId"] = candidate.profile.text;
    else
        object["place"] = candidate.place;
    if (!candidate.kind.empty()) object["type"] = candidate.kind;
    object["verdict"] = name_of(candidate.verdict);
    object["reason"] = candidate.reason;
    if (candidate.until) object["until"] = to_ms(*candidate.until);
    if (candidate.on_demand) object["onDemand"] = true;
    if (candidate.reference) object["secretRef"] = source_json(candidate);
    return object;
}

json::object provider_json(const ProviderStatus& status, const StatusRequest& request) {
    json::object object{{"provider", status.resolution.provider},
                        {"effective", effective_json(status, request)}};
    json::array labels;
    for (const auto* profile : in_file_order(status.profiles))
        labels.emplace_back(masked_label(*profile, request));
    for (const auto* record : status.damaged) labels.emplace_back(damaged_label(*record));
    object["profiles"] = json::object{{"count", status.profiles.size()},
                                      {"oauth", status.logins},
                                      {"token", status.tokens},
                                      {"apiKey", status.api_keys},
                                      {"labels", std::move(labels)}};
    for (const auto& [member, value] : other_sources_json(status, request)) object[member] = value;
    object["usable"] = status.resolution.chosen() != nullptr;
    json::array candidates;
    for (const auto& candidate : status.resolution.candidates)
        candidates.push_back(candidate_json(candidate));
    object["candidates"] = std::move(candidates);
    object["truth"] = truth_json(status.truth);
    if (!status.resolution.notices.empty()) object["notices"] = strings(status.resolution.notices);
    return object;
}

json::object check_json(const ModelCheck& check) {
    json::object object{
        {"model", check.model.key()}, {"role", check.role}, {"exit", check.exit}, {"reason", check.reason}};
    if (check.chosen) object["uses"] = candidate_json(*check.chosen);
    if (!check.unsendable.empty()) object["unsendable"] = check.unsendable;
    return object;
}

// Every stored profile in the words of docs/status.md.
json::array credentials_json(const StatusReport& report) {
    json::array array;
    for (const auto& status : report.providers)
        for (const auto& entry : status.profiles) {
            json::object object{{"profileId", entry.profile->id.text}, {"provider", entry.provider}};
            for (auto& [member, value] : truth_json(entry.truth)) object[member] = std::move(value);
            array.push_back(std::move(object));
        }
    return array;
}

json::array unusable_json(const StatusRequest& request) {
    std::vector<std::pair<Milliseconds, json::object>> entries;
    for (const auto& profile : request.store.profiles) {
        const auto* usage = usage_about(request.store, profile, request.fingerprint_key);
        const auto rest = usage ? rest_of(*usage, request.now) : std::nullopt;
        if (!rest) continue;
        json::object object{{"profileId", profile.id.text}, {"provider", ProviderId(profile.provider)}};
        object["kind"] = rest->kind == Rest::Kind::disabled ? "disabled" : "cooldown";
        if (!rest->reason.empty()) object["reason"] = rest->reason;
        object["until"] = to_ms(rest->until);
        object["remainingMs"] = (rest->until - request.now).count();
        entries.emplace_back(rest->until - request.now, std::move(object));
    }
    std::ranges::sort(entries, {}, [](const auto& entry) { return entry.first; });
    json::array array;
    for (auto& [remaining, object] : entries) array.push_back(std::move(object));
    return array;
}

json::object oauth_json(const StatusReport& report, const StatusRequest& request) {
    json::array profiles, providers;
    for (const auto& status : report.providers) {
        json::array own;
        std::optional<TimePoint> earliest;
        for (const auto& entry : status.profiles) {
            own.push_back(health_json(entry, request.now));
            profiles.push_back(health_json(entry, request.now));
            if (entry.expires && (!earliest || *entry.expires < *earliest)) earliest = entry.expires;
        }
        json::object object{{"provider", status.resolution.provider},
                            {"status", name_of(status.health)},
                            {"profiles", std::move(own)}};
        add_time(object, earliest, request.now);
        providers.push_back(std::move(object));
    }
    return {{"warnAfterMs", warn_before.count()},
            {"profiles", std::move(profiles)},
            {"providers", std::move(providers)}};
}

json::object auth_json(const StatusReport& report, const StatusRequest& request) {
    json::array providers;
    for (const auto& status : report.providers)
        if (status.listed) providers.push_back(provider_json(status, request));
    json::object auth{{"storePath", request.store_file}};
    auth["shellEnvFallback"] =
        json::object{{"enabled", report.shell_enabled}, {"appliedKeys", strings(report.shell_applied)}};
    auth["providersWithOAuth"] = strings(providers_with_logins(report));
    auth["missingProvidersInUse"] = strings(report.missing);
    auth["providers"] = std::move(providers);
    auth["unusableProfiles"] = unusable_json(request);
    auth["oauth"] = oauth_json(report, request);
    auth["credentials"] = credentials_json(report);
    if (!report.damaged.empty()) auth["damagedProfiles"] = strings(report.damaged);
    if (!report.damaged_files.empty()) auth["damagedFiles"] = strings(report.damaged_files);
    if (!request.store.elsewhere.empty()) auth["elsewhere"] = elsewhere_json(request.store.elsewhere);
    return auth;
}

}  // namespace

std::vector<std::string> providers_with_logins(const StatusReport& report) {
    std::vector<std::string> with_logins;
    for (const auto& status : report.providers) {
        const bool login_in_env =
            std::ranges::any_of(status.resolution.candidates, [](const Candidate& candidate) {
                return candidate.source == Source::environment && candidate.kind == "oauth" &&
                       candidate.secret;
            });
        const auto count = status.logins + status.tokens + (login_in_env ? 1 : 0);
        if (count > 0) with_logins.push_back(fmt::format("{} ({})", status.resolution.provider, count));
    }
    return with_logins;
}

std::string damaged_label(const DamagedProfile& record) {
    return fmt::format("{}=invalid ({})", record.id.text, record.problem);
}

// Which source a request draws from. A provider whose profiles all rest is still served by them, later;
// `usable` tells the two apart.
json::object effective_json(const ProviderStatus& status, const StatusRequest& request) {
    const auto waits = [](const Candidate& candidate) {
        return candidate.verdict == Verdict::cooling || candidate.verdict == Verdict::disabled ||
               candidate.verdict == Verdict::needs_refresh;
    };
    const auto& candidates = status.resolution.candidates;
    const auto waiting = std::ranges::find_if(candidates, waits);
    const auto* chosen = status.resolution.chosen();
    if (!chosen && waiting != candidates.end()) chosen = &*waiting;
    json::object object{{"kind", "missing"}, {"detail", "missing"}};
    if (!chosen) return object;
    switch (chosen->source) {
        case Source::profile:
            object["kind"] = "profiles";
            object["detail"] = request.config.paths().shortened(request.store_file);
            break;
        case Source::environment:
            object["kind"] = "env";
            object["detail"] = masked(*chosen, request);
            break;
        case Source::config_key:
            object["kind"] = "models.json";
            object["detail"] = masked(*chosen, request);
            break;
        case Source::ambient:
            object["kind"] = "env";
            object["detail"] = chosen->place == "gcloud adc" ? "<authenticated>" : chosen->place;
            break;
        case Source::keyless:
            object["kind"] = "keyless";
            object["detail"] = chosen->place;
            break;
    }
    return object;
}

json::object other_sources_json(const ProviderStatus& status, const StatusRequest& request) {
    json::object object;
    for (const auto& candidate : status.resolution.candidates) {
        if (candidate.source == Source::environment && candidate.secret && !object.contains("env"))
            object["env"] =
                json::object{{"value", masked(candidate, request)}, {"source", source_name(candidate)}};
        if (candidate.source == Source::ambient && is_usable(candidate.verdict))
            object["env"] =
                json::object{{"value", candidate.place == "gcloud adc" ? "<authenticated>" : candidate.place},
                             {"source", candidate.place}};
        if (candidate.source == Source::config_key && candidate.kind != header_kind && candidate.secret)
            object["modelsJson"] = json::object{
                {"value", masked(candidate, request)},
                {"source",
                 "models.json: " + request.config.paths().shortened(request.config.paths().config_file)}};
    }
    return object;
}

json::object source_json(const Candidate& candidate) {
    if (!candidate.reference) return {};
    const bool usable = candidate.verdict != Verdict::unavailable;
    auto object = secret_ref_json(*candidate.reference);
    if (candidate.reference->source == SecretRef::Source::sealed) object.erase("id");
    object["state"] = !candidate.source_asked            ? "not_asked"
                      : !usable                          ? "failed"
                      : candidate.source_problem.empty() ? "read"
                                                         : "last_good";
    if (candidate.source_read_at) object["readAt"] = to_ms(*candidate.source_read_at);
    if (!candidate.source_problem.empty()) object["problem"] = candidate.source_problem;
    return object;
}

namespace {

// What stands above as it is written, as requests understand it.
json::object resolved_json(const ModelPlan& plan) {
    json::object aliases;
    for (const auto& alias : plan.aliases) aliases[alias.name] = alias.key;
    return {{"fallbacks", keys(plan.fallbacks)},
            {"imageModel", plan.image ? json::value(plan.image->key()) : json::value(nullptr)},
            {"imageFallbacks", keys(plan.image_fallbacks)},
            {"aliases", std::move(aliases)},
            {"allowed", keys(plan.listed)}};
}

}  // namespace

json::object status_json(const StatusReport& report, const StatusRequest& request) {
    const auto& plan = report.plan;
    json::object root{{"configPath", request.config.paths().config_file.string()}};
    if (request.agent_given) root["agentId"] = request.agent.id;
    root["agentDir"] = config::agent_folder_of(platform::Path(request.store_file).parent_path()).string();
    root["defaultModel"] = plan.primary_text;
    root["resolvedDefault"] = plan.primary.key();
    root["fallbacks"] = strings(plan.fallback_texts);
    root["imageModel"] = plan.image ? json::value(plan.image_text) : json::value(nullptr);
    root["imageFallbacks"] = strings(plan.image_fallback_texts);
    if (request.agent_given)
        root["modelConfig"] =
            json::object{{"defaultSource", plan.primary_from_agent ? "agent" : "defaults"},
                         {"fallbacksSource", plan.fallbacks_from_agent ? "agent" : "defaults"}};
    json::object aliases;
    for (const auto& alias : plan.aliases) aliases[alias.name] = alias.written;
    root["aliases"] = std::move(aliases);
    root["allowed"] = strings(plan.listed_texts);
    root["auth"] = auth_json(report, request);
    json::array checks;
    for (const auto& entry : report.checks) checks.push_back(check_json(entry));
    root["checks"] = std::move(checks);
    root["resolved"] = resolved_json(plan);
    return root;
}

}  // namespace openclaw::auth
