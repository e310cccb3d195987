#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/keys/key_record.h"
#include "base/result.h"
#include "platform/file_system.h"

namespace openclaw::access {

// The rows of keys within one transaction.
class KeyRows {
public:
    virtual ~KeyRows() = default;
    virtual Result<std::vector<KeyRecord>> all() = 0;
    virtual Result<void> put(const KeyRecord& record) = 0;  // in the place of the one with its id
    virtual Result<void> erase(const std::string& id) = 0;
};

// Where the records are kept. Usable from several threads and processes; blocks.
class KeyStore {
public:
    virtual ~KeyStore() = default;
    virtual const platform::Path& path() const = 0;
    // Another number than before when anybody has changed something since. Reads no records.
    virtual Result<std::uint64_t> version() = 0;
    virtual Result<std::vector<KeyRecord>> read() = 0;  // none where nothing was kept yet
    // All of it or nothing, on the disk when this returns.
    virtual Result<void> change(const std::function<Result<void>(KeyRows& rows)>& work) = 0;
};

// The named keys for whoever changes them: what holds of all changes, wherever the records are kept.
class KeyBook {
public:
    explicit KeyBook(KeyStore& store) : store_(store) {}

    // Revoked and ended ones included, the oldest first.
    Result<std::vector<KeyRecord>> records();
    // By id, or by name: the one that stands, else the newest of that name. `not_found`.
    Result<KeyRecord> find(const std::string& id_or_name, TimePoint now);
    // `busy` while another key of that name stands.
    Result<void> check_name_is_free(const std::string& name, TimePoint now);

    // `busy` as above. Those that were revoked or ended a year ago are forgotten. `too_large` for more than a
    // thousand keys.
    Result<void> add(const KeyRecord& record, TimePoint now);
    // Another secret for a key that stands; the one before is right for the grace, and none before it. What
    // the key may do stays as it is.
    Result<KeyRecord> rotate(const std::string& id, const SecretDigest& digest, Milliseconds grace,
                             TimePoint now);
    // A second time changes nothing. It can't be taken back.
    Result<KeyRecord> revoke(const std::string& id, TimePoint now);
    // Changes what a key may do that isn't revoked. One that has ended stands again with a later end.
    Result<KeyRecord> update(const std::string& id, const std::function<void(KeyRecord&)>& change,
                             TimePoint now);

    // What a gateway has learned of a key meanwhile.
    struct News {
        std::string id;
        std::optional<KeyUse> use = {};
        std::vector<TimePoint> passed = {};  // ends that it has seen
    };
    Result<void> note(const std::vector<News>& news);

private:
    using Records = std::vector<KeyRecord>;
    Result<KeyRecord> change(const std::string& id,
                             const std::function<Result<void>(KeyRecord&, const Records&)>& work);

    KeyStore& store_;
};

// The most time that a secret which was replaced may be right for, and how long it is where nobody says.
constexpr Milliseconds key_grace_max = std::chrono::days(7);
constexpr Milliseconds key_grace_usual = std::chrono::minutes(10);

// Whether it lets somebody in: neither revoked nor ended.
bool stands(const KeyRecord& record, TimePoint now);
// "notebook", "alice.laptop": letters, digits, "-", "_" and ".", at most 40.
Result<void> check_key_name(std::string_view name);
// What a key may be given: `invalid_input` names what makes no sense.
Result<void> check_key(const KeyRecord& record, TimePoint now);

}  // namespace openclaw::access
