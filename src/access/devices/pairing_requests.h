#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/devices/device.h"

namespace openclaw::access {

// A device that waits to be let in: it has proven its key, and nothing else.
struct PairingRequest {
    std::string id = {};  // given by who keeps it
    DeviceCard card;
    std::string role;
    Scopes scopes;           // asked for
    bool is_repair = false;  // it is paired already, and wants more or has lost its token
    TimePoint at{};
};

// What strangers leave here is little and goes after five minutes: one request a device, four an address, 32
// in all. In memory alone; the owner of one loop.
class PairingRequests {
public:
    struct Asked {
        std::string id;  // empty: there is no room for it
        bool is_new = false;
    };
    // A device that asks again changes nothing of what it asked for: whoever looks at it approves what he
    // saw.
    Asked ask(PairingRequest request, TimePoint now);
    std::vector<PairingRequest> all(TimePoint now);  // the newest first
    std::optional<PairingRequest> find(const std::string& id, TimePoint now);
    void forget(const std::string& id);

private:
    void expire(TimePoint now);

    std::vector<PairingRequest> requests_;
};

}  // namespace openclaw::access
