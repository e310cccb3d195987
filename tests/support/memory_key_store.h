#pragma once

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "access/keys/key_book.h"
#include "support/made_key.h"

namespace openclaw::access::test {

// Keeps records in memory, as they would be kept; whole changes or none.
class MemoryKeyStore final : public KeyStore {
public:
    const platform::Path& path() const override { return path_; }
    Result<std::uint64_t> version() override { return version_; }
    Result<std::vector<KeyRecord>> read() override {
        ++reads;
        read_by = std::this_thread::get_id();
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

    void touch() { ++version_; }  // as if another process had changed something

    std::vector<KeyRecord> records;
    std::optional<Error> problem;
    std::atomic<int> reads = 0;
    std::atomic<std::thread::id> read_by;

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

}  // namespace openclaw::access::test
