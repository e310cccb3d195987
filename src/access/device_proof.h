#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace openclaw::access {

// A device's own key and signature, as connect carries them.
struct DeviceClaim {
    std::string id, public_key, signature;
    std::int64_t signed_at_ms = 0;
    std::optional<std::string> nonce;
};

// What the device signed besides its own members.
struct DeviceContext {
    std::string client_id, client_mode, role, token, platform, device_family;
    std::vector<std::string> scopes;  // as sent
    std::string challenge;            // our nonce
    bool nonce_may_be_missing = false;
};

struct DeviceProblem {
    std::string message;  // "device signature invalid"
    std::string code;     // "DEVICE_AUTH_SIGNATURE_INVALID"
};

// Whether the claim is what it says: nothing when it is. A proven device is a name to show, never a grant.
std::optional<DeviceProblem> find_device_problem(const DeviceClaim& claim, const DeviceContext& context,
                                                 TimePoint now);

}  // namespace openclaw::access
