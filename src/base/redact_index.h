#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace openclaw {

// Which of many known values stands at a place in a text, whatever the values have in common.
//
// No value is kept: each is known by its length and a hash of all its bytes (a polynomial modulo 2^61 - 1, at
// a point that chance chose). Values with the same first bytes, as all keys of one provider have them, form a
// group, which knows the lengths that occur in it. Where these first bytes stand in a text, one walk over
// what follows grows the hash and looks it up at each of these lengths. So a place costs at most the longest
// value and never the number of values, and adding one costs its length. Two texts with one hash (a chance of
// 10^-16) would only let too much be taken out.
class RedactIndex {
public:
    static constexpr std::size_t start_bytes = 8;  // shorter values can't be known

    struct Value {
        std::uint64_t start, whole;  // hashes of the first start_bytes, and of all bytes
        std::size_t length;
    };

    RedactIndex();
    // Of a value of start_bytes or more.
    Value measured(const Secret& value) const;
    // Counted: what was added twice is known until it was removed twice.
    void add(const Value& value);
    void remove(const Value& value);
    // The length of the longest value that stands at the front of a text of start_bytes or more, or 0.
    std::size_t match(std::string_view text) const;

private:
    struct Length {
        std::size_t length, values;
    };
    using Group = std::vector<Length>;  // shortest first

    std::uint64_t grown(std::uint64_t hash, std::uint64_t by) const;
    std::uint64_t finished(std::uint64_t hash, std::string_view value) const;
    void mark(std::uint64_t start);
    bool may_start(std::uint64_t start) const;

    std::uint64_t point_;
    std::unordered_map<std::uint64_t, Group> groups_;        // by start
    std::unordered_map<std::uint64_t, std::size_t> wholes_;  // how often each was added
    // A bit for each start, thin enough to say "no" for nearly every place in ordinary text. What was removed
    // may keep its bit.
    std::vector<std::uint64_t> marks_;
};

}  // namespace openclaw
