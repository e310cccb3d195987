#include "access/guess_limiter.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

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

std::string guess_key(std::string_view address) {
    const std::string text(address.substr(0, address.find('%')));
    in_addr v4{};
    if (inet_pton(AF_INET, text.c_str(), &v4) == 1)
        return "4" + std::string(reinterpret_cast<const char*>(&v4), sizeof v4);
    in6_addr v6{};
    if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return "other";
    if (IN6_IS_ADDR_V4MAPPED(&v6)) return "4" + std::string(reinterpret_cast<const char*>(&v6) + 12, 4);
    if (IN6_IS_ADDR_LOOPBACK(&v6)) return std::string("4\x7f\0\0\x01", 5);
    return "6" + std::string(reinterpret_cast<const char*>(&v6), 8);
}

std::optional<Milliseconds> GuessLimiter::locked_for(std::string_view address, Time now) const {
    const auto found = entries_.find(guess_key(address));
    if (found == entries_.end() || found->second.locked_until <= now) return std::nullopt;
    return std::chrono::ceil<Milliseconds>(found->second.locked_until - now);
}

void GuessLimiter::record_failure(std::string_view address, Time now) {
    ++refused_;
    const std::string key = guess_key(address);
    auto found = entries_.find(key);
    if (found == entries_.end()) {
        make_room(now);
        found = entries_.emplace(key, Entry{.failures = 0, .window_start = now, .locked_until = {}}).first;
    }
    Entry& entry = found->second;
    if (entry.locked_until > now) return;  // a guess during the rest doesn't extend it
    if (now - entry.window_start > rules_.window)
        entry = {.failures = 0, .window_start = now, .locked_until = {}};
    if (++entry.failures < rules_.attempts_max) return;
    entry = {.failures = 0, .window_start = now, .locked_until = now + lockout_of(key)};
}

void GuessLimiter::record_success(std::string_view address) {
    const auto found = entries_.find(guess_key(address));
    if (found != entries_.end()) entries_.erase(found);
}

Milliseconds GuessLimiter::lockout_of(const std::string& key) const {
    return key.starts_with("4\x7f") ? rules_.lockout_loopback : rules_.lockout;
}

// Forgets what has run out; when that isn't enough, the address that was seen first goes.
void GuessLimiter::make_room(Time now) {
    if (entries_.size() < rules_.addresses_max) return;
    std::erase_if(entries_, [&](const auto& item) {
        return item.second.locked_until <= now && now - item.second.window_start > rules_.window;
    });
    if (entries_.size() < rules_.addresses_max) return;
    const auto oldest = std::ranges::min_element(entries_, {}, [](const auto& item) {
        return std::max(item.second.window_start, item.second.locked_until);
    });
    entries_.erase(oldest);
}

}  // namespace openclaw::access
