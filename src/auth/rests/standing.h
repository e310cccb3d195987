#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/profiles/profile.h"
#include "auth/rests/rest.h"

namespace openclaw::auth {

// What a credential's use has shown so far, as far as the record goes.
struct Standing {
    enum class Word {
        unproven,   // no request has been answered with it, and none has refused it
        proven,     // the last word on it was an answer, or nothing that it is to blame for
        refused,    // the provider refused the credential itself: auth, billing, a use it doesn't allow
        resting,    // `rest` says until when
        trial_due,  // the rest is over; the next request tries it
    } word = Word::unproven;

    // The last thing that a provider said against it, redacted.
    struct Failure {
        TimePoint at;
        std::string reason;  // "auth"; empty when another program didn't say
        int status = 0;
        std::string text;
        std::string model;  // of one model only; empty: of the account
    };
    std::optional<TimePoint> last_success;
    std::optional<Failure> last_failure;
    std::optional<Rest> rest;
};

// Of the account and, with a model, of that model; an empty model: of the account, while the last failure is
// that of any model.
Standing standing_of(const UsageStats& usage, std::string_view model, TimePoint now);

// "401 invalid x-api-key", "429 rate limit", "billing"; each thing once.
std::string said_text(const Standing::Failure& failure);
// "last refused 2 min ago: 401 invalid x-api-key"; "last failed ..." when nothing was refused; empty when
// nothing is known.
std::string last_failure_text(const Standing& standing, TimePoint now);
std::string last_success_text(const Standing& standing, TimePoint now);  // "last worked 3 h ago"

}  // namespace openclaw::auth
