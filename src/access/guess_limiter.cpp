#include "access/guess_limiter.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "net/stream/address_block.h"

namespace openclaw::access {

GuessRules GuessRules::from(const config::Config& config) {
    GuessRules rules;
    const auto* limits = as_object(config.find("gateway.auth.rateLimit"));
    if (!limits) return rules;
    const auto bounded = [&](std::string_view key, std::int64_t fallback, std::int64_t max) {
        return std::clamp<std::int64_t>(integer_at(*limits, key).value_or(fallback), 1, max);
    };
    constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;
    rules.attempts_max = static_cast<int>(bounded("maxAttempts", rules.attempts_max, 1000));
    rules.window = Milliseconds(bounded("windowMs", rules.window.count(), day_ms));
    const auto lockout_configured = integer_at(*limits, "lockoutMs").has_value();
    rules.lockout = Milliseconds(bounded("lockoutMs", rules.lockout.count(), day_ms));
    if (lockout_configured) rules.lockout_loopback = std::min(rules.lockout, rules.lockout_loopback);
    return rules;
}

namespace {

// A key that no address has.
constexpr std::string_view forwarded_key = "forwarded";

}  // namespace

std::array<std::optional<GuessLimiter::Place>, 2> GuessLimiter::places_of(const Guesser& guesser) const {
    auto key = net::address_block(guesser.address);
    const auto lockout = key == net::loopback_block ? rules_.lockout_loopback : rules_.lockout;
    std::array<std::optional<Place>, 2> places;
    places[0] = Place{std::move(key), rules_.attempts_max, lockout};
    if (guesser.through_this_host)
        places[1] = Place{std::string(forwarded_key), rules_.attempts_max * rules_.forwarded_factor,
                          rules_.lockout_loopback};
    return places;
}

std::optional<Milliseconds> GuessLimiter::locked_for(const Guesser& guesser, Time now) const {
    const std::scoped_lock guard(mutex_);
    return locked(guesser, now);
}

std::optional<Milliseconds> GuessLimiter::locked(const Guesser& guesser, Time now) const {
    std::optional<Milliseconds> longest;
    for (const auto& place : places_of(guesser)) {
        const auto* counter = place ? find(place->key) : nullptr;
        if (!counter || counter->locked_until <= now) continue;
        const auto left = std::chrono::ceil<Milliseconds>(counter->locked_until - now);
        longest = std::max(longest.value_or(left), left);
    }
    return longest;
}

bool GuessLimiter::take_second_chance(const Guesser& guesser, Time now) {
    const std::scoped_lock guard(mutex_);
    std::vector<Counter*> counters;
    for (const auto& place : places_of(guesser)) {
        const auto* found = place ? find(place->key) : nullptr;
        if (!found || found->locked_until <= now) continue;
        auto& counter = counter_of(place->key, now);
        if (now - counter.second_window > rules_.window) {
            counter.second_window = now;
            counter.second_chances = 0;
        }
        if (counter.second_chances >= place->attempts_max) return false;
        counters.push_back(&counter);
    }
    for (auto* counter : counters) ++counter->second_chances;
    return true;
}

std::optional<Milliseconds> GuessLimiter::record_failure(const Guesser& guesser, Time now) {
    const std::scoped_lock guard(mutex_);
    ++refused_;
    if (auto wait = locked(guesser, now)) return wait;
    for (const auto& place : places_of(guesser))
        if (place) count(*place, now);
    return std::nullopt;
}

void GuessLimiter::count(const Place& place, Time now) {
    Counter& counter = counter_of(place.key, now);
    if (now - counter.window_start > rules_.window) counter = {.window_start = now};
    if (++counter.failures < place.attempts_max) return;
    counter = {.window_start = now, .locked_until = now + place.lockout, .second_window = now};
}

void GuessLimiter::use(GuessRules rules) {
    const std::scoped_lock guard(mutex_);
    rules_ = rules;
}

std::uint64_t GuessLimiter::refused() const {
    const std::scoped_lock guard(mutex_);
    return refused_;
}

std::size_t GuessLimiter::size() const {
    const std::scoped_lock guard(mutex_);
    return young_.size() + old_.size();
}

const GuessLimiter::Counter* GuessLimiter::find(const std::string& key) const {
    for (const auto* counters : {&young_, &old_})
        if (const auto found = counters->find(key); found != counters->end()) return &found->second;
    return nullptr;
}

// The young one of that key; a new one if there is none.
GuessLimiter::Counter& GuessLimiter::counter_of(const std::string& key, Time now) {
    if (const auto found = young_.find(key); found != young_.end()) return found->second;
    make_room(now);
    if (auto known = old_.extract(key)) return young_.insert(std::move(known)).position->second;
    return young_.emplace(key, Counter{.window_start = now}).first->second;
}

// Those who wait are kept, as long as they are few, so that nobody ends his own rest by guessing from
// elsewhere.
void GuessLimiter::make_room(Time now) {
    if (young_.size() < rules_.addresses_max / 2) return;
    const auto forgotten = std::exchange(old_, std::exchange(young_, {}));
    for (const auto& [key, counter] : forgotten)
        if (counter.locked_until > now && young_.size() < rules_.addresses_max / 4)
            young_.emplace(key, counter);
}

}  // namespace openclaw::access
