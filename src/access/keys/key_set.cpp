#include "access/keys/key_set.h"

#include <algorithm>

namespace openclaw::access {

namespace {

constexpr std::string_view id_prefix = "key:";

// With the generation of the secret that was shown.
std::shared_ptr<const Identity> identity_of(const KeyRecord& record, std::uint32_t rotation,
                                            const std::shared_ptr<const Allowance>& allowance) {
    return std::make_shared<const Identity>(Identity{.id = principal_id_of(record),
                                                     .shown = fmt::format("key \"{}\"", record.name),
                                                     .proof = Proof::named_key,
                                                     .scopes = record.scopes,
                                                     .limits = record.limits,
                                                     .generation = rotation,
                                                     .allowance = allowance});
}

// What no key has.
const SecretDigest& nobodys() {
    static const SecretDigest digest{Secret()};
    return digest;
}

bool same_allowance(const std::shared_ptr<const Allowance>& left,
                    const std::shared_ptr<const Allowance>& right) {
    if (!left || !right) return left == right;
    return *left == *right;
}

}  // namespace

std::string principal_id_of(const KeyRecord& record) {
    return std::string(id_prefix) + record.id;
}

bool KeyMemory::has_passed(TimePoint end, TimePoint now) const {
    const std::scoped_lock guard(mutex_);
    if (std::ranges::find(passed_, end) != passed_.end()) return true;
    if (now < end) return false;
    passed_.push_back(end);
    return true;
}

void KeyMemory::await(const std::vector<TimePoint>& ends, TimePoint now, Steady steady) {
    const std::scoped_lock guard(mutex_);
    const auto is_one = [&](TimePoint end) { return std::ranges::find(ends, end) != ends.end(); };
    std::erase_if(passed_, [&](TimePoint end) { return !is_one(end); });
    std::erase_if(awaited_, [&](const Awaited& each) { return !is_one(each.end); });
    constexpr auto farthest = std::chrono::days(365 * 100);
    for (const auto end : ends) {
        const bool known = std::ranges::find(passed_, end) != passed_.end() ||
                           std::ranges::find(awaited_, end, &Awaited::end) != awaited_.end();
        if (!known) awaited_.push_back({end, steady + std::min<Milliseconds>(end - now, farthest)});
    }
}

std::vector<TimePoint> KeyMemory::look(TimePoint now, Steady steady) {
    const std::scoped_lock guard(mutex_);
    std::vector<TimePoint> news;
    std::erase_if(awaited_, [&](const Awaited& each) {
        const bool known = std::ranges::find(passed_, each.end) != passed_.end();
        if (!known && now < each.end && steady < each.steady) return false;
        if (!known) passed_.push_back(each.end);
        news.push_back(each.end);
        return true;
    });
    return news;
}

void KeyMemory::note_use(TimePoint now, std::string_view address) {
    const std::scoped_lock guard(mutex_);
    use_ = KeyUse{.at = now, .address = std::string(address)};
}

std::optional<KeyUse> KeyMemory::take_use() {
    const std::scoped_lock guard(mutex_);
    return std::exchange(use_, std::nullopt);
}

std::optional<Milliseconds> KeyMemory::refuse_repeat(std::string_view body, std::uint32_t limit, Steady now) {
    const std::scoped_lock guard(mutex_);
    if (limit == 0) return std::nullopt;
    if (!breaker_) breaker_ = std::make_unique<RepeatBreaker>();
    return breaker_->refuse(body, limit, now);
}

void KeyMemory::release(std::uint32_t releases) {
    const std::scoped_lock guard(mutex_);
    if (std::exchange(releases_, releases) != releases && breaker_) breaker_->release();
}

KeySet::KeySet(std::vector<Known> keys) {
    for (auto& [record, memory] : keys) {
        const auto allowance =
            record.allowance.none() ? nullptr : std::make_shared<const Allowance>(record.allowance);
        auto present = identity_of(record, record.rotations, allowance);
        auto before = record.earlier ? identity_of(record, record.rotations - 1, allowance) : nullptr;
        auto id = record.id;
        keys_.emplace(std::move(id), Entry{.record = std::move(record),
                                           .memory = std::move(memory),
                                           .present = std::move(present),
                                           .before = std::move(before)});
    }
}

KeySet KeySet::closed(Error why) {
    KeySet set({});
    set.problem_ = std::move(why);
    return set;
}

const KeySet::Entry* KeySet::find(std::string_view id) const {
    const auto found = keys_.find(std::string(id));
    return found == keys_.end() ? nullptr : &found->second;
}

// Why a key of ours lets nobody in at this time; nothing: it does.
std::optional<KeyVerdict> KeySet::over(const Entry& entry, TimePoint now) const {
    const auto& record = entry.record;
    if (record.revoked)
        return KeyVerdict{.fault = KeyFault::revoked, .name = record.name, .at = *record.revoked};
    if (record.ended) return KeyVerdict{.fault = KeyFault::ended, .name = record.name, .at = *record.ended};
    if (record.ends && entry.memory->has_passed(*record.ends, now))
        return KeyVerdict{.fault = KeyFault::ended, .name = record.name, .at = *record.ends};
    return std::nullopt;
}

// Whatever is known, two digests are compared.
KeyVerdict KeySet::judge(const OfferedKey& offered, TimePoint now) const {
    if (offered.damaged()) return {.fault = KeyFault::damaged};
    if (problem_) return {.fault = KeyFault::closed};
    const auto* entry = find(offered.id);
    const auto& record_digest = entry ? entry->record.digest : nobodys();
    const auto& earlier_digest = entry && entry->record.earlier ? entry->record.earlier->digest : nobodys();
    const bool present = record_digest == *offered.digest;
    const bool before = earlier_digest == *offered.digest;
    if (!entry) return {.fault = KeyFault::unknown};
    if (!present && !before) return {.fault = KeyFault::wrong_secret};
    if (auto verdict = over(*entry, now)) return std::move(*verdict);
    if (present) return {.identity = entry->present, .name = entry->record.name};
    const auto ends = entry->record.earlier->ends;
    if (entry->memory->has_passed(ends, now))
        return {.fault = KeyFault::replaced, .name = entry->record.name, .at = ends};
    return {.identity = entry->before, .name = entry->record.name};
}

bool KeySet::stands(const Principal& principal, TimePoint now) const {
    const auto* entry = entry_of(principal);
    if (!entry || over(*entry, now)) return false;
    const auto& earlier = entry->record.earlier;
    const bool by_present = entry->present->generation == principal.generation();
    const bool by_earlier = entry->before && entry->before->generation == principal.generation() &&
                            !entry->memory->has_passed(earlier->ends, now);
    if (!by_present && !by_earlier) return false;
    const auto& identity = *entry->present;
    return identity.limits == principal.limits() &&
           same_allowance(identity.allowance, principal.allowance()) &&
           identity.scopes.allow(Scope::admin) == principal.is_admin_by_proof() &&
           identity.scopes.narrowed_to(principal.scopes()) == principal.scopes();
}

const KeySet::Entry* KeySet::entry_of(const Principal& principal) const {
    if (principal.proof() != Proof::named_key) return nullptr;
    return find(std::string_view(principal.id()).substr(id_prefix.size()));
}

void KeySet::note_use(const Principal& principal, std::string_view address, TimePoint now) const {
    if (const auto* entry = entry_of(principal)) entry->memory->note_use(now, address);
}

std::optional<Milliseconds> KeySet::refuse_repeat(const Principal& principal, std::string_view body,
                                                  std::uint32_t limit, KeyMemory::Steady now) const {
    const auto* entry = entry_of(principal);
    return entry ? entry->memory->refuse_repeat(body, limit, now) : std::nullopt;
}

}  // namespace openclaw::access
