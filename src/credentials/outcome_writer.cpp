// What waits for a file is kept by profile. A write takes all of it along; until its end is acknowledged by
// the thread that adds, nobody can tell whether a reader of the file has seen it, and writes() says so. What
// a failed write took along waits again, before what came meanwhile.
#include "credentials/outcome_writer.h"

#include <algorithm>
#include <ranges>

#include "net/loop/exhaustion.h"
#include "store/write_behind.h"

namespace openclaw::credentials {
namespace {

// Of one profile; with a store that can't be written the oldest go first. What they say is long in memory.
constexpr std::size_t outcomes_max = 64;
constexpr int busy_share = 50;  // writes take at most one part in so many of the time

void add_to(std::vector<auth::Outcome>& outcomes, auth::Outcome outcome) {
    if (!outcomes.empty() && auth::replaces(outcome, outcomes.back()))
        outcomes.pop_back();
    else if (outcomes.size() >= outcomes_max)
        outcomes.erase(outcomes.begin());
    outcomes.push_back(std::move(outcome));
}

std::vector<auth::Report> reports_of(
    const std::unordered_map<std::string, std::vector<auth::Outcome>>& flying) {
    std::vector<auth::Report> reports;
    for (const auto& [profile, outcomes] : flying)
        for (const auto& outcome : outcomes) reports.push_back({{profile}, outcome});
    return reports;
}

}  // namespace

OutcomeWriter::OutcomeWriter(OnWritten on_written, Pace pace)
    : on_written_(std::move(on_written)), pace_(pace) {}

OutcomeWriter::~OutcomeWriter() {
    {
        const std::scoped_lock guard(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void OutcomeWriter::add(const std::string& file, std::shared_ptr<auth::CredentialStore> store,
                        auth::Report report) {
    const std::scoped_lock guard(mutex_);
    auto& pending = files_[file];
    pending.store = std::move(store);
    const bool urgent = auth::is_urgent(report.outcome);
    add_to(pending.waiting[report.profile.text], std::move(report.outcome));
    const auto wait = urgent ? pending.retry : std::max({pending.retry, pace_.gather, pending.gather});
    wake_at(pending, std::chrono::steady_clock::now() + wait);
}

// Every use calls this: the thread is woken only by what is due before everything else.
void OutcomeWriter::wake_at(Pending& pending, Time due) {
    if (pending.due && *pending.due <= due) return;
    pending.due = due;
    start();
    wake_.notify_one();
}

void OutcomeWriter::start() {
    if (!thread_.joinable()) thread_ = std::thread([this] { serve(); });
}

auth::UsageStats OutcomeWriter::with_unwritten(const std::string& file, const auth::ProfileId& profile,
                                               auth::UsageStats stored) const {
    const std::scoped_lock guard(mutex_);
    const auto pending = files_.find(file);
    if (pending == files_.end()) return stored;
    for (const auto* all : {&pending->second.flying, &pending->second.waiting})
        if (const auto found = all->find(profile.text); found != all->end())
            for (const auto& outcome : found->second) stored = auth::after(std::move(stored), outcome);
    return stored;
}

bool OutcomeWriter::knows_of(const std::string& file, const auth::ProfileId& profile) const {
    const std::scoped_lock guard(mutex_);
    const auto pending = files_.find(file);
    return pending != files_.end() &&
           (pending->second.flying.contains(profile.text) || pending->second.waiting.contains(profile.text));
}

bool OutcomeWriter::holds_any(const std::string& file) const {
    const std::scoped_lock guard(mutex_);
    const auto pending = files_.find(file);
    return pending != files_.end() && !(pending->second.flying.empty() && pending->second.waiting.empty());
}

bool OutcomeWriter::writes(const std::string& file) const {
    const std::scoped_lock guard(mutex_);
    const auto pending = files_.find(file);
    return pending != files_.end() && pending->second.under_way;
}

std::uint64_t OutcomeWriter::acknowledged() const {
    const std::scoped_lock guard(mutex_);
    return acknowledged_;
}

void OutcomeWriter::acknowledge(const std::string& file) {
    const std::scoped_lock guard(mutex_);
    ++acknowledged_;
    files_[file].under_way = false;
    wake_.notify_one();  // what came meanwhile may be due, and somebody may wait for the end of all
}

void OutcomeWriter::flush(std::function<void()> done) {
    const std::scoped_lock guard(mutex_);
    for (auto& pending : files_ | std::views::values)
        if (!pending.waiting.empty()) pending.due = Time::min();
    flushes_.push_back(std::move(done));
    start();
    wake_.notify_one();
}

std::optional<OutcomeWriter::Time> OutcomeWriter::next_due() const {
    std::optional<Time> earliest;
    for (const auto& pending : files_ | std::views::values)
        if (pending.due && !pending.under_way && (!earliest || *pending.due < *earliest))
            earliest = pending.due;
    return earliest;
}

// Files stay where they are in the map, so that the lock needn't be held while one is written.
void OutcomeWriter::write_all_that_is_due(std::unique_lock<std::mutex>& lock, Time now) {
    for (auto& [file, pending] : files_)
        if (pending.due && *pending.due <= now && !pending.under_way) write(lock, file, pending);
}

void OutcomeWriter::write(std::unique_lock<std::mutex>& lock, const std::string& file, Pending& pending) {
    pending.due.reset();
    pending.under_way = true;
    pending.flying = std::exchange(pending.waiting, {});
    const auto store = pending.store;
    lock.unlock();
    const auto started = std::chrono::steady_clock::now();
    Written written{.file = {}, .records = std::unexpected(net::out_of_memory())};
    net::attempt([&] { written.records = store->report(reports_of(pending.flying)); });
    const auto ended = std::chrono::steady_clock::now();
    lock.lock();
    pending.gather = std::chrono::ceil<Milliseconds>((ended - started) * busy_share);
    auto flown = std::exchange(pending.flying, {});
    if (written.records) {
        pending.retry = Milliseconds(0);
    } else {
        for (auto& [profile, outcomes] : flown) {
            for (auto& later : pending.waiting[profile]) add_to(outcomes, std::move(later));
            pending.waiting[profile] = std::move(outcomes);
        }
        pending.retry = std::clamp(pending.retry * 2, pace_.retry_min, pace_.retry_max);
        pending.due = ended + pending.retry;
    }
    lock.unlock();
    flown.clear();
    net::insist([&] {
        written.file = file;
        on_written_(written);
    });
    lock.lock();
}

void OutcomeWriter::end_flushes(std::unique_lock<std::mutex>& lock) {
    const auto ended = std::exchange(flushes_, {});
    lock.unlock();
    for (const auto& done : ended) net::insist(done);
    lock.lock();
}

void OutcomeWriter::serve() {
    store::make_way_for_answers();
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        write_all_that_is_due(lock, std::chrono::steady_clock::now());
        const auto due = next_due();
        const bool under_way = std::ranges::any_of(files_ | std::views::values,
                                                   [](const Pending& each) { return each.under_way; });
        if (stopping_ || (due && *due <= std::chrono::steady_clock::now())) continue;
        if (!under_way && !flushes_.empty())
            end_flushes(lock);
        else if (due)
            wake_.wait_until(lock, *due);
        else
            wake_.wait(lock);
    }
    for (auto& [file, pending] : files_)
        if (!pending.waiting.empty()) write(lock, file, pending);
    end_flushes(lock);
}

}  // namespace openclaw::credentials
