#include <algorithm>

#include "base/text.h"
#include "credentials/credentials.h"
#include "credentials/probe.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::credentials {
namespace {

using auth::Candidate;
using auth::Source;
using auth::Verdict;

void add_once(std::vector<std::string>& models, const std::string& model) {
    if (std::ranges::find(models, model) == models.end()) models.push_back(model);
}

// A provider's models that the config names, those in use first; else the first of the catalogue.
std::vector<std::string> models_of(const auth::ProviderId& provider, const auth::ModelPlan& plan,
                                   const std::vector<providers::Model>& catalogue, bool all) {
    std::vector<std::string> models;
    const auto add = [&](const auth::ModelRef& model) {
        if (model.provider == provider) add_once(models, model.model);
    };
    add(plan.primary);
    std::ranges::for_each(plan.fallbacks, add);
    if (plan.image) add(*plan.image);
    std::ranges::for_each(plan.image_fallbacks, add);
    std::ranges::for_each(plan.listed, add);
    if (all)
        for (const auto& model : catalogue)
            if (model.configured) add(model.ref);
    if (models.empty()) {
        const auto first = std::ranges::find(
            catalogue, provider, [](const providers::Model& model) { return model.ref.provider; });
        if (first != catalogue.end()) models.push_back(first->ref.model);
    }
    if (!all && models.size() > 1) models.resize(1);
    return models;
}

// Why a stored profile can't be asked at all.
void refuse_unfit(ProbeTarget& target) {
    if (target.credential.reference && !target.credential.secret &&
        auth::is_usable(target.credential.verdict)) {
        target.status = "unknown";
        target.reason = "not_asked";
        target.error = "Its secret stands elsewhere and has not been read.";
        return;
    }
    switch (target.credential.verdict) {
        case Verdict::chosen:
        case Verdict::in_reserve:
        case Verdict::cooling:
        case Verdict::disabled:
        case Verdict::excluded_by_pin:
            return;
        case Verdict::excluded_by_order:
            target.error = "Excluded by auth.order for this provider.";
            break;
        case Verdict::excluded_by_config:
            target.error = "Excluded: " + target.credential.reason + ".";
            break;
        default:
            target.error = "Auth profile credentials are missing or expired.";
    }
    target.status = "unknown";
    target.reason = auth::name_of(target.credential.verdict);
}

// What the config lets nobody use would not be what is sent.
void refuse_excluded(ProbeTarget& target) {
    if (target.credential.verdict == Verdict::excluded_by_config) refuse_unfit(target);
}

std::optional<ProbeTarget> target_of(const Candidate& candidate, const auth::ProviderId& provider) {
    ProbeTarget target{.provider = provider,
                       .model = {},
                       .credential = candidate,
                       .label = {},
                       .source = {},
                       .mode = candidate.kind};
    switch (candidate.source) {
        case Source::profile:
            target.source = "profile";
            target.label = candidate.profile.text;
            refuse_unfit(target);
            return target;
        case Source::environment:
            if (!candidate.secret) return std::nullopt;
            target.source = target.label = "env";
            refuse_excluded(target);
            return target;
        case Source::config_key:
            if (!candidate.secret) return std::nullopt;
            target.source = target.label = "models.json";
            refuse_excluded(target);
            return target;
        case Source::ambient:
            if (!auth::is_usable(candidate.verdict)) return std::nullopt;
            target.source = target.label = "env";
            return target;
        case Source::keyless:
            target.source = target.label = "keyless";
            return target;
    }
    return std::nullopt;
}

// The same key in two places is asked once; two keys in the environment are told apart by name.
void name_and_unite(std::vector<ProbeTarget>& targets) {
    std::vector<ProbeTarget> kept;
    for (auto& target : targets) {
        const bool again =
            target.source != "profile" && std::ranges::any_of(kept, [&](const ProbeTarget& earlier) {
                return earlier.source != "profile" && target.credential.secret &&
                       earlier.credential.secret == target.credential.secret;
            });
        if (again) continue;
        const bool taken = target.source != "profile" &&
                           std::ranges::find(kept, target.label, &ProbeTarget::label) != kept.end();
        if (taken) target.label += ": " + target.credential.place;
        kept.push_back(std::move(target));
    }
    targets = std::move(kept);
}

std::vector<ProbeTarget> credentials_of(const auth::ProviderStatus& status, const ProbeOptions& options) {
    std::vector<ProbeTarget> targets;
    for (const auto& candidate : status.resolution.candidates) {
        const bool asked_for =
            options.profiles.empty() ||
            (candidate.source == Source::profile &&
             std::ranges::find(options.profiles, candidate.profile.text) != options.profiles.end());
        if (!asked_for) continue;
        if (auto target = target_of(candidate, status.resolution.provider))
            targets.push_back(std::move(*target));
    }
    name_and_unite(targets);
    return targets;
}

}  // namespace

std::vector<ProbeTarget> plan_probes(const auth::StatusReport& report, const config::Config& config,
                                     const ProbeOptions& options) {
    std::vector<ProbeTarget> targets;
    const auto catalogue = providers::list_models(config);
    for (const auto& status : report.providers) {
        const auto& provider = status.resolution.provider;
        if (!status.listed || (!options.provider.empty() && options.provider != provider)) continue;
        const auto models = models_of(provider, report.plan, catalogue, options.all_models);
        for (const auto& target : credentials_of(status, options)) {
            if (models.empty()) {
                targets.push_back(target);
                if (target.to_be_sent()) {
                    targets.back().status = targets.back().reason = "no_model";
                    targets.back().error = "No model available for probe";
                }
            }
            for (const auto& model : models) {
                targets.push_back(target);
                targets.back().model = model;
                if (!target.to_be_sent()) break;  // no model makes a difference
            }
        }
    }
    std::ranges::sort(targets, {}, [](const ProbeTarget& target) {
        return std::tie(target.provider, target.label, target.model);
    });
    return targets;
}

std::size_t requests_in(const std::vector<ProbeTarget>& targets) {
    return static_cast<std::size_t>(std::ranges::count_if(targets, &ProbeTarget::to_be_sent));
}

}  // namespace openclaw::credentials
