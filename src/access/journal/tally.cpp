#include "access/journal/tally.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "base/text.h"
#include "net/stream/address_block.h"

namespace openclaw::access {

namespace {

constexpr std::size_t reasons_max = 64;
constexpr std::size_t peer_bytes_max = 64, principal_bytes_max = 128, what_bytes_max = 160,
                      reason_bytes_max = 200;

std::uint64_t mixed(std::uint64_t mark, std::string_view text) {
    return (mark ^ std::hash<std::string_view>()(text)) * 0x9E37'79B9'7F4A'7C15U;
}

// What of it makes it another one. Where a stranger comes from is his network, and what he asks for is his
// choice: neither may make two of one.
std::uint64_t mark_of(const Verdict& verdict) {
    const bool stranger = verdict.outcome == Outcome::refused;
    auto mark = mixed(static_cast<std::uint64_t>(verdict.outcome) + 1, verdict.transport);
    mark = mixed(mark, verdict.reason);
    if (stranger) return std::max<std::uint64_t>(1, mixed(mark, net::address_block(verdict.peer)));
    mark = mixed(mixed(mark, verdict.peer), verdict.principal);
    return std::max<std::uint64_t>(1, mixed(mixed(mark, verdict.verb), verdict.what));
}

constexpr std::uint64_t free_place = 0;

}  // namespace

// From outside: one line, no secret that can be told by its shape, and not too long.
std::string Tally::fit(std::string_view text, std::size_t bytes_max) const {
    return shortened(printable(by_shape_.redact(text.substr(0, 4 * bytes_max))), bytes_max);
}

Entry Tally::entry_of(const Verdict& verdict) const {
    return {
        .event = std::string(name_of(verdict.outcome)),
        .transport = std::string(verdict.transport),
        .peer = fit(verdict.peer, peer_bytes_max),
        .principal = fit(verdict.principal, principal_bytes_max),
        .what = fit(verdict.verb.empty() ? std::string(verdict.what)
                                         : fmt::format("{} {}", verdict.verb, verdict.what.substr(0, 1024)),
                    what_bytes_max),
        .reason = fit(verdict.reason, reason_bytes_max)};
}

Tally::Row& Tally::new_row(Table& table, const Verdict& verdict, std::uint64_t mark) {
    const auto free = std::ranges::find(table.marks, free_place);
    const auto place = static_cast<std::size_t>(free - table.marks.begin());
    if (place == table.places_max) {
        if (is_free(table.others))
            table.others.entry = {.event = std::string(name_of(Outcome::others)),
                                  .reason = verdict.outcome == Outcome::refused
                                                ? "more refusals than are told apart"
                                                : "more callers and requests than are told apart"};
        return table.others;
    }
    if (free == table.marks.end()) {
        table.marks.push_back(free_place);
        table.rows.emplace_back();
    }
    table.rows[place] = {.entry = entry_of(verdict)};
    table.marks[place] = mark;
    return table.rows[place];
}

Tally::Row& Tally::row_of(const Verdict& verdict) {
    auto& table = table_of(verdict.outcome);
    const auto mark = mark_of(verdict);
    const auto found = std::ranges::find(table.marks, mark);
    if (found != table.marks.end()) return table.rows[static_cast<std::size_t>(found - table.marks.begin())];
    return new_row(table, verdict, mark);
}

void Tally::count_reason(const Verdict& verdict) {
    if (verdict.outcome != Outcome::refused && verdict.outcome != Outcome::denied) return;
    const auto reason =
        verdict.reason.substr(0, verdict.reason.find(": "));  // what comes behind is particular
    const auto found = refusals_.find(reason);
    if (found != refusals_.end())
        ++found->second;
    else if (refusals_.size() < reasons_max)
        ++refusals_[fit(reason, reason_bytes_max)];
    else
        ++refusals_["others"];
}

Tally::Urgency Tally::count(const Verdict& verdict, TimePoint now, Time steady) {
    count_reason(verdict);
    auto& row = row_of(verdict);
    row.entry.at = now;
    if (row.waiting++ > 0) return Urgency::counted;
    row.since = now;
    if (row.in_log) return Urgency::with_the_window;
    row.began = steady;
    return Urgency::at_once;
}

bool Tally::is_due(const Row& row, Time steady, bool all) const {
    return row.waiting > 0 && (all || !row.in_log || steady - row.began >= window_);
}

std::vector<Tally::Due> Tally::due(Time steady, bool all) const {
    std::vector<Due> found;
    const auto add = [&](std::size_t table, std::size_t place, const Row& row) {
        if (!is_due(row, steady, all)) return;
        auto entry = row.entry;
        entry.times = row.waiting;
        if (row.waiting > 1) entry.since = row.since;
        found.push_back({table, place, row.waiting, std::move(entry)});
    };
    for (std::size_t number = 0; number < tables_.size(); ++number) {
        const auto& table = tables_[number];
        for (std::size_t place = 0; place < table.rows.size(); ++place) add(number, place, table.rows[place]);
        add(number, table.places_max, table.others);
    }
    // In the order in which they came to an end.
    std::ranges::sort(found, {},
                      [](const Due& each) { return std::tuple(each.entry.at, each.table, each.place); });
    return found;
}

void Tally::written(std::span<const Due> told, Time steady) {
    for (const auto& due : told) {
        auto& table = tables_[due.table];
        auto& row = due.place == table.places_max ? table.others : table.rows[due.place];
        row.waiting -= due.times;
        row.since = row.entry.at;  // what came meanwhile came just now
        if (row.in_log) row.began = steady;
        row.in_log = true;
    }
    const auto is_over = [&](const Row& row) {
        return !is_free(row) && row.waiting == 0 && steady - row.began >= window_;
    };
    for (auto& table : tables_) {
        for (std::size_t place = 0; place < table.rows.size(); ++place)
            if (is_over(table.rows[place])) {
                table.rows[place] = {};
                table.marks[place] = free_place;
            }
        if (is_over(table.others)) table.others = {};
    }
}

std::optional<Tally::Time> Tally::next_end() const {
    std::optional<Time> next;
    const auto look = [&](const Row& row) {
        if (row.waiting == 0) return;
        const auto end = row.in_log ? row.began + window_ : row.began;
        if (!next || end < *next) next = end;
    };
    for (const auto& table : tables_) {
        std::ranges::for_each(table.rows, look);
        look(table.others);
    }
    return next;
}

}  // namespace openclaw::access
