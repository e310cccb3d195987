#include "chat/stickiness.h"

#include <algorithm>

namespace openclaw::chat {
namespace {

using auth::Candidate;
using auth::Verdict;

bool usable(const Candidate& candidate) {
    return candidate.verdict == Verdict::chosen || candidate.verdict == Verdict::in_reserve;
}

bool is_profile(const Candidate* candidate) {
    return candidate != nullptr && candidate->source == auth::Source::profile;
}

const Candidate* find(const auth::Resolution& resolution, const auth::ProfileId& profile) {
    const auto found = std::ranges::find_if(resolution.candidates, [&](const Candidate& candidate) {
        return is_profile(&candidate) && candidate.profile == profile;
    });
    return found == resolution.candidates.end() ? nullptr : &*found;
}

// The next usable profile behind this one, going round; the chosen one when there is no other.
const Candidate* next_after(const auth::Resolution& resolution, const auth::ProfileId& profile) {
    std::vector<const Candidate*> profiles;
    for (const auto& candidate : resolution.candidates)
        if (is_profile(&candidate) && (usable(candidate) || candidate.profile == profile))
            profiles.push_back(&candidate);
    const auto current = std::ranges::find(profiles, profile, &Candidate::profile);
    if (current == profiles.end()) return resolution.chosen();
    std::rotate(profiles.begin(), current + 1, profiles.end());
    const auto next =
        std::ranges::find_if(profiles, [](const auto* candidate) { return usable(*candidate); });
    return next == profiles.end() ? resolution.chosen() : *next;
}

PinDecision automatic(const Candidate* candidate, const PinQuestion& question, std::string notice = {}) {
    PinDecision decision{.notice = std::move(notice)};
    if (!is_profile(candidate)) return decision;
    decision.preferred = candidate->profile;
    decision.next = Pin{candidate->profile, PinSource::automatic, question.compactions};
    return decision;
}

// `trouble`: "is no longer stored".
PinDecision lost_lock(const auth::ProfileId& profile, const auth::Resolution& unpinned,
                      std::string_view trouble, std::string_view cure) {
    PinDecision decision{.locked = true, .next = Pin{profile, PinSource::user, 0}};
    const auto* other = unpinned.chosen();
    decision.error =
        Error{Code::denied, fmt::format("this session is set to use {}, which {}", profile.text, trouble),
              is_profile(other)
                  ? fmt::format("send `/model <model>` to let the session choose, or `/model <model>@{}`",
                                other->profile.text)
                  : fmt::format("{}, or send `/model <model>` to let the session choose", cure)};
    return decision;
}

}  // namespace

PinDecision decide_pin(const PinQuestion& question, const auth::Store& store,
                       const auth::Resolution& unpinned) {
    if (!question.current) return automatic(unpinned.chosen(), question);
    const auto& pin = *question.current;
    const auto* stored = store.find(pin.profile);
    if (stored == nullptr) {
        if (pin.source == PinSource::user)
            return lost_lock(pin.profile, unpinned, "is no longer stored",
                             "log in again as " + pin.profile.text);
        return automatic(
            unpinned.chosen(), question,
            fmt::format("{} is no longer stored; the session goes on without it", pin.profile.text));
    }
    if (auth::normalised_provider(stored->provider) != unpinned.provider)
        return automatic(unpinned.chosen(), question,
                         fmt::format("{} belongs to {}, not to {}; the session goes on without it",
                                     pin.profile.text, stored->provider, unpinned.provider));
    const auto* current = find(unpinned, pin.profile);
    if (pin.source == PinSource::user) {
        if (current && current->verdict == Verdict::not_allowed_here)
            return lost_lock(
                pin.profile, unpinned, "this agent may not use (" + current->reason + ")",
                fmt::format("allow it with `openclaw models auth allow {} --all`", pin.profile.text));
        return {.preferred = pin.profile, .locked = true, .next = pin};
    }
    if (question.fresh || current == nullptr || !usable(*current))
        return automatic(unpinned.chosen(), question);
    if (question.compactions > pin.compactions) return automatic(next_after(unpinned, pin.profile), question);
    return {.preferred = pin.profile, .next = pin};
}

}  // namespace openclaw::chat
