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

// The ladders of model-auth 6.4, with these differences: a failure inside a rest doesn't extend it,
// `retry_after` wins, format, overflow and model_not_found change nothing, and each ladder counts its own
// reason.
UsageStats after_failure(UsageStats before, const FailureEvent& failure, const CooldownRules& rules,
                         TimePoint now);
UsageStats after_success(UsageStats before, TimePoint now);

// Whether and until when it rests. A clock that was set back lengthens nothing: no rest outlasts the longest
// that its own start allows.
struct Rest {
    enum class Kind { cooldown, disabled } kind;
    TimePoint until;
    std::string reason;
};
std::optional<Rest> rest_of(const UsageStats& usage, TimePoint now);

}  // namespace openclaw::auth
