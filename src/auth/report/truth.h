#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/choice/resolver.h"
#include "auth/enrol/lifetime.h"
#include "auth/rests/standing.h"

namespace openclaw::auth {

// What is known of a credential, in one word and a sentence: nothing is called good that nobody has tried.
struct Truth {
    enum class Word {
        proven,       // the last request with it was answered
        unproven,     // no request has been made with it yet
        refused,      // the provider's last word on it was no
        resting,      // not used before `until`
        on_trial,     // its rest is over; the next request decides
        expired,      // since `ends`
        expiring,     // within a day, or near the end of the lifetime that its issuer documents
        unknown,      // nobody can say: no record is kept of it, or it has no known end and was never used
        unavailable,  // its source gives nothing
        unusable,     // blank or damaged
        missing,      // there is none
    } word = Word::unknown;
    std::string text = {};                  // "last worked 3 h ago"
    std::string excluded = {};              // why no request uses it, however good it is
    std::optional<TimePoint> until = {};    // of a rest
    std::optional<TimePoint> ends = {};     // of the credential
    std::optional<TimePoint> entered = {};  // when it was entered here
    bool end_is_estimated = false;          // `ends` follows from its age
    std::optional<TimePoint> last_success = {};
    std::optional<Standing::Failure> last_failure = {};
};
std::string_view name_of(Truth::Word word);  // "proven", "on_trial"
std::string words_of(Truth::Word word);      // "on trial"

// Of a stored profile. `candidate` is what the resolver says of it, `usage` its record (rest.h,
// usage_about); both may be null.
Truth truth_of(const Profile& profile, const Candidate* candidate, const UsageStats* usage, TimePoint now);

// Of a provider: that of what its next request uses; else why it has nothing to use. `remembered` is the
// record of the chosen one when it isn't a stored profile (live_rests.h, remembered_of); both may be null.
Truth truth_of(const Resolution& resolution, const Truth* of_chosen_profile, const UsageStats* remembered,
               TimePoint now);

}  // namespace openclaw::auth
