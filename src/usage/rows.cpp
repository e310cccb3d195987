#include "usage/rows.h"

#include "base/text.h"

namespace openclaw::usage {

namespace {

using store::Field;

constexpr std::size_t text_bytes_max = 256;
constexpr std::int64_t pruned_at_once = 5000;
constexpr std::size_t groups_max = 100'000;
constexpr Milliseconds group_span = std::chrono::minutes(15);  // every zone's days begin on one

Field kept(const std::string& text) {
    return shortened(printable(text), text_bytes_max);
}

Field kept(const std::optional<std::int64_t>& number) {
    return number ? Field(*number) : Field();
}

Result<void> insert(store::Transaction& transaction, const Row& row) {
    const auto& tokens = row.tokens;
    const auto done = transaction.run(
        "INSERT INTO usage_rows VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {to_ms(row.at), kept(row.principal), kept(row.account), kept(row.agent), kept(row.session),
         kept(row.provider), kept(row.model), kept(row.credential), tokens.input, tokens.output,
         tokens.cache_read, tokens.cache_write, tokens.cache_write_hour, kept(row.cost),
         row.cost ? Field(row.currency) : Field(), row.price.empty() ? Field() : Field(row.price),
         std::int64_t{row.estimate}, kept(row.outcome)});
    if (!done) return std::unexpected(done.error());
    return {};
}

}  // namespace

void Sum::add(const Sum& other) {
    input += other.input;
    output += other.output;
    cache_read += other.cache_read;
    cache_write += other.cache_write;
    cost += other.cost;
    missing += other.missing;
}

Result<void> write_rows(store::Database& database, const std::vector<Row>& rows) {
    return database.change([&](store::Transaction& transaction) -> Result<void> {
        for (const auto& row : rows)
            if (auto done = insert(transaction, row); !done) return done;
        return {};
    });
}

Result<std::vector<DaySum>> sums_by_day(store::Database& database, TimePoint from, TimePoint to,
                                        const std::string& account, const OffsetAt& offset) {
    std::vector<DaySum> days;
    const auto read = database.read([&](store::Transaction& transaction) -> Result<void> {
        const auto rows = transaction.rows(
            "SELECT at_ms / ?1 AS piece, sum(input), sum(output), sum(cache_read), sum(cache_write), "
            "coalesce(sum(cost), 0), sum(cost IS NULL AND input + output + cache_read + cache_write > 0) "
            "FROM usage_rows WHERE at_ms >= ?2 AND at_ms < ?3 AND (?4 = '' OR account = ?4) GROUP BY piece "
            "ORDER BY piece",
            {group_span.count(), to_ms(from), to_ms(to), account}, groups_max);
        if (!rows) return std::unexpected(rows.error());
        for (const auto& row : *rows) {
            const auto at = from_ms(store::integer_in(row[0]) * group_span.count());
            auto date = local_date(at, offset);
            if (days.empty() || days.back().date != date) days.push_back({std::move(date), {}});
            days.back().sum.add({.input = store::integer_in(row[1]),
                                 .output = store::integer_in(row[2]),
                                 .cache_read = store::integer_in(row[3]),
                                 .cache_write = store::integer_in(row[4]),
                                 .cost = store::integer_in(row[5]),
                                 .missing = store::integer_in(row[6])});
        }
        return {};
    });
    if (!read) return std::unexpected(read.error());
    return days;
}

Result<bool> prune(store::Database& database, const Retention& retention, TimePoint now) {
    std::int64_t gone = 0;
    const auto done = database.change([&](store::Transaction& transaction) -> Result<void> {
        const auto oldest = to_ms(now - std::chrono::days(retention.days));
        const auto old = transaction.run(
            "DELETE FROM usage_rows WHERE id IN (SELECT id FROM usage_rows WHERE at_ms < ? ORDER BY at_ms "
            "LIMIT ?)",
            {oldest, pruned_at_once});
        if (!old) return std::unexpected(old.error());
        const auto many = transaction.run(
            "DELETE FROM usage_rows WHERE id IN (SELECT id FROM usage_rows WHERE id <= (SELECT max(id) FROM "
            "usage_rows) - ? ORDER BY id LIMIT ?)",
            {retention.rows, pruned_at_once});
        if (!many) return std::unexpected(many.error());
        const auto blocks = transaction.run("DELETE FROM budget_blocks WHERE from_ms < ?", {oldest});
        if (!blocks) return std::unexpected(blocks.error());
        gone = std::max(*old, *many);
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return gone < pruned_at_once;
}

}  // namespace openclaw::usage
