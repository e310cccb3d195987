#include "auth/rests/outcome.h"

namespace openclaw::auth {

UsageStats after(UsageStats before, const Outcome& outcome) {
    if (const auto* failed = std::get_if<Failed>(&outcome))
        return after_failure(std::move(before), failed->event, failed->rules, failed->at);
    if (const auto* worked = std::get_if<Worked>(&outcome))
        return after_success(std::move(before), worked->at, worked->event);
    return after_clear(std::move(before), std::get<Cleared>(outcome).model);
}

bool is_urgent(const Outcome& outcome) {
    return !std::holds_alternative<Worked>(outcome);
}

bool replaces(const Outcome& later, const Outcome& earlier) {
    const auto* second = std::get_if<Worked>(&later);
    const auto* first = std::get_if<Worked>(&earlier);
    return first && second && first->event.model == second->event.model &&
           first->event.credential == second->event.credential && first->event.sent <= second->event.sent;
}

}  // namespace openclaw::auth
