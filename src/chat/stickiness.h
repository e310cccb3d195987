#pragma once

#include <optional>
#include <string>

#include "auth/choice/resolver.h"
#include "auth/profiles/profile.h"
#include "chat/remedies.h"
#include "chat/sessions/session_entry.h"

namespace openclaw::chat {

// What there is for a session that has a pin, or none: the resolver's words without any pin.
struct PinView {
    const auth::Profile* stored = nullptr;   // the pinned one, wherever it is for; null: it is stored no more
    std::optional<auth::Candidate> current;  // the same as a candidate for the provider
    std::optional<auth::Candidate> chosen;   // what is used where nothing is pinned
    std::optional<auth::Candidate>
        next;  // the usable profile behind the pinned one; asked for after a compaction
};
PinView view_of(const std::optional<Pin>& pin, const auth::Store& store, const auth::Resolution& unpinned);

struct PinQuestion {
    std::optional<Pin> current;
    auth::ProviderId provider;  // of the model that the turn wants
    bool fresh = false;         // the first turn of a session
    std::int64_t compactions = 0;
    Surface surface = Surface::conversation;
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
// how to choose again. Pure.
PinDecision decide_pin(const PinQuestion& question, const PinView& view);

// Whether the decision asks for PinView::next, which takes a look at all there is.
bool moves_on(const PinQuestion& question);

// Whether it stays with the session's pin, by PinView::stored and `current`: then it asks for nothing else.
bool stays(const PinQuestion& question, const PinView& view);

}  // namespace openclaw::chat
