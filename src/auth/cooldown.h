#pragma once

#include <string>

#include "auth/profile.h"
#include "config/config.h"

namespace openclaw::auth {

// Why a request failed, as far as the credential is concerned. The names are the file's words.
enum class FailureReason {
    auth,
    rate_limit,
    billing,
    overloaded,
    server_error,
    network,
    timeout,
    overflow,
    format,
    model_not_found,
    refused_use,
    unknown
};
std::string_view name_of(FailureReason reason);

// What a failure is about: one model's limit says nothing of the others on the same key.
enum class FailureScope { unknown, model, account };

struct FailureEvent {
    FailureReason reason = FailureReason::unknown;
    std::optional<Milliseconds> retry_after;  // the provider's word wins over the ladder
    int status = 0;
    std::string text;  // what the provider said, redacted and bounded
};

struct CooldownRules {
    Milliseconds failure_window, billing_base, billing_max;
    static CooldownRules from(const config::Config& config, const std::string& provider);  // auth.cooldowns.*
};

// The ladders of model-auth 6.4, with these differences: a failure inside a rest changes nothing (a billing
// failure ends a mere cooldown's claim and disables), `retry_after` wins, each ladder counts its own reason,
// trouble of the provider (overloaded, 5xx, timeout) has a shorter ladder, and what no other credential
// would cure (network, format, overflow, model_not_found) changes nothing.
UsageStats after_failure(UsageStats before, const FailureEvent& failure, const CooldownRules& rules,
                         TimePoint now);
UsageStats after_success(UsageStats before, TimePoint now);

// Whether and until when it rests. A clock that was set back lengthens nothing: no rest outlasts the longest
// that its own start allows.
struct Rest {
    enum class Kind { cooldown, disabled } kind;  // of the one that ends last
    TimePoint until;
    std::string reason;  // "billing" when disabled; else the failure's reason, or empty when unknown
};
// The same without the time: it rests in [from, until).
struct RestWindow {
    TimePoint from, until;
    Rest::Kind kind;
    bool contains(TimePoint now) const { return from <= now && now < until; }
};
std::optional<RestWindow> rest_window(const UsageStats& usage);
std::optional<Rest> rest_of(const UsageStats& usage, TimePoint now);

}  // namespace openclaw::auth
