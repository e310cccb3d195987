#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace openclaw {

// An amount in billionths of a unit of its currency (ISO 4217, "USD"): the price of one token is thousands of
// them, and no sum is ever rounded.
struct Money {
    std::int64_t nanos = 0;
    std::string currency = "USD";
    bool operator==(const Money&) const = default;
};

// Calendar days, weeks (from Monday) and months in a named time zone, not spans of so many hours.
enum class BudgetWindow { day, week, month };

// What may be spent in one window; one of both at least.
struct Budget {
    BudgetWindow window = BudgetWindow::day;
    std::optional<std::uint64_t> tokens = {};
    std::optional<Money> money = {};
    bool operator==(const Budget&) const = default;
};

// How much somebody may use, beside what he may do. What is absent isn't limited; zero allows nothing.
struct Allowance {
    std::optional<std::uint32_t> requests_per_minute = {};
    std::optional<std::uint64_t> tokens_per_minute = {};
    std::optional<std::uint32_t> streams = {};  // answers under way at once
    std::vector<Budget> budgets = {};           // one a window
    std::string time_zone = {};                 // "Europe/Berlin"; empty: this machine's
    bool none() const { return !requests_per_minute && !tokens_per_minute && !streams && budgets.empty(); }
    bool operator==(const Allowance&) const = default;
};

}  // namespace openclaw
