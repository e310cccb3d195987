#pragma once

#include <string>
#include <variant>

#include "auth/rests/cooldown.h"

namespace openclaw::auth {

// What a request, or a person, has learned of a credential, with the time of it. Applying it is pure, so that
// it can be counted at once in memory and later, on top of what others wrote meanwhile, in the file.
struct Failed {
    FailureEvent event;
    CooldownRules rules;
    TimePoint at;
};
struct Worked {
    SuccessEvent event;
    TimePoint at;
};
struct Cleared {             // a person ended its rests
    std::string model = {};  // of this model alone; empty: all of them
};
using Outcome = std::variant<Failed, Worked, Cleared>;

UsageStats after(UsageStats before, const Outcome& outcome);

// Whether somebody must not be asked again because of it: such an outcome can't wait for others to be written
// with.
bool is_urgent(const Outcome& outcome);

// Whether `later` makes `earlier`, the outcome just before it, superfluous: of two uses of one secret for one
// model the second says it all.
bool replaces(const Outcome& later, const Outcome& earlier);

}  // namespace openclaw::auth
