#include "usage/usage.h"

#include <utility>

#include "base/random.h"

namespace openclaw::usage {

namespace {

constexpr std::size_t waiting_max = 20'000;
constexpr auto pruned_every = std::chrono::hours(1);
constexpr store::WriteBehind::Pace pace{.busy_share = 10,
                                        .gather_max = std::chrono::seconds(2),
                                        .retry_min = std::chrono::seconds(1),
                                        .retry_max = std::chrono::seconds(60)};

std::string told(const Error& error) {
    return error.hint.empty() ? error.message : error.message + "; " + error.hint;
}

}  // namespace

Retention retention_of(const config::Config& config) {
    return {.days = static_cast<int>(config.integer_or_default("usage.retentionDays")),
            .rows = config.integer_or_default("usage.rowsMax")};
}

// What the writer's thread, the pool and the loop share.
struct Usage::Kept {
    Kept(platform::FileSystem& files, const platform::Path& state)
        : database(files, state / "gateway" / "gateway.sqlite", {usage_schema()},
                   {.what = "the gateway's database"}) {}

    store::Database database;
    std::mutex writing;  // held while rows are on their way; before `mutex`
    std::mutex mutex;
    std::vector<Row> waiting;
    Retention retention;
    std::string problem;
    std::chrono::steady_clock::time_point prune_at{};

    // False when something could not be written; it stays.
    bool write_rows_behind() {
        const std::scoped_lock turn(writing);
        std::vector<Row> rows;
        {
            const std::scoped_lock guard(mutex);
            rows.swap(waiting);
        }
        auto done = rows.empty() ? Result<void>() : write_rows(database, rows);
        const std::scoped_lock guard(mutex);
        if (!done) waiting.insert(waiting.begin(), rows.begin(), rows.end());
        note_problem(done);
        return done.has_value();
    }
    void note_problem(const Result<void>& done) { problem = done ? std::string() : told(done.error()); }
};

Usage::Usage(Means means)
    : kept_(std::make_shared<Kept>(means.files, means.state)),
      means_(std::move(means)),
      governor_(std::make_unique<Governor>(
          Governor::Means{.loop = means_.loop,
                          .files = means_.files,
                          .clock = means_.clock,
                          .log = means_.log,
                          .blocks = std::make_shared<KeptBlocks>(kept_->database, random_uuid()),
                          .dirty = [this] { writer_->wake(); }})),
      writer_(std::make_unique<store::WriteBehind>(
          [this] {
              auto& kept = *kept_;
              if (!kept.write_rows_behind()) return false;
              if (const auto noted = governor_->note(false); !noted) {
                  const std::scoped_lock guard(kept.mutex);
                  kept.note_problem(noted);
                  return false;
              }
              if (const auto now = means_.clock.steady(); now >= kept.prune_at) {
                  std::unique_lock lock(kept.mutex);
                  const auto retention = kept.retention;
                  lock.unlock();
                  const auto pruned = prune(kept.database, retention, means_.clock.now());
                  if (pruned && *pruned) kept.prune_at = now + pruned_every;
              }
              return true;
          },
          pace)) {}

Usage::~Usage() {
    writer_.reset();
    [[maybe_unused]] const auto given_back = governor_->note(true);  // else it counts as spent
}

void Usage::note(Row row) {
    {
        const std::scoped_lock guard(kept_->mutex);
        const auto& problem = kept_->problem;
        if (problem != std::exchange(told_, problem) && !problem.empty())
            means_.log.warn("usage", "what is used can't be written down: {}", problem);
        if (kept_->waiting.size() >= waiting_max) return;
        kept_->waiting.push_back(std::move(row));
    }
    writer_->wake();
}

void Usage::keep(Retention retention) {
    const std::scoped_lock guard(kept_->mutex);
    kept_->retention = retention;
}

net::Task<Result<std::vector<DaySum>>> Usage::sums(int days, std::string account) {
    co_await flush();
    const auto now = means_.clock.now();
    const OffsetAt offset = [&clock = means_.clock](TimePoint time) { return clock.utc_offset(time); };
    std::move_only_function<Result<std::vector<DaySum>>()> look = [kept = kept_, now, days, account, offset] {
        return sums_by_day(kept->database, day_begin(now, days - 1, offset), now + std::chrono::days(1),
                           account, offset);
    };
    co_return co_await means_.loop.blocking(std::move(look));
}

std::string Usage::problem() const {
    const std::scoped_lock guard(kept_->mutex);
    return kept_->problem;
}

net::Task<void> Usage::flush() {
    // Also where nothing waits: the writer may hold what was taken.
    std::move_only_function<void()> write = [kept = kept_] { kept->write_rows_behind(); };
    co_await means_.loop.blocking(std::move(write));
}

}  // namespace openclaw::usage
