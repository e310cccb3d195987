#include "base/redact.h"

#include <algorithm>
#include <bitset>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "base/redact_forms.h"
#include "base/text.h"

namespace openclaw {
namespace {

constexpr std::size_t key_bytes = 8;  // no form of a value is shorter than the value's minimum

std::uint64_t key_at(const char* bytes) {
    std::uint64_t key = 0;
    std::memcpy(&key, bytes, key_bytes);
    return key;
}

std::size_t slot_of(std::uint64_t key) {
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 48U);
}

bool longer_or_before(const Secret& left, const Secret& right) {
    if (left.size() != right.size()) return left.size() > right.size();
    return left.reveal() < right.reveal();
}

}  // namespace

// Forms by their first eight bytes. A bitmap of those keys, small enough for the nearest cache, answers
// "no" for nearly every position of ordinary text, however many values there are.
struct Redactor::Index {
    mutable std::shared_mutex mutex;
    std::bitset<65536> seen;
    std::unordered_map<std::uint64_t, std::vector<Secret>> forms;  // longest first

    void add(std::string form) {
        if (form.size() < key_bytes) return wipe(form);
        const auto key = key_at(form.data());
        auto& same_start = forms[key];
        Secret secret(std::move(form));
        const auto place = std::ranges::lower_bound(same_start, secret, longer_or_before);
        if (place != same_start.end() && !longer_or_before(secret, *place)) return;
        same_start.insert(place, std::move(secret));
        seen.set(slot_of(key));
    }
    // The length of the longest form that stands at the front of the text, or 0.
    std::size_t match(std::string_view text) const {
        const auto key = key_at(text.data());
        if (!seen.test(slot_of(key))) return 0;
        const auto found = forms.find(key);
        if (found == forms.end()) return 0;
        for (const auto& form : found->second)
            if (text.starts_with(form.reveal())) return form.size();
        return 0;
    }
};

Redactor::Redactor() : index_(std::make_unique<Index>()) {}
Redactor::~Redactor() = default;

void Redactor::add(const Secret& value) {
    const auto text = trimmed(value.reveal());
    if (text.size() < value_bytes_min) return;
    {
        const std::shared_lock guard(index_->mutex);
        if (index_->match(text) == text.size()) return;  // it is known, and so are its other forms
    }
    auto forms = forms_of(text);
    const std::unique_lock guard(index_->mutex);
    for (auto& form : forms) index_->add(std::move(form));
}

std::string Redactor::redact(std::string_view text) const {
    std::string result;
    result.reserve(text.size());
    {
        const std::shared_lock guard(index_->mutex);
        std::size_t copied = 0, at = 0;
        while (at + key_bytes <= text.size()) {
            const auto length = index_->match(text.substr(at));
            if (length == 0) {
                ++at;
                continue;
            }
            result.append(text, copied, at - copied);
            result += placeholder;
            copied = at += length;
        }
        result.append(text, copied);
    }
    return redact_shapes(result);
}

std::vector<std::size_t> Redactor::find(std::string_view text) const {
    std::vector<std::size_t> found;
    const std::shared_lock guard(index_->mutex);
    for (std::size_t at = 0; at + key_bytes <= text.size();) {
        const auto length = index_->match(text.substr(at));
        if (length != 0) found.push_back(at);
        at += std::max<std::size_t>(length, 1);
    }
    return found;
}

}  // namespace openclaw
