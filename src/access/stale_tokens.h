#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "access/secret_digest.h"

namespace openclaw::access {

// Wrong tokens that devices with a proven key have brought, so that one which is tried again by the same
// device is no other guess: a client that knows no better shuts nobody out. The last 256. From any thread.
class StaleTokens {
public:
    // Whether this device has brought this token before; from now on it has.
    bool saw(std::string_view device_id, const SecretDigest& token);

private:
    std::mutex mutex_;
    std::deque<std::string> seen_;
};

}  // namespace openclaw::access
