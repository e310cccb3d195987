#include "access/keys/repeat_breaker.h"

#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace openclaw::access {

namespace {

constexpr auto piece = RepeatBreaker::window / 12;

std::int64_t number_of(RepeatBreaker::Time time) {
    return time.time_since_epoch() / piece;
}

}  // namespace

RepeatBreaker::RepeatBreaker() {
    static_assert(sizeof hash_key_ == crypto_shorthash_KEYBYTES);
    randombytes_buf(hash_key_.data(), hash_key_.size());
}

std::uint64_t RepeatBreaker::hash_of(std::string_view body) const {
    std::uint64_t hash = 0;
    static_assert(sizeof hash == crypto_shorthash_BYTES);
    crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                     reinterpret_cast<const unsigned char*>(body.data()), body.size(), hash_key_.data());
    return hash;
}

// In the pieces since the last one nothing came.
void RepeatBreaker::Seen::count(Time now) {
    const auto number = number_of(now);
    const auto at = [](std::int64_t each) { return static_cast<std::uint64_t>(each) % pieces; };
    if (last == Time::min() || now - last >= window)
        counts = {};
    else
        for (auto each = number_of(last) + 1; each <= number; ++each) counts[at(each)] = 0;
    last = now;
    auto& present = counts[at(number)];
    if (present < UINT32_MAX) ++present;
}

std::uint64_t RepeatBreaker::Seen::in_window() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// The one of that body, else the one that came longest ago.
RepeatBreaker::Seen& RepeatBreaker::place_of(std::uint64_t hash, Time now) {
    const auto known = std::ranges::find_if(
        seen_, [&](const Seen& seen) { return seen.last != Time::min() && seen.hash == hash; });
    if (known != seen_.end() && now - known->last < window) return *known;
    auto& place = known != seen_.end() ? *known : *std::ranges::min_element(seen_, {}, &Seen::last);
    place = {.hash = hash};
    return place;
}

std::optional<Milliseconds> RepeatBreaker::refuse(std::string_view body, std::uint32_t limit, Time now) {
    if (limit == 0) return std::nullopt;
    const auto hash = hash_of(body);
    const std::scoped_lock guard(mutex_);
    auto& seen = place_of(hash, now);
    seen.count(now);
    seen.refused = seen.refused || seen.in_window() > limit;
    return seen.refused ? std::optional(window) : std::nullopt;
}

void RepeatBreaker::release() {
    const std::scoped_lock guard(mutex_);
    seen_ = {};
}

}  // namespace openclaw::access
