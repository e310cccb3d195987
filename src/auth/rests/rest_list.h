#pragma once

#include <string>
#include <vector>

#include "auth/rests/live_rests.h"
#include "base/json.h"

namespace openclaw::auth {

// Every rest of a store and of what a running gateway remembers besides, one row each, those that end first
// in front: {profileId or place, source, provider, scope, model?, kind, reason?, status?, said?, at?, why?,
// state, until, remainingMs, nextTrialAt?}. `state` is "resting", "trial_due" (over; the next request tries
// it) or "on_trial" (a request of the gateway tries it now).
struct RestQuestion {
    const Store& store;
    std::string fingerprint_key;
    const LiveRests* live = nullptr;
    TimePoint now;
};
json::array list_rests(const RestQuestion& question);

// Which rests are meant: of one credential (a profile's id or a place), of a provider's, or of all; of one
// model when given.
struct RestFilter {
    std::string name = {}, provider = {}, model = {};
    bool matches(std::string_view credential, std::string_view its_provider) const;
};
// The profiles of which after_clear() would change something.
std::vector<ProfileId> clearable_profiles(const Store& store, const RestFilter& filter);
// Ends what is remembered of credentials without a profile; their places.
std::vector<std::string> clear_live(LiveRests& live, const RestFilter& filter);

// The row for a person: "anthropic:work [account] billing: 402 no credit, 10 min ago; rests for another
// 4 h 50 min, tried again in 20 min".
std::string rest_line(const json::object& row, TimePoint now);

}  // namespace openclaw::auth
