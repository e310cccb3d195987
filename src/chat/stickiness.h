#pragma once

#include <optional>
#include <string>

#include "auth/choice/resolver.h"
#include "auth/profiles/profile.h"
#include "chat/sessions/session_entry.h"

namespace openclaw::chat {

struct PinQuestion {
    std::optional<Pin> current;
    std::string provider;  // of the model that the turn wants
    bool fresh = false;    // the first turn of a session
    std::int64_t compactions = 0;
};

// The credential that a turn prefers, and what becomes of the session's pin.
struct PinDecision {
    std::optional<auth::ProfileId> preferred = {};
    bool locked = false;              // a person chose it: nothing else for this provider
    std::optional<Pin> next = {};     // what the session remembers from now on
    std::string notice = {};          // a pin has dissolved: why; else empty
    std::optional<Error> error = {};  // a locked credential is gone; the turn ends here
    bool operator==(const PinDecision&) const = default;
};

// Keeps a session with one credential, so that the provider's prompt cache stays warm. An automatic pin is
// a preference: it moves on when its credential rests, is gone or can't be used, and after a compaction. A
// person's choice stands, resting or not; when its credential no longer exists, that is an error which says
// how to choose again. `unpinned` is the resolution without any pin. Pure.
PinDecision decide_pin(const PinQuestion& question, const auth::Store& store,
                       const auth::Resolution& unpinned);

}  // namespace openclaw::chat
