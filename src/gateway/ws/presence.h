#pragma once

#include <deque>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "gateway/ws/connect.h"

namespace openclaw::gateway {

// Who is and was connected lately, for `system-presence` and the event. Bounded; entries go
// after five minutes without news. Values only.
class Presence {
public:
    struct Host {
        std::string name, version, platform, machine;
    };
    explicit Presence(Host host) : host_(std::move(host)) {}

    // `key` is the device, else the instance, else the connection. True when it changed something: one-shot
    // command-line calls don't show.
    bool joined(const std::string& key, const ConnectRequest& request, const std::string& address,
                const access::Principal& principal, TimePoint now);
    bool left(const std::string& key, TimePoint now);

    // The gateway's own first, then newest first; for who has limits nobody's else but his own.
    json::array entries(const access::Principal& viewer, TimePoint now);
    std::int64_t version() const { return version_; }

private:
    struct Entry {
        std::string key;
        json::object shown;
        access::Principal principal;
        TimePoint updated;
    };
    void expire(TimePoint now);

    Host host_;
    std::deque<Entry> entries_;  // newest first
    std::int64_t version_ = 1;
};

}  // namespace openclaw::gateway
