#pragma once

#include <cstdint>

namespace openclaw {

// What was asked of a provider besides the tokens: `batch` and `flex` are slow and cheap, `priority` the
// contrary.
enum class ServiceTier : std::uint8_t { standard, batch, priority, flex };

// The tokens of one answer by kind; each counts once.
struct TokenUsage {
    std::int64_t input = 0, output = 0, cache_read = 0, cache_write = 0;
    // Of what was written to a cache: what is kept for an hour instead of five minutes.
    std::int64_t cache_write_hour = 0;
    ServiceTier tier = ServiceTier::standard;
    // Whether whoever answered has said so; zeros that nobody has said are no count.
    bool reported = false;

    std::int64_t prompt() const { return input + cache_read + cache_write; }
    std::int64_t total() const { return prompt() + output; }
    bool operator==(const TokenUsage&) const = default;
};

}  // namespace openclaw
