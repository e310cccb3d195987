#pragma once

#include <string>

#include "auth/profiles/profile.h"
#include "auth/rests/rest.h"
#include "auth/rests/standing.h"
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
    wrong_address,  // what was asked isn't the provider's API
    no_answer,      // it answered, but not with text
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
    FailureScope scope = FailureScope::unknown;
    std::string model = {};       // bare id of the one that was asked; empty: it counts for the account
    std::string credential = {};  // credential_print() of what was sent; empty: not known
    bool on_demand = false;       // it rested, and nothing else was usable
};

struct CooldownRules {
    Milliseconds failure_window, billing_base, billing_max;
    Milliseconds billing_trial = std::chrono::minutes(30);  // the longest time between two trials
    static CooldownRules from(const config::Config& config, const ProviderId& provider);  // auth.cooldowns.*
};

// The record after a failure. A limit, a refusal or an unknown failure rests it for 1, 5, 25, then 60
// minutes; trouble of the provider (overloaded, 5xx, timeout) for 15 s, 1, 5, then 10 minutes; a bill for
// billing_base, doubled each time, at most billing_max. Each reason climbs by its own count, and anew when
// the last failure is longer ago than failure_window; a time that the provider asks for (`retry_after`) wins.
// A failure inside a rest changes nothing (a billing failure ends a mere cooldown's claim and disables; of a
// try on demand the words and the time are kept, and its end where the provider names it now), nor does what
// no other credential would cure (network, format, overflow, model_not_found, wrong_address, no_answer). A
// limit or trouble of the provider rests the asked model alone, unless the provider says that it is the
// account's; a second model that meets a limit while the first one rests, with no success between them, rests
// the account. What the record said of another secret is forgotten.
UsageStats after_failure(UsageStats before, const FailureEvent& failure, const CooldownRules& rules,
                         TimePoint now);

struct SuccessEvent {
    std::string model = {};
    // When the request went out: one that was under way before a rest began doesn't end it.
    std::optional<TimePoint> sent = {};
    std::string credential = {};
};
// Ends the rests of the account and of that model. What was last said and when stays; a person's rest too.
UsageStats after_success(UsageStats before, TimePoint now, const SuccessEvent& success = {});

// A person lets a credential rest, or one model on it, or ends its rests: of one model, or, with an empty
// one, all of them. `credential` is the print of what is stored now, as in FailureEvent.
UsageStats after_bench(UsageStats before, const Bench& bench, const std::string& model = {},
                       const std::string& credential = {});
UsageStats after_clear(UsageStats before, const std::string& model = {});

}  // namespace openclaw::auth
