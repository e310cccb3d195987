#include "chat/stickiness.h"

#include <algorithm>

namespace openclaw::chat {
namespace {

using auth::Candidate;
using auth::Verdict;

bool usable(const Candidate& candidate) {
    return candidate.verdict == Verdict::chosen || candidate.verdict == Verdict::in_reserve;
}

bool is_profile(const std::optional<Candidate>& candidate) {
    return candidate && candidate->source == auth::Source::profile;
}

const Candidate* find(const auth::Resolution& resolution, const auth::ProfileId& profile) {
    const auto found = std::ranges::find_if(resolution.candidates, [&](const Candidate& candidate) {
        return candidate.source == auth::Source::profile && candidate.profile == profile;
    });
    return found == resolution.candidates.end() ? nullptr : &*found;
}

// The next usable profile behind this one, going round; the chosen one when there is no other.
const Candidate* next_after(const auth::Resolution& resolution, const auth::ProfileId& profile) {
    std::vector<const Candidate*> profiles;
    for (const auto& candidate : resolution.candidates)
        if (candidate.source == auth::Source::profile && (usable(candidate) || candidate.profile == profile))
            profiles.push_back(&candidate);
    const auto current = std::ranges::find(profiles, profile, &Candidate::profile);
    if (current == profiles.end()) return resolution.chosen();
    std::rotate(profiles.begin(), current + 1, profiles.end());
    const auto next =
        std::ranges::find_if(profiles, [](const auto* candidate) { return usable(*candidate); });
    return next == profiles.end() ? resolution.chosen() : *next;
}

PinDecision automatic(const std::optional<Candidate>& candidate, const PinQuestion& question,
                      std::string notice = {}) {
    PinDecision decision{.notice = std::move(notice)};
    // What is tried although it rests is tried once, by the pace of such tries: a pin would be tried always.
    if (!is_profile(candidate) || candidate->on_demand) return decision;
    decision.preferred = candidate->profile;
    decision.next = Pin{candidate->profile, PinSource::automatic, question.compactions};
    return decision;
}

// `trouble`: "is no longer stored".
PinDecision lost_lock(const PinQuestion& question, const std::optional<Candidate>& other,
                      std::string_view trouble, std::string_view cure) {
    const auto& profile = question.current->profile;
    const auto choose = change_session_model(question.surface, "<model>") + " to let the session choose";
    PinDecision decision{.locked = true, .next = Pin{profile, PinSource::user, 0}};
    decision.error =
        Error{Code::denied, fmt::format("this session is set to use {}, which {}", profile.text, trouble),
              is_profile(other) ? fmt::format("{}, or `/model <model>@{}`", choose, other->profile.text)
                                : fmt::format("{}, or {}", cure, choose)};
    return decision;
}

}  // namespace

PinView view_of(const std::optional<Pin>& pin, const auth::Store& store, const auth::Resolution& unpinned) {
    const auto copied = [](const Candidate* candidate) {
        return candidate ? std::optional(*candidate) : std::nullopt;
    };
    PinView view{.stored = nullptr, .current = {}, .chosen = copied(unpinned.chosen()), .next = {}};
    if (!pin) return view;
    view.stored = store.find(pin->profile);
    view.current = copied(find(unpinned, pin->profile));
    view.next = copied(next_after(unpinned, pin->profile));
    return view;
}

bool moves_on(const PinQuestion& question) {
    return question.current && question.current->source == PinSource::automatic &&
           question.compactions > question.current->compactions;
}

bool stays(const PinQuestion& question, const PinView& view) {
    if (!question.current || view.stored == nullptr) return false;
    if (auth::ProviderId(view.stored->provider) != question.provider) return false;
    const auto& current = view.current;
    if (question.current->source == PinSource::user)
        return !current || current->verdict != Verdict::not_allowed_here;
    return !question.fresh && !moves_on(question) && current && usable(*current);
}

PinDecision decide_pin(const PinQuestion& question, const PinView& view) {
    if (!question.current) return automatic(view.chosen, question);
    const auto& pin = *question.current;
    const bool chosen_by_person = pin.source == PinSource::user;
    if (stays(question, view)) return {.preferred = pin.profile, .locked = chosen_by_person, .next = pin};
    if (view.stored == nullptr) {
        if (chosen_by_person)
            return lost_lock(question, view.chosen, "is no longer stored",
                             "log in again as " + pin.profile.text);
        return automatic(
            view.chosen, question,
            fmt::format("{} is no longer stored; the session goes on without it", pin.profile.text));
    }
    if (auth::ProviderId(view.stored->provider) != question.provider)
        return automatic(view.chosen, question,
                         fmt::format("{} belongs to {}, not to {}; the session goes on without it",
                                     pin.profile.text, view.stored->provider, question.provider));
    if (chosen_by_person)
        return lost_lock(
            question, view.chosen, "this agent may not use (" + view.current->reason + ")",
            fmt::format("allow it with `openclaw models auth allow {} --all`", pin.profile.text));
    const bool is_usable = view.current && usable(*view.current);
    return automatic(is_usable && !question.fresh ? view.next : view.chosen, question);
}

}  // namespace openclaw::chat
