#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "auth/oauth/issuer.h"
#include "auth/oauth/token_answer.h"
#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"

namespace openclaw::auth::oauth {

using SteadyTime = std::chrono::steady_clock::time_point;

// What the person does on another screen, and what we ask with meanwhile. Source: RFC 8628, 3.2.
struct DeviceCode {
    Secret device_code;
    std::string user_code, page, page_with_code;  // the last may be empty
    Milliseconds interval = std::chrono::seconds(5), lifetime = std::chrono::minutes(15);
};
// `unavailable` with what the issuer said, `invalid_input` for an answer that lacks something or names a page
// that isn't on https (or near).
Result<DeviceCode> read_device_code(int status, std::string_view body);

// When to ask for the tokens, and when to stop. By the steady clock: a code outlives no suspend that it
// shouldn't, and a wall clock that is set changes nothing.
class DevicePolls {
public:
    DevicePolls(const DeviceCode& code, SteadyTime now)
        : interval_(code.interval), next_(now + code.interval), end_(now + code.lifetime) {}

    SteadyTime next() const { return next_; }
    bool over(SteadyTime now) const { return now >= end_; }
    // After an answer; no answer at all (a network that failed) ends nothing.
    void settle(const TokenAnswer& answer, SteadyTime now);

private:
    Milliseconds interval_;
    SteadyTime next_, end_;
};

}  // namespace openclaw::auth::oauth
