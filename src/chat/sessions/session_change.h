#pragma once

#include <string>
#include <variant>

#include "chat/sessions/session_entry.h"

namespace openclaw::chat {

// What happened in a session, as a change of its record. It may be made on any state of the record, also on
// one that has it already: what stands in the file by the time it is written may have come from elsewhere.

// A session began, in the place of the one with the id `before` (empty: of none).
struct SessionBegun {
    std::string before, session_id;
    TimePoint at{};
    std::string maker = {};  // of a session that there was none of
};

// A turn ended.
struct TurnEnded {
    std::string session_id;  // a session that began meanwhile is none of its business
    // The credential to stay with, unless another or another model was chosen during the turn.
    std::optional<Pin> pin_before, pin;
    std::optional<auth::ModelRef> override_before;
    std::optional<auth::ModelRef> answered;  // nothing: nobody
    providers::TokenUsage usage;             // of the answer
    std::int64_t context_tokens = 0;
    bool aborted = false;
    TimePoint at{};
};

using SessionChange = std::variant<SessionBegun, TurnEnded>;

void apply(json::object& record, const SessionChange& change);
// One change that does what `earlier` and then `later` would; nothing where it takes both.
std::optional<SessionChange> joined(const SessionChange& earlier, const SessionChange& later);

}  // namespace openclaw::chat
