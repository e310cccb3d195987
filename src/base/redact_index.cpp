#include "base/redact_index.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/random.h"

namespace openclaw {
namespace {

constexpr std::uint64_t prime = (std::uint64_t{1} << 61U) - 1;
constexpr std::size_t marks_min = 1024, bits_for_each = 16;  // words of 64 bits; bits of marks for each start

__extension__ using Wide = unsigned __int128;

std::uint64_t random_number() {
    std::uint64_t number = 0;
    std::memcpy(&number, random_bytes(sizeof number).data(), sizeof number);
    return number;
}

// Bytes as a number below the prime, so that different ones stay different.
constexpr std::size_t word_bytes = 7;
std::uint64_t word_of(const char* bytes, std::size_t count) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, count);
    return word;
}

// Not the bytes themselves, so that not even they can be read in a picture of the memory.
std::uint64_t start_of(const char* bytes, std::uint64_t point) {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes, RedactIndex::start_bytes);
    return (number ^ point) * 0x9E3779B97F4A7C15ULL;
}

}  // namespace

RedactIndex::RedactIndex() : point_(random_number() % (prime - 256) + 256), marks_(marks_min) {}

std::uint64_t RedactIndex::grown(std::uint64_t hash, std::uint64_t by) const {
    const Wide product = Wide{hash} * point_ + by;
    hash = static_cast<std::uint64_t>(product & prime) + static_cast<std::uint64_t>(product >> 61U);
    return hash >= prime ? hash - prime : hash;
}

// From the hash of its whole words to that of all its bytes.
std::uint64_t RedactIndex::finished(std::uint64_t hash, std::string_view value) const {
    const auto rest = value.size() % word_bytes;
    if (rest > 0) hash = grown(hash, word_of(value.data() + value.size() - rest, rest));
    return grown(hash, value.size());
}

RedactIndex::Value RedactIndex::measured(const Secret& secret) const {
    assert(secret.size() >= start_bytes);
    const auto value = secret.reveal();
    std::uint64_t hash = 0;
    for (std::size_t at = 0; at + word_bytes <= value.size(); at += word_bytes)
        hash = grown(hash, word_of(value.data() + at, word_bytes));
    return {.start = start_of(value.data(), point_), .whole = finished(hash, value), .length = value.size()};
}

void RedactIndex::mark(std::uint64_t start) {
    const auto bit = (start >> 32U) % (marks_.size() * 64);
    marks_[bit / 64] |= std::uint64_t{1} << bit % 64;
}

bool RedactIndex::may_start(std::uint64_t start) const {
    const auto bit = (start >> 32U) % (marks_.size() * 64);
    return (marks_[bit / 64] >> bit % 64 & 1U) != 0;
}

void RedactIndex::add(const Value& value) {
    if (++wholes_[value.whole] > 1) return;
    auto& group = groups_[value.start];
    const auto place = std::ranges::lower_bound(group, value.length, {}, &Length::length);
    if (place != group.end() && place->length == value.length)
        ++place->values;
    else
        group.insert(place, {value.length, 1});
    if (groups_.size() * bits_for_each <= marks_.size() * 64) return mark(value.start);
    marks_.assign(marks_.size() * 2, 0);
    for (const auto& [start, lengths] : groups_) mark(start);
}

void RedactIndex::remove(const Value& value) {
    const auto whole = wholes_.find(value.whole);
    assert(whole != wholes_.end());
    if (--whole->second > 0) return;
    wholes_.erase(whole);
    const auto group = groups_.find(value.start);
    const auto place = std::ranges::lower_bound(group->second, value.length, {}, &Length::length);
    if (--place->values == 0) group->second.erase(place);
    if (group->second.empty()) groups_.erase(group);
}

std::size_t RedactIndex::match(std::string_view text) const {
    const auto start = start_of(text.data(), point_);
    if (!may_start(start)) return 0;
    const auto group = groups_.find(start);
    if (group == groups_.end()) return 0;
    std::uint64_t hash = 0;
    std::size_t walked = 0, longest = 0;
    for (const auto& [length, values] : group->second) {
        if (length > text.size()) break;
        for (; walked + word_bytes <= length; walked += word_bytes)
            hash = grown(hash, word_of(text.data() + walked, word_bytes));
        if (wholes_.contains(finished(hash, text.substr(0, length)))) longest = length;
    }
    return longest;
}

}  // namespace openclaw
