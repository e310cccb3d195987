#include "base/redact.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/redact_forms.h"
#include "base/redact_index.h"

namespace openclaw {
namespace {

static_assert(RedactIndex::start_bytes <= Redactor::value_bytes_min);

using Id = std::uint64_t;  // the hash of a whole value

struct Entry {
    std::vector<RedactIndex::Value> forms;
    std::size_t holders = 0;
    bool for_good = false;
    std::uint64_t let_go = 0;  // which in the row of all that were let go
};

struct LetGo {
    Id id;
    std::uint64_t number;
};

}  // namespace

// Whoever changes what is known holds `changes`, and `reading` only while the index changes: making the forms
// of a value takes longer than looking for it, and keeps no reader waiting.
struct Redactor::Known {
    std::mutex changes;
    std::unordered_map<Id, Entry> entries;
    std::map<std::string, std::vector<Id>, std::less<>> places;  // ids in order
    std::deque<LetGo> let_go;                                    // oldest first
    std::uint64_t let_go_count = 0;

    mutable std::shared_mutex reading;
    RedactIndex index;

    // The entry of a value, which is looked for from now on. Nothing when it is too short to be known.
    std::optional<Id> learned(const Secret& value) {
        const auto known = value.trimmed();
        if (known.size() < value_bytes_min) return std::nullopt;
        const auto id = index.measured(known).whole;
        const auto [entry, is_new] = entries.try_emplace(id);
        if (!is_new) return id;
        for (const auto& form : forms_of(known))
            if (form.size() >= RedactIndex::start_bytes) entry->second.forms.push_back(index.measured(form));
        const std::unique_lock guard(reading);
        for (const auto& form : entry->second.forms) index.add(form);
        return id;
    }

    void release(Id id) {
        auto& entry = entries.at(id);
        if (--entry.holders > 0) return;
        entry.let_go = ++let_go_count;
        let_go.push_back({id, entry.let_go});
        if (let_go.size() <= let_go_max) return;
        forget(let_go.front());
        let_go.pop_front();
    }

    // Unless somebody holds it again, or let it go once more since.
    void forget(const LetGo& oldest) {
        const auto found = entries.find(oldest.id);
        if (found == entries.end() || found->second.holders > 0 || found->second.let_go != oldest.number)
            return;
        const std::unique_lock guard(reading);
        for (const auto& form : found->second.forms) index.remove(form);
        entries.erase(found);
    }
};

Redactor::Redactor() : known_(std::make_unique<Known>()) {}
Redactor::~Redactor() = default;

void Redactor::add(const Secret& value) {
    const std::lock_guard guard(known_->changes);
    const auto id = known_->learned(value);
    if (!id) return;
    auto& entry = known_->entries.at(*id);
    if (!std::exchange(entry.for_good, true)) ++entry.holders;
}

void Redactor::hold(std::string_view place, std::span<const Secret* const> values) {
    const std::lock_guard guard(known_->changes);
    std::vector<Id> now;
    now.reserve(values.size());
    for (const auto* value : values)
        if (const auto id = known_->learned(*value)) now.push_back(*id);
    std::ranges::sort(now);
    now.erase(std::ranges::unique(now).begin(), now.end());

    auto& held = known_->places.try_emplace(std::string(place)).first->second;
    std::vector<Id> taken, released;
    std::ranges::set_difference(now, held, std::back_inserter(taken));
    std::ranges::set_difference(held, now, std::back_inserter(released));
    for (const auto id : taken) ++known_->entries.at(id).holders;
    for (const auto id : released) known_->release(id);
    held = std::move(now);
    if (held.empty()) known_->places.erase(known_->places.find(place));
}

std::string Redactor::redact(std::string_view text) const {
    std::string result;
    result.reserve(text.size());
    {
        const std::shared_lock guard(known_->reading);
        std::size_t copied = 0, at = 0;
        while (at + RedactIndex::start_bytes <= text.size()) {
            const auto length = known_->index.match(text.substr(at));
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
    const std::shared_lock guard(known_->reading);
    for (std::size_t at = 0; at + RedactIndex::start_bytes <= text.size();) {
        const auto length = known_->index.match(text.substr(at));
        if (length != 0) found.push_back(at);
        at += std::max<std::size_t>(length, 1);
    }
    return found;
}

}  // namespace openclaw
