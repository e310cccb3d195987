#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "access/browser_guard.h"
#include "access/guess_limiter.h"
#include "access/policy.h"
#include "base/swapped.h"
#include "config/config.h"
#include "config/files/writer.h"
#include "gateway/serving/tls_lock.h"

namespace openclaw::gateway {

// Reads config, environment files and all again. Called at the start, and from a thread of the pool whenever
// a file has changed; never twice at once.
using ConfigLoader = std::function<Result<std::shared_ptr<const config::Config>>()>;
// Makes what changes the config; called from threads of the pool.
using ConfigWriterMaker = std::function<config::ConfigWriter()>;

// What requests read: made from the files as they were at one moment, never changed, replaced as a whole. A
// request takes it once and goes on with it, whatever is written meanwhile.
struct Serving {
    std::shared_ptr<const config::Config> config;  // the last good one
    access::GatewaySecret secret;                  // and where it was found
    TlsLock tls;
    access::BrowserPolicy browser;
    access::GuessRules guesses;
    std::uint32_t repeat_limit;  // of equal bodies a minute from one named key; 0: no limit
    bool completions_enabled;    // gateway.http.endpoints.chatCompletions.enabled, unless it says no
    std::vector<config::Problem> weak_points;  // of them both (weak_points.h)

    access::Policy lock(std::string_view fingerprint_key) const;  // for the doorman
};
using ServingPointer = std::shared_ptr<const Serving>;

ServingPointer make_serving(std::shared_ptr<const config::Config> config, access::GatewaySecret secret,
                            TlsLock tls, std::vector<config::Problem> weak_points);

// Loads a config without problems.
Result<std::shared_ptr<const config::Config>> load_valid(const ConfigLoader& load);

}  // namespace openclaw::gateway
