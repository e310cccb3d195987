#pragma once

#include "base/clock.h"
#include "chat/sessions/session_key.h"
#include "config/config.h"

namespace openclaw::chat {

// When a conversation starts afresh by itself: session.reset, resetByType, resetByChannel, or the older
// session.idleMinutes. Looked at when the next message comes; there is no timer.
struct ResetPolicy {
    bool daily = true;
    int at_hour = 4;  // local time
    std::optional<std::chrono::minutes> idle;

    // For the type that the key says: thread, group or direct message. A number that makes no sense counts
    // as absent.
    static ResetPolicy from(const config::Config& config, const SessionKey& key, std::string_view channel);
    bool operator==(const ResetPolicy&) const = default;
};

// Whether a session last used at `updated` is over. `utc_offset` is that of the host's local time. A clock
// set back ends nothing.
bool is_stale(const ResetPolicy& policy, TimePoint updated, TimePoint now, std::chrono::seconds utc_offset);

}  // namespace openclaw::chat
