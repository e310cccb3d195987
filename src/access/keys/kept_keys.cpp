#include "access/keys/kept_keys.h"

#include "access/keys/key_json.h"

// One row a key: its record as JSON, and beside it what a gateway notes while it runs.

namespace openclaw::access {

namespace {

using store::Field;

constexpr std::size_t rows_max = 4096;
constexpr std::size_t record_bytes_max = 256u << 10;
constexpr std::size_t depth_max = 16;

store::Schema keys_schema() {
    return {.room = "keys",
            .steps = {"CREATE TABLE keys (id TEXT PRIMARY KEY, record TEXT NOT NULL, ended_ms INTEGER, "
                      "used_ms INTEGER, used_from TEXT) STRICT"}};
}

std::optional<TimePoint> time_in(const Field& field) {
    if (!std::holds_alternative<std::int64_t>(field)) return std::nullopt;
    return from_ms(store::integer_in(field));
}

Field field_of(const std::optional<TimePoint>& time) {
    return time ? Field(to_ms(*time)) : Field();
}

// The id stands in the record as well: a row whose record was put in another one's place makes no sense.
std::optional<KeyRecord> record_in(const store::Row& row) {
    const auto text = store::text_in(row[1]);
    const auto value = parse_json(text, record_bytes_max, depth_max);
    auto record = value ? kept_key_of(*value) : std::nullopt;
    if (!record || record->id != store::text_in(row[0])) return std::nullopt;
    record->ended = time_in(row[2]);
    if (const auto used = time_in(row[3])) record->last_used = KeyUse{*used, store::text_in(row[4])};
    return record;
}

class Rows final : public KeyRows {
public:
    Rows(store::Transaction& transaction, const platform::Path& path)
        : transaction_(transaction), path_(path) {}

    Result<std::vector<KeyRecord>> all() override {
        const auto rows =
            transaction_.rows("SELECT id, record, ended_ms, used_ms, used_from FROM keys", {}, rows_max);
        if (!rows) return std::unexpected(rows.error());
        std::vector<KeyRecord> records;
        for (const auto& row : *rows) {
            auto record = record_in(row);
            if (!record)
                return hinted(
                    fail(Code::corrupt, "a record of a key in {} makes no sense", path_.string()),
                    fmt::format("bring back a copy, or move it aside and make the keys again: mv {0} "
                                "{0}.damaged",
                                path_.string()));
            records.push_back(std::move(*record));
        }
        return records;
    }

    Result<void> put(const KeyRecord& record) override {
        const auto& used = record.last_used;
        return done(
            transaction_.run("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?)",
                             {record.id, json::serialize(kept_key_json(record)), field_of(record.ended),
                              used ? field_of(used->at) : Field(), used ? Field(used->address) : Field()}));
    }

    Result<void> erase(const std::string& id) override {
        return done(transaction_.run("DELETE FROM keys WHERE id = ?", {id}));
    }

private:
    static Result<void> done(const Result<std::int64_t>& changed) {
        if (!changed) return std::unexpected(changed.error());
        return {};
    }

    store::Transaction& transaction_;
    const platform::Path& path_;
};

}  // namespace

KeptKeys::KeptKeys(platform::FileSystem& files, const config::Paths& paths)
    : database_(files, paths.state / "gateway" / "gateway.sqlite", {keys_schema()},
                {.what = "the gateway's database"}) {}

Result<std::vector<KeyRecord>> KeptKeys::read() {
    std::vector<KeyRecord> records;
    const auto read = database_.read([&](store::Transaction& transaction) -> Result<void> {
        auto all = Rows(transaction, path()).all();
        if (!all) return std::unexpected(std::move(all).error());
        records = std::move(*all);
        return {};
    });
    if (!read) return failed(read.error(), "reading the named keys");
    return records;
}

Result<void> KeptKeys::change(const std::function<Result<void>(KeyRows& rows)>& work) {
    return database_.change([&](store::Transaction& transaction) {
        Rows rows(transaction, path());
        return work(rows);
    });
}

}  // namespace openclaw::access
