#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "access/admit.h"
#include "access/browser_guard.h"
#include "access/guess_limiter.h"
#include "access/refusal_log.h"
#include "chat/chat.h"
#include "credentials/credentials.h"
#include "gateway/gateway.h"
#include "gateway/ws/hub.h"
#include "gateway/ws/presence.h"
#include "gateway/ws/run_feed.h"

namespace openclaw::gateway {

// What is replaced as a whole when config or secret change; requests under way keep what they took.
struct Settings {
    std::shared_ptr<const config::Config> config;  // the last good one
    access::GatewaySecret secret;
    access::AccessPolicy access;
    access::BrowserPolicy browser;
    access::GuessRules guesses;
    bool completions_enabled = true;  // gateway.http.endpoints.chatCompletions.enabled, unless it says no
};
Settings settings_of(std::shared_ptr<const config::Config> config, access::GatewaySecret secret,
                     std::string_view fingerprint_key);

// How current the gateway is.
struct Currency {
    TimePoint read_at{};                     // when config and environment were last read and taken over
    std::string problem;                     // why newer ones were not; empty: nothing stands in the way
    std::vector<std::string> needs_restart;  // settings that changed since the start and need one to count
    std::map<std::string, std::string> damaged_stores;  // file -> why its change is not in use
};

// What routes and methods work with. Owned by the gateway, outlives every task.
struct Core {
    Core(Parts parts_given, Settings settings_given, Endpoint endpoint_given);

    Parts parts;
    Settings settings;
    Endpoint endpoint;
    net::TaskGroup tasks;
    access::GuessLimiter limiter;
    access::RefusalLog refusals;
    credentials::Credentials credentials;
    chat::Chat chat;
    Hub hub;
    RunFeed feed;
    Presence presence;
    std::chrono::steady_clock::time_point started;
    std::int64_t health_version = 1;
    bool stopping = false;
    net::Abort ending;  // requested when the last turns are over: nothing waits for its time any more
    std::function<void()> refresh;  // reads again what has changed on disk; called before a request is judged
    std::function<net::Task<void>()> reread;  // reads everything again, whatever the times of the files say
    Currency currency;
    bool presence_announced = false;  // a presence event is on its way

    const config::Config& config() const { return *settings.config; }
    TimePoint now() const { return parts.clock.now(); }
    Milliseconds uptime() const;
    json::object state_version() const;
};

}  // namespace openclaw::gateway
