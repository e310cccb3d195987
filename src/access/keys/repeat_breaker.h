#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace openclaw::access {

// Ends a run of equal calls: what a program that has got into a loop does all night. Counts the bodies that
// one key sends, by a hash of each. One that comes more often than the limit within a minute is refused from
// then on, until it hasn't come for a whole minute, or until somebody lets the run go on. Other calls of the
// same key go through. Remembers the 64 bodies that came last; memory is bounded however many there are. From
// any thread.
class RepeatBreaker {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::size_t bodies_max = 64;
    static constexpr Milliseconds window = std::chrono::minutes(1);

    RepeatBreaker();
    // The time after which to come again; nothing: go on. A limit of 0 refuses nothing.
    std::optional<Milliseconds> refuse(std::string_view body, std::uint32_t limit, Time now);
    // Forgets what came.
    void release();

private:
    // A minute in pieces; of the first one, what came before the minute counts no more.
    static constexpr std::size_t pieces = 12;
    struct Seen {
        std::uint64_t hash = 0;
        Time last = Time::min();  // never
        std::array<std::uint32_t, pieces> counts{};
        bool refused = false;

        void count(Time now);
        std::uint64_t in_window() const;
    };
    Seen& place_of(std::uint64_t hash, Time now);
    std::uint64_t hash_of(std::string_view body) const;

    // Nobody outside knows it, so that nobody can make two bodies count as one.
    std::array<unsigned char, 16> hash_key_{};
    std::mutex mutex_;
    std::array<Seen, bodies_max> seen_{};
};

}  // namespace openclaw::access
