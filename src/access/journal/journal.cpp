#include "access/journal/journal.h"

namespace openclaw::access {

namespace {

// A pass a second, however short it was.
constexpr store::WriteBehind::Pace pace{.busy_share = 1'000'000, .gather_max = std::chrono::seconds(1)};

}  // namespace

Journal::Journal(Means means, JournalPlace place)
    : means_(std::move(means)),
      file_(means_.files, place),
      enabled_(place.enabled),
      window_(place.window),
      tally_(place.window),
      writer_([this] { return write(); }, pace) {}

Journal::~Journal() {
    {
        const std::scoped_lock guard(mutex_);
        closing_ = true;
    }
    if (enabled_) writer_.wake();
}

void Journal::note(const Verdict& verdict) {
    const auto now = means_.clock.now();
    const auto steady = means_.clock.steady();
    Tally::Urgency urgency{};
    {
        const std::scoped_lock guard(mutex_);
        urgency = tally_.count(verdict, now, steady);
    }
    if (!enabled_) return;
    if (urgency == Tally::Urgency::at_once) writer_.wake();
    if (urgency == Tally::Urgency::with_the_window) writer_.wake_within(window_);
}

void Journal::flush(std::function<void()> done) {
    writer_.flush(std::move(done));
}

Journal::State Journal::state() const {
    const std::scoped_lock guard(mutex_);
    return {.enabled = enabled_, .lines = lines_, .trouble = trouble_, .refusals = tally_.refusals()};
}

bool Journal::write() {
    std::vector<Tally::Due> told;
    {
        const std::scoped_lock guard(mutex_);
        told = tally_.due(means_.clock.steady(), closing_);
    }
    if (!enabled_) return true;
    if (told.empty()) return true;
    std::vector<Entry> entries;
    for (const auto& each : told) entries.push_back(each.entry);
    return settle(file_.append(std::move(entries), means_.clock.now()), told);
}

// What couldn't be written waits where it is, and goes on being counted.
bool Journal::settle(const Result<JournalWriter::Written>& written, std::span<const Tally::Due> told) {
    auto trouble = written ? written->checkpoint_problem : std::optional(written.error());
    std::optional<Milliseconds> next;
    bool is_news = false;
    {
        const std::scoped_lock guard(mutex_);
        const auto steady = means_.clock.steady();
        if (written) {
            lines_ = written->number;
            tally_.written(told, steady);
        }
        if (const auto end = tally_.next_end(); written && end)
            next = std::max(Milliseconds(0), std::chrono::ceil<Milliseconds>(*end - steady));
        is_news = trouble.has_value() != trouble_.has_value();
        trouble_ = trouble;
    }
    if (is_news && means_.on_trouble) means_.on_trouble(trouble);
    if (next) writer_.wake_within(*next);
    return written.has_value();
}

}  // namespace openclaw::access
