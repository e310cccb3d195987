#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>

#include "usage/calendar.h"

namespace openclaw::usage {

// Of what a budget is counted: tokens, or billionths of a currency ("USD").
inline constexpr std::string_view token_kind = "tokens";

// One budget in one of its windows.
struct MeterKey {
    std::string account;
    BudgetWindow window = BudgetWindow::day;
    TimePoint from{};
    std::string kind;
    std::uint64_t serial = 0;  // of the meter: what one that is forgotten had reserved stays spent
    bool operator==(const MeterKey&) const = default;
};

// What is known of a budget in its present window. What may be spent is reserved ahead in the store, a block
// at a time (`granted`), and spent here by compare-and-exchange: no number of calls at once spends more than
// was reserved. From any thread.
class Meter {
public:
    Meter(MeterKey what, Span when) : key(std::move(what)), span(when) {}

    const MeterKey key;
    const Span span;

    // What was spent in it: here, by those before us, and whatever others hold. This is what is shown, and
    // what is compared with the limit.
    std::int64_t used() const { return others_ + used_; }
    std::int64_t left(std::int64_t limit) const { return std::max<std::int64_t>(limit - used(), 0); }
    std::int64_t granted() const { return granted_; }
    std::int64_t used_here() const { return used_; }
    std::int64_t settled() const { return settled_; }

    // False, and nothing is taken, where it isn't covered by what is reserved or by the limit.
    bool take(std::int64_t amount, std::int64_t limit) {
        auto used = used_.load();
        do {
            if (used + amount > std::min(granted_.load(), limit - others_.load())) return false;
        } while (!used_.compare_exchange_weak(used, used + amount));
        return true;
    }
    void give_back(std::int64_t amount) { used_ -= amount; }
    // What was taken turned out to be `actual`, which may be more.
    void settle(std::int64_t taken, std::int64_t actual) {
        used_ += actual - taken;
        settled_ += actual;
    }
    // What the store has reserved for us in all, and what others have.
    void grant(std::int64_t granted, std::int64_t others) {
        granted_ = granted;
        others_ = others;
    }
    // True once a window, when a part of the limit is spent.
    bool passes(std::int64_t limit, int percent) {
        if (limit <= 0 || static_cast<__int128>(used()) * 100 < static_cast<__int128>(limit) * percent)
            return false;
        return !told_.exchange(true);
    }

    std::int64_t noted = 0;  // of what was settled: the writer's

private:
    std::atomic<std::int64_t> granted_{0}, others_{0}, used_{0}, settled_{0};
    std::atomic<bool> told_{false};
};

}  // namespace openclaw::usage
