#include "auth/model_check.h"

#include "auth/lifetime.h"
#include "auth/live_rests.h"
#include "auth/remedy.h"
#include "auth/standing.h"
#include "base/duration.h"
#include "base/fingerprint.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

// What one usable candidate promises: 0 lasting, 2 ending within a day, 1 its end can't be known.
int lasting(const Candidate& candidate, const Store& store, TimePoint now) {
    const auto* profile = candidate.source == Source::profile ? store.find(candidate.profile) : nullptr;
    if (!profile) return 0;
    switch (health_of(profile->credential, now)) {
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

}  // namespace

ModelCheck check_model(const ModelInUse& use, const Resolution& resolution, const StatusRequest& request) {
    ModelCheck result{.model = use.model, .role = use.role, .exit = -1, .reason = {}, .uses = {}};
    if (const auto* chosen = resolution.chosen()) {
        result.uses = fmt::format("{}: {}", place_of(*chosen), chosen->reason);
        if (chosen->secret) result.fingerprint = fingerprint(*chosen->secret, request.fingerprint_key);
        result.chosen = *chosen;
        result.chosen->secret.reset();
    }
    bool is_ready = false;  // what `result` is about could be sent as it is
    const auto rank = [](int exit) { return exit == 0 ? 2 : exit == 2 ? 1 : exit == 1 ? 0 : -1; };
    for (const auto& candidate : resolution.candidates) {
        if (!is_usable(candidate.verdict) && candidate.verdict != Verdict::needs_refresh) continue;
        const auto refusal = refusal_of(candidate, use.model.model, request);
        const int exit = refusal.empty() ? lasting(candidate, request.store, request.now) : 1;
        // Of two that promise the same, the words are about the one that a request would carry.
        const bool ready = is_usable(candidate.verdict);
        if (rank(exit) < rank(result.exit)) continue;
        if (rank(exit) == rank(result.exit) && (is_ready || !ready)) continue;
        is_ready = ready;
        result.exit = exit;
        result.reason = place_of(candidate);
        if (!refusal.empty())
            result.reason += ": " + refusal;
        else if (candidate.verdict == Verdict::needs_refresh)
            result.reason += ": " + candidate.reason;
        else if (exit != 0)
            result.reason += why_ending(candidate, exit, request.store, request.now);
        if (exit == 0) break;
    }
    if (result.exit < 0) {
        result.exit = 1;
        result.reason = why_unusable(resolution, request);
    }
    // The exit status is about credentials (model-auth 8.4, W-16); the words hide nothing.
    if (request.unsendable) result.unsendable = request.unsendable(use.model);
    if (!result.unsendable.empty()) {
        result.uses.clear();
        result.chosen.reset();
        result.reason = fmt::format("{}; its credential: {}", result.unsendable, result.reason);
    }
    return result;
}

}  // namespace openclaw::auth
