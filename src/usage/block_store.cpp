#include "usage/block_store.h"

namespace openclaw::usage {

namespace {

constexpr std::size_t holders_max = 100'000;

}  // namespace

store::Schema usage_schema() {
    return {.room = "usage",
            .steps = {
                "CREATE TABLE budget_blocks (account TEXT NOT NULL, span TEXT NOT NULL, from_ms INTEGER NOT "
                "NULL, kind TEXT NOT NULL, holder TEXT NOT NULL, granted INTEGER NOT NULL, settled INTEGER "
                "NOT NULL, PRIMARY KEY (account, span, from_ms, kind, holder)) STRICT;"
                "CREATE TABLE usage_rows (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, principal TEXT NOT "
                "NULL, account TEXT NOT NULL, agent TEXT NOT NULL, session TEXT NOT NULL, provider TEXT NOT "
                "NULL, model TEXT NOT NULL, credential TEXT NOT NULL, input INTEGER NOT NULL, output INTEGER "
                "NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, cache_write_hour "
                "INTEGER NOT NULL, cost INTEGER, currency TEXT, price TEXT, estimate INTEGER NOT NULL, "
                "outcome TEXT NOT NULL) STRICT;"
                "CREATE INDEX usage_rows_by_time ON usage_rows (at_ms)"}};
}

Result<BlockGrant> KeptBlocks::reserve_one(store::Transaction& transaction, const BlockWish& wish) const {
    const auto& key = wish.key;
    const auto span = std::string(name_of(key.window)), holder = holder_of(key);
    const auto rows = transaction.rows(
        "SELECT holder, granted, settled FROM budget_blocks WHERE account = ? AND span = ? AND from_ms = ? "
        "AND kind = ?",
        {key.account, span, to_ms(key.from), key.kind}, holders_max);
    if (!rows) return std::unexpected(rows.error());
    const auto newest =
        transaction.rows("SELECT max(from_ms) FROM budget_blocks WHERE account = ? AND span = ? AND kind = ?",
                         {key.account, span, key.kind}, 1);
    if (!newest) return std::unexpected(newest.error());
    BlockGrant grant{.newest = from_ms(store::integer_in(newest->front().front()))};
    for (const auto& row : *rows) {
        const auto granted = store::integer_in(row[1]), settled = store::integer_in(row[2]);
        if (store::text_in(row[0]) == holder)
            grant.granted = granted;
        else
            grant.others += std::max(granted, settled);
    }
    const auto most = std::max<std::int64_t>(wish.limit - grant.others, 0);
    const auto wanted = std::min(most, wish.used + wish.need + wish.ahead);
    if (wanted <= grant.granted) return grant;
    grant.granted = wanted;
    const auto written = transaction.run(
        "INSERT INTO budget_blocks VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET granted = "
        "excluded.granted",
        {key.account, span, to_ms(key.from), key.kind, holder, grant.granted});
    if (!written) return std::unexpected(written.error());
    return grant;
}

Result<std::int64_t> taken_of(store::Database& database, const MeterKey& key) {
    std::int64_t taken = 0;
    const auto read = database.read([&](store::Transaction& transaction) -> Result<void> {
        const auto rows = transaction.rows(
            "SELECT sum(max(granted, settled)) FROM budget_blocks WHERE account = ? AND span = ? AND from_ms "
            "= ? AND kind = ?",
            {key.account, std::string(name_of(key.window)), to_ms(key.from), key.kind}, 1);
        if (!rows) return std::unexpected(rows.error());
        taken = store::integer_in(rows->front().front());
        return {};
    });
    if (!read) return std::unexpected(read.error());
    return taken;
}

Result<std::vector<BlockGrant>> KeptBlocks::reserve(std::span<const BlockWish> wishes) {
    std::vector<BlockGrant> grants;
    const auto done = database_.change([&](store::Transaction& transaction) -> Result<void> {
        grants.clear();
        for (const auto& wish : wishes) {
            auto grant = reserve_one(transaction, wish);
            if (!grant) return std::unexpected(grant.error());
            grants.push_back(*grant);
        }
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return grants;
}

Result<void> KeptBlocks::note(std::span<const BlockCount> counts) {
    return database_.change([&](store::Transaction& transaction) -> Result<void> {
        for (const auto& count : counts) {
            const auto& key = count.key;
            const auto done = transaction.run(
                count.closing
                    ? "UPDATE budget_blocks SET settled = ?1, granted = ?1 WHERE account = ?2 AND span = "
                      "?3 AND from_ms = ?4 AND kind = ?5 AND holder = ?6"
                    : "UPDATE budget_blocks SET settled = ?1 WHERE account = ?2 AND span = ?3 AND from_ms "
                      "= ?4 AND kind = ?5 AND holder = ?6",
                {count.settled, key.account, std::string(name_of(key.window)), to_ms(key.from), key.kind,
                 holder_of(key)});
            if (!done) return std::unexpected(done.error());
        }
        return {};
    });
}

}  // namespace openclaw::usage
