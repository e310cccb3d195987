#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "access/journal/entry.h"
#include "base/redact.h"

namespace openclaw::access {

// What was decided and isn't written yet. What is the same but for its time is counted: the first is to be
// written at once, the others with the end of their window, as one line. Two tables that never grow, so that
// strangers can't fill the one of those who are known; whoever finds no place is counted among "others". Not
// for several threads.
class Tally {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::size_t strangers_max = 64, known_max = 256;

    explicit Tally(Milliseconds window) : window_(window) {}

    enum class Urgency : std::uint8_t {
        at_once,          // the first of its kind
        with_the_window,  // the first that waits for the end of this window
        counted,          // something of its kind waits already
    };
    Urgency count(const Verdict& verdict, TimePoint now, Time steady);

    // What is to be written now; with `all`, what waits for the end of its window too.
    struct Due {
        std::size_t table, place;
        std::uint64_t times;
        Entry entry;
    };
    std::vector<Due> due(Time steady, bool all) const;
    // They stand in the log. Windows that have ended begin anew where something came, else their places are
    // free.
    void written(std::span<const Due> told, Time steady);
    // When the next window ends in which something waits.
    std::optional<Time> next_end() const;

    // Refusals and denials since the start, by reason: the first reasons that came up, then "others".
    const std::map<std::string, std::uint64_t, std::less<>>& refusals() const { return refusals_; }

private:
    struct Row {
        Entry entry;
        Time began{};               // its window
        std::uint64_t waiting = 0;  // times that aren't written
        bool in_log = false;        // written at least once
        TimePoint since{};          // of the first that waits
    };
    struct Table {
        std::size_t places_max;
        std::vector<std::uint64_t> marks = {};  // of the rows; 0: free
        std::vector<Row> rows = {};
        Row others = {};  // whoever found no place
    };
    Table& table_of(Outcome outcome) { return tables_[outcome == Outcome::refused ? 0 : 1]; }
    Row& row_of(const Verdict& verdict);
    Row& new_row(Table& table, const Verdict& verdict, std::uint64_t mark);
    Entry entry_of(const Verdict& verdict) const;
    std::string fit(std::string_view text, std::size_t bytes_max) const;
    void count_reason(const Verdict& verdict);
    bool is_due(const Row& row, Time steady, bool all) const;
    static bool is_free(const Row& row) { return row.entry.event.empty(); }

    Milliseconds window_;
    std::array<Table, 2> tables_{Table{strangers_max}, Table{known_max}};
    std::map<std::string, std::uint64_t, std::less<>> refusals_;
    Redactor by_shape_;
};

}  // namespace openclaw::access
