#pragma once

#include <array>
#include <chrono>
#include <mutex>
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
    // Everybody on this host shares the loopback addresses, so that one program with an old token would lock
    // out all others: their rest is short. The owner's socket is never limited.
    Milliseconds lockout_loopback = std::chrono::seconds(10);
    // All clients together whom a proxy on this host names: many times what one may. A proxy has many
    // clients, but any program here can say that it is one and give each of its guesses an address of its
    // own.
    int forwarded_factor = 10;
    std::size_t addresses_max = 4096;
    static GuessRules from(const config::Config& config);  // gateway.auth.rateLimit.*
};

// Who guesses, as far as anybody can tell.
struct Guesser {
    std::string address;             // canonical or not
    bool through_this_host = false;  // a trusted proxy on loopback has named the address
};

// Counts refused guesses by address (net::address_block), whatever was guessed; a right one clears nothing,
// or it would wash away the guesses of others at the same address. Who comes through a proxy on this host
// counts twice: for the client that the proxy names, and for all that it names. Time is the steady clock's,
// so that a clock set back lengthens nothing. From any thread.
class GuessLimiter {
public:
    using Time = std::chrono::steady_clock::time_point;
    explicit GuessLimiter(GuessRules rules) : rules_(rules) {}

    // The time left until this one may guess again; nothing when he may now.
    std::optional<Milliseconds> locked_for(const Guesser& guesser, Time now) const;
    // One more try for somebody who waits, as many in a window as he has tries outside of a lockout.
    bool take_second_chance(const Guesser& guesser, Time now);
    // A wrong guess. Gives the time that he has to wait already; such a guess doesn't extend it.
    std::optional<Milliseconds> record_failure(const Guesser& guesser, Time now);
    void use(GuessRules rules);
    std::uint64_t refused() const;
    std::size_t size() const;

private:
    // What is counted under one key.
    struct Counter {
        int failures = 0;
        Time window_start{};
        Time locked_until{};
        int second_chances = 0;
        Time second_window{};
    };
    // Where a guess counts, and with which bounds.
    struct Place {
        std::string key;
        int attempts_max = 0;
        Milliseconds lockout{};
    };
    using Counters = std::unordered_map<std::string, Counter>;
    std::array<std::optional<Place>, 2> places_of(const Guesser& guesser) const;
    std::optional<Milliseconds> locked(const Guesser& guesser, Time now) const;
    const Counter* find(const std::string& key) const;
    Counter& counter_of(const std::string& key, Time now);
    void count(const Place& place, Time now);
    void make_room(Time now);

    mutable std::mutex mutex_;  // of all that follows
    GuessRules rules_;
    // Two generations: when the younger one is full, the older one is forgotten and the younger takes its
    // place. So making room costs the same however many addresses guess.
    Counters young_, old_;
    std::uint64_t refused_ = 0;
};

}  // namespace openclaw::access
