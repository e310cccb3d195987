#include "access/keys/key_book.h"

#include <algorithm>

#include "access/keys/allowance_text.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::size_t records_max = 1000;
constexpr std::size_t name_bytes_max = 40;
constexpr auto remembered = std::chrono::days(365);

std::unexpected<Error> unknown(const std::string& id_or_name) {
    return hinted(fail(Code::not_found, "there is no key \"{}\"", printable(shortened(id_or_name, 64))),
                  "see `openclaw gateway keys list`");
}

// Since when it lets nobody in; nothing: it does.
std::optional<TimePoint> over_since(const KeyRecord& record, TimePoint now) {
    std::optional<TimePoint> since;
    const auto take = [&](const std::optional<TimePoint>& time) {
        if (time && (!since || *time < *since)) since = time;
    };
    take(record.revoked);
    take(record.ended);
    if (record.ends && *record.ends <= now) take(record.ends);
    return since;
}

std::unexpected<Error> over(const KeyRecord& record) {
    if (record.revoked)
        return hinted(fail(Code::denied, "the key \"{}\" is revoked", record.name),
                      "make a new one: `openclaw gateway keys create NAME`");
    return hinted(
        fail(Code::denied, "the key \"{}\" has ended", record.name),
        fmt::format("give it a later end: `openclaw gateway keys update {} --expires 90d`", record.id));
}

Result<void> refuse_taken(const std::vector<KeyRecord>& records, const std::string& name, TimePoint now) {
    for (const auto& record : records)
        if (record.name == name && stands(record, now))
            return hinted(fail(Code::busy, "there is a key \"{}\" already", name),
                          fmt::format("choose another name, or `openclaw gateway keys rotate {}` for a new "
                                      "secret",
                                      name));
    return {};
}

// As it is after the gateway has seen those ends.
void apply(KeyRecord& record, const KeyBook::News& news) {
    if (news.use && (!record.last_used || record.last_used->at < news.use->at)) record.last_used = news.use;
    for (const auto end : news.passed) {
        if (record.ends == end && !record.ended) record.ended = end;
        if (record.earlier && record.earlier->ends == end) record.earlier.reset();
    }
}

}  // namespace

bool stands(const KeyRecord& record, TimePoint now) {
    return !over_since(record, now);
}

Result<void> check_key_name(std::string_view name) {
    const bool sound = !name.empty() && name.size() <= name_bytes_max && name.front() != '-' &&
                       std::ranges::all_of(name, [](char sign) {
                           return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
                                  (sign >= '0' && sign <= '9') || sign == '-' || sign == '_' || sign == '.';
                       });
    if (sound) return {};
    return hinted(
        fail(Code::invalid_input, "\"{}\" can't be the name of a key", printable(shortened(name, 64))),
        "use letters, digits, \"-\", \"_\" and \".\", at most 40");
}

Result<void> check_key(const KeyRecord& record, TimePoint now) {
    if (auto sound = check_key_name(record.name); !sound) return sound;
    if (auto sound = check_limits(record.limits); !sound) return sound;
    if (record.ends && *record.ends <= now)
        return hinted(fail(Code::invalid_input, "a key that ends at once lets nobody in"),
                      "give it some time: --expires 90d");
    if (!record.allowance.time_zone.empty())
        if (auto sound = check_time_zone(record.allowance.time_zone); !sound) return sound;
    if (record.scopes.empty())
        return hinted(fail(Code::invalid_input, "a key without scopes opens nothing"),
                      "name some: --scopes chat,read");
    return {};
}

Result<std::vector<KeyRecord>> KeyBook::records() {
    auto records = store_.read();
    if (records)
        std::ranges::sort(*records, {}, [](const KeyRecord& each) { return std::pair(each.made, each.id); });
    return records;
}

Result<KeyRecord> KeyBook::find(const std::string& id_or_name, TimePoint now) {
    const auto all = records();
    if (!all) return std::unexpected(all.error());
    const KeyRecord* best = nullptr;
    for (const auto& record : *all) {
        if (record.id == id_or_name) return record;
        if (record.name != id_or_name) continue;
        if (!best || stands(record, now) || !stands(*best, now)) best = &record;
    }
    if (!best) return unknown(id_or_name);
    return *best;
}

Result<void> KeyBook::check_name_is_free(const std::string& name, TimePoint now) {
    const auto all = records();
    if (!all) return std::unexpected(all.error());
    return refuse_taken(*all, name, now);
}

namespace {

std::string account_of(const KeyRecord& record) {
    return record.limits.budget.value_or("key:" + record.id);
}

// One account has one midnight: with two, each would open a budget of its own.
Result<void> check_zone_of_account(const std::vector<KeyRecord>& records, const KeyRecord& record,
                                   TimePoint now) {
    if (record.allowance.budgets.empty()) return {};
    for (const auto& other : records) {
        const bool shares = other.id != record.id && stands(other, now) && !other.allowance.budgets.empty() &&
                            account_of(other) == account_of(record);
        if (!shares || other.allowance.time_zone == record.allowance.time_zone) continue;
        const auto& zone = other.allowance.time_zone;
        return hinted(fail(Code::invalid_input, "the key {} of the same account counts its days {}",
                           other.name, zone.empty() ? "in this host's time zone" : "in " + zone),
                      "give both the same: --time-zone " + (zone.empty() ? "host" : zone));
    }
    return {};
}

}  // namespace

Result<void> KeyBook::add(const KeyRecord& record, TimePoint now) {
    if (auto sound = check_key(record, now); !sound) return sound;
    return store_.change([&](KeyRows& rows) -> Result<void> {
        auto records = rows.all();
        if (!records) return std::unexpected(std::move(records).error());
        if (auto taken = refuse_taken(*records, record.name, now); !taken) return taken;
        if (auto fits = check_zone_of_account(*records, record, now); !fits) return fits;
        for (const auto& each : *records) {
            const auto since = over_since(each, now);
            if (!since || *since > now - remembered) continue;
            if (auto erased = rows.erase(each.id); !erased) return erased;
        }
        if (records->size() >= records_max)
            return hinted(fail(Code::too_large, "there are {} keys", records->size()),
                          "revoke what nobody needs; what was revoked is forgotten after a year");
        return rows.put(record);
    });
}

Result<KeyRecord> KeyBook::change(const std::string& id,
                                  const std::function<Result<void>(KeyRecord&, const Records&)>& work) {
    std::optional<KeyRecord> changed;
    auto done = store_.change([&](KeyRows& rows) -> Result<void> {
        changed.reset();
        auto records = rows.all();
        if (!records) return std::unexpected(std::move(records).error());
        const auto found = std::ranges::find(*records, id, &KeyRecord::id);
        if (found == records->end()) return unknown(id);
        if (auto worked = work(*found, *records); !worked) return worked;
        changed = *found;
        return rows.put(*found);
    });
    if (!done) return std::unexpected(std::move(done).error());
    return std::move(*changed);
}

Result<KeyRecord> KeyBook::rotate(const std::string& id, const SecretDigest& digest, Milliseconds grace,
                                  TimePoint now) {
    return change(id, [&](KeyRecord& record, const Records&) -> Result<void> {
        if (!stands(record, now)) return over(record);
        record.earlier.reset();
        if (grace > Milliseconds(0))
            record.earlier =
                EarlierKeySecret{.digest = record.digest, .ends = now + std::min(grace, key_grace_max)};
        record.digest = digest;
        ++record.rotations;
        return {};
    });
}

Result<KeyRecord> KeyBook::revoke(const std::string& id, TimePoint now) {
    return change(id, [&](KeyRecord& record, const Records&) -> Result<void> {
        if (!record.revoked) record.revoked = now;
        record.earlier.reset();
        return {};
    });
}

Result<KeyRecord> KeyBook::update(const std::string& id, const std::function<void(KeyRecord&)>& change_record,
                                  TimePoint now) {
    return change(id, [&](KeyRecord& record, const Records& all) -> Result<void> {
        if (record.revoked) return over(record);
        const auto ends = record.ends;
        change_record(record);
        if (record.ends != ends) record.ended.reset();
        if (!stands(record, now)) return over(record);
        if (auto fits = check_zone_of_account(all, record, now); !fits) return fits;
        return check_key(record, now);
    });
}

Result<void> KeyBook::note(const std::vector<News>& news) {
    return store_.change([&](KeyRows& rows) -> Result<void> {
        auto records = rows.all();
        if (!records) return std::unexpected(std::move(records).error());
        for (auto& record : *records) {
            const auto found = std::ranges::find(news, record.id, &News::id);
            if (found == news.end()) continue;
            const auto before = record;
            apply(record, *found);
            if (record == before) continue;
            if (auto put = rows.put(record); !put) return put;
        }
        return {};
    });
}

}  // namespace openclaw::access
