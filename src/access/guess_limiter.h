#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "config/config.h"

namespace openclaw::access {

// How many wrong guesses one address may make, and how long it then waits.
struct GuessRules {
    int attempts_max = 10;
    Milliseconds window = std::chrono::minutes(1);
    Milliseconds lockout = std::chrono::minutes(5);
    // Everybody on this host shares the loopback address, so that one program with an old token would lock
    // out all others: its rest is short. The owner's socket is never limited.
    Milliseconds lockout_loopback = std::chrono::seconds(10);
    std::size_t addresses_max = 4096;
    static GuessRules from(const config::Config& config);  // gateway.auth.rateLimit.*
};

// The one counter that an address shares with all of its spellings: IPv4 within IPv6 as IPv4, an IPv6
// address as its /64, everything that isn't an address as "other".
std::string guess_key(std::string_view address);

// Counts refused guesses by address, whatever was guessed. Asked before a body is read or a credential is
// compared. Time is the steady clock's, so that a clock set back lengthens nothing.
class GuessLimiter {
public:
    using Time = std::chrono::steady_clock::time_point;
    explicit GuessLimiter(GuessRules rules) : rules_(rules) {}

    // The time left until this address may guess again; nothing when it may now.
    std::optional<Milliseconds> locked_for(std::string_view address, Time now) const;
    void record_failure(std::string_view address, Time now);
    void record_success(std::string_view address);
    void use(GuessRules rules) { rules_ = rules; }
    std::uint64_t refused() const { return refused_; }
    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        int failures = 0;
        Time window_start{};
        Time locked_until{};
    };
    void make_room(Time now);
    Milliseconds lockout_of(const std::string& key) const;

    GuessRules rules_;
    std::unordered_map<std::string, Entry> entries_;
    std::uint64_t refused_ = 0;
};

}  // namespace openclaw::access
