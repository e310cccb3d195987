#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/token_usage.h"
#include "store/database.h"
#include "usage/calendar.h"

namespace openclaw::usage {

// What one turn has used.
struct Row {
    TimePoint at{};
    std::string principal, account;
    std::string agent, session;  // session: its key, or empty
    std::string provider, model, credential;
    TokenUsage tokens;
    std::optional<std::int64_t> cost = {};  // billionths; nothing: unknown
    std::string currency = {};              // of the cost
    std::string price = {};                 // that it was made of, as JSON
    bool estimate = false;                  // the tokens are our guess
    std::string outcome = {};               // "answered", "failed", "aborted"
};

// Sums of some rows.
struct Sum {
    std::int64_t input = 0, output = 0, cache_read = 0, cache_write = 0;
    std::int64_t cost = 0;     // billionths, of the rows whose cost is known
    std::int64_t missing = 0;  // rows that used something whose cost is unknown
    std::int64_t total() const { return input + output + cache_read + cache_write; }
    void add(const Sum& other);
    bool operator==(const Sum&) const = default;
};
struct DaySum {
    std::string date;  // "2026-11-22", local
    Sum sum;
};

struct Retention {
    int days = 400;
    std::int64_t rows = 1'000'000;
};

// The table of rows. Blocks.
Result<void> write_rows(store::Database& database, const std::vector<Row>& rows);
// By local days, the oldest first; days without rows are left out. `account` empty: all accounts.
Result<std::vector<DaySum>> sums_by_day(store::Database& database, TimePoint from, TimePoint to,
                                        const std::string& account, const OffsetAt& offset);
// Forgets rows and blocks that are older or more than may be kept: some thousand at a time. False when there
// is more to do.
Result<bool> prune(store::Database& database, const Retention& retention, TimePoint now);

}  // namespace openclaw::usage
