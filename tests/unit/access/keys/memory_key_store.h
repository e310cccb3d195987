#pragma once

#include <algorithm>
#include <optional>

#include "access/key_text.h"
#include "access/keys/key_book.h"
#include "access/keys/key_json.h"
#include "support/fake_clock.h"

namespace openclaw::access::test {

// Keeps records in memory, as they would be kept; whole changes or none.
class MemoryKeyStore final : public KeyStore {
public:
    const platform::Path& path() const override { return path_; }
    Result<std::uint64_t> version() override { return version_; }
    Result<std::vector<KeyRecord>> read() override {
        if (problem) return std::unexpected(*problem);
        return records;
    }
    Result<void> change(const std::function<Result<void>(KeyRows& rows)>& work) override {
        if (problem) return std::unexpected(*problem);
        Rows rows(records);
        auto done = work(rows);
        if (!done) return done;
        records = std::move(rows.records);
        ++version_;
        return {};
    }

    std::vector<KeyRecord> records;
    std::optional<Error> problem;

private:
    struct Rows final : KeyRows {
        explicit Rows(std::vector<KeyRecord> given) : records(std::move(given)) {}
        Result<std::vector<KeyRecord>> all() override { return records; }
        Result<void> put(const KeyRecord& record) override {
            std::erase_if(records, [&](const KeyRecord& each) { return each.id == record.id; });
            records.push_back(record);
            return {};
        }
        Result<void> erase(const std::string& id) override {
            std::erase_if(records, [&](const KeyRecord& each) { return each.id == id; });
            return {};
        }
        std::vector<KeyRecord> records;
    };
    platform::Path path_ = "/state/gateway/gateway.sqlite";
    std::uint64_t version_ = 0;
};

// A key with its record, as `create` makes both.
struct MadeKey {
    KeyRecord record;
    std::string text;

    OfferedKey offered() const { return *read_key(text); }
};
inline MadeKey made_key(const std::string& name, Scopes scopes = {Scope::chat, Scope::read}) {
    auto id = new_key_id();
    const auto secret = new_key_secret(id);
    return {.record = {.id = std::move(id),
                       .name = name,
                       .scopes = scopes,
                       .limits = {},
                       .allowance = {},
                       .made = openclaw::test::noon,
                       .digest = secret.digest},
            .text = std::string(revealed(secret.text))};
}

}  // namespace openclaw::access::test
