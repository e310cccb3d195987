#include "auth/report/model_check.h"

#include <algorithm>

#include "auth/choice/remedy.h"
#include "auth/enrol/lifetime.h"
#include "auth/rests/live_rests.h"
#include "auth/rests/standing.h"
#include "base/duration.h"
#include "base/fingerprint.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

// What one usable candidate promises: 0 lasting, 2 ending within a day, 1 its end can't be known.
int lasting(const Candidate& candidate, const Store& store, TimePoint now) {
    const auto* profile = candidate.source == Source::profile ? store.find(candidate.profile) : nullptr;
    if (!profile) return 0;
    switch (health_of(*profile, now)) {
        case Health::ok:
            return 0;
        case Health::fixed: {
            const auto age = age_of(*profile);
            return age && now >= age->latest_end - warn_before_documented_end ? 2 : 0;
        }
        case Health::expiring:
            return 2;
        case Health::expired:
        case Health::unknown:
            return 1;
    }
    return 1;
}

// Why a credential that lasts no longer than `exit` says.
std::string why_ending(const Candidate& candidate, int exit, const Store& store, TimePoint now) {
    if (exit == 1) return ": when it expires is unknown";
    if (candidate.expires)
        return fmt::format(" is the last usable one and expires in {}",
                           format_remaining(*candidate.expires - now));
    const auto* profile = store.find(candidate.profile);
    const auto age = profile ? age_of(*profile) : std::nullopt;
    if (!age) return {};
    return fmt::format(" is the last usable one: entered {} ago, and {} lasts {}",
                       format_span(now - age->entered), age->lifetime->name, age->lifetime->span);
}

// The provider's own last word on a credential, when it was no.
std::string refusal_of(const Candidate& candidate, const std::string& model, const StatusRequest& request) {
    const auto* profile =
        candidate.source == Source::profile ? request.store.find(candidate.profile) : nullptr;
    const auto* usage = profile ? usage_about(request.store, *profile, request.fingerprint_key)
                                : remembered_of(request.live, candidate, request.fingerprint_key);
    if (!usage) return {};
    const auto standing = standing_of(*usage, model, request.now);
    return standing.word == Standing::Word::refused ? last_failure_text(standing, request.now)
                                                    : std::string();
}

std::string why_unusable(const Resolution& resolution, const StatusRequest& request) {
    const auto places = places_looked_at(resolution, request.config.paths().shortened(request.store_file));
    return fmt::format("nothing usable: {}; run `{}`", joined(places, "; "), remedy_for(resolution));
}

// What a usable candidate is worth to a model.
struct Promise {
    const Candidate* candidate = nullptr;
    int exit = 1;              // as ModelCheck::exit
    bool ready = false;        // it could be sent as it is
    std::string refusal = {};  // the provider's last word, when it was no
};

Promise promise_of(const Candidate& candidate, const std::string& model, const StatusRequest& request) {
    if (candidate.on_demand) return {.candidate = &candidate, .exit = 1, .ready = true};
    auto refusal = refusal_of(candidate, model, request);
    const int exit = refusal.empty() ? lasting(candidate, request.store, request.now) : 1;
    return {&candidate, exit, is_usable(candidate.verdict), std::move(refusal)};
}

// Of two that promise the same, the words are about the one that a request would carry.
bool is_better(const Promise& promise, const Promise& than) {
    const auto rank = [](const Promise& of) { return of.exit == 0 ? 2 : of.exit == 2 ? 1 : 0; };
    if (!than.candidate || rank(promise) != rank(than)) return !than.candidate || rank(promise) > rank(than);
    return promise.ready && !than.ready;
}

Promise best_promise(const Resolution& resolution, const std::string& model, const StatusRequest& request) {
    Promise best;
    for (const auto& candidate : resolution.candidates) {
        if (!is_usable(candidate.verdict) && candidate.verdict != Verdict::needs_refresh) continue;
        if (auto promise = promise_of(candidate, model, request); is_better(promise, best))
            best = std::move(promise);
        if (best.candidate && best.exit == 0) break;
    }
    return best;
}

std::string reason_of(const Promise& promise, const StatusRequest& request) {
    const auto place = place_of(*promise.candidate);
    if (!promise.refusal.empty()) return place + ": " + promise.refusal;
    if (promise.candidate->verdict == Verdict::needs_refresh) return place + ": " + promise.candidate->reason;
    if (promise.candidate->on_demand) return place + ": " + promise.candidate->reason;
    if (promise.exit == 0) return place;
    return place + why_ending(*promise.candidate, promise.exit, request.store, request.now);
}

}  // namespace

Resolution resolution_of(const ModelRef& model, const StatusRequest& request, const Index& index) {
    return resolve({.provider = model.provider,
                    .agent_id = request.agent.id,
                    .model = model.model,
                    .pinned = {},
                    .live = request.live},
                   index, request.now);
}

std::vector<ModelInUse> models_in_use(const ModelPlan& plan) {
    std::vector<ModelInUse> models{{plan.primary, "default"}};
    for (std::size_t i = 0; i < plan.fallbacks.size(); ++i)
        models.push_back({plan.fallbacks[i], fmt::format("fallback#{}", i + 1)});
    if (plan.image) models.push_back({*plan.image, "image"});
    for (std::size_t i = 0; i < plan.image_fallbacks.size(); ++i)
        models.push_back({plan.image_fallbacks[i], fmt::format("image fallback#{}", i + 1)});
    return models;
}

ModelCheck check_model(const ModelInUse& use, const Resolution& resolution, const StatusRequest& request) {
    ModelCheck result{.model = use.model, .role = use.role, .exit = 1, .reason = {}, .uses = {}};
    if (const auto* chosen = resolution.chosen()) {
        result.uses = fmt::format("{}: {}", place_of(*chosen), chosen->reason);
        if (chosen->secret) result.fingerprint = fingerprint(*chosen->secret, request.fingerprint_key);
        result.chosen = *chosen;
        result.chosen->secret.reset();
    }
    const auto best = best_promise(resolution, use.model.model, request);
    result.exit = best.exit;
    result.reason = best.candidate ? reason_of(best, request) : why_unusable(resolution, request);
    // The exit status is about credentials alone: that nobody speaks to the provider changes only the words.
    if (request.unsendable) result.unsendable = request.unsendable(use.model);
    if (!result.unsendable.empty()) {
        result.uses.clear();
        result.chosen.reset();
        result.reason = fmt::format("{}; its credential: {}", result.unsendable, result.reason);
    }
    return result;
}

std::vector<ModelCheck> check_models(const StatusRequest& request) {
    const Index index(request.store, request.config, request.surroundings);
    std::vector<ModelCheck> checks;
    for (const auto& use : models_in_use(model_plan(request.config, &request.agent)))
        checks.push_back(check_model(use, resolution_of(use.model, request, index), request));
    return checks;
}

int exit_of(const std::vector<ModelCheck>& checks) {
    int exit = 0;
    for (const auto& entry : checks)
        if (entry.exit == 1)
            return 1;
        else
            exit = std::max(exit, entry.exit);
    return exit;
}

std::string line_of(const std::vector<ModelCheck>& checks) {
    const int wanted = exit_of(checks);
    const bool hitch = wanted == 0 && std::ranges::any_of(checks, [](const auto& entry) {
                           return !entry.unsendable.empty();
                       });
    for (const auto& entry : checks)
        if (entry.exit == wanted && (!hitch || !entry.unsendable.empty()))
            return fmt::format("check: {} ({}): {}", entry.model.key(), entry.role, entry.reason);
    return "check: no model is in use";
}

}  // namespace openclaw::auth
