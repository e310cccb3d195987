#include "gateway/serving/key_keeper.h"

#include <algorithm>
#include <new>

namespace openclaw::gateway {

namespace {

// What was changed counts within a second, whoever is busy.
constexpr Milliseconds look_every{500};
constexpr int looks_between_writes = 10;

std::string told(const Error& error) {
    return error.hint.empty() ? error.message : error.message + "; " + error.hint;
}

}  // namespace

KeyKeeper::KeyKeeper(Means means) : means_(std::move(means)) {}

// The version comes first: what changes after it is noticed by the next look.
KeyKeeper::Reading KeyKeeper::read(access::KeyStore& store, std::optional<std::uint64_t> known,
                                   Records before) {
    const auto version = store.version();
    if (!version) return {.records = std::unexpected(version.error())};
    Reading reading{.version = *version, .before = std::move(before)};
    if (known == *version) return reading;
    auto records = store.read();
    if (!records || !reading.before || *records != *reading.before) reading.records = std::move(records);
    return reading;
}

void KeyKeeper::take(Reading reading) {
    if (!reading.records) {
        if (version_ && reading.before == records_) version_ = std::max(*version_, reading.version);
        return;
    }
    const bool late = version_ && *reading.records && reading.version < *version_;
    if (late) return;
    const auto problem = *reading.records ? std::string() : told(reading.records->error());
    version_ = problem.empty() ? std::optional(reading.version) : std::nullopt;
    const bool still_closed = !problem.empty() && problem == problem_;
    if (still_closed) return;
    if (!problem.empty()) means_.log.warn("access", "no named key opens the gateway: {}", problem);
    if (problem.empty() && !problem_.empty()) means_.log.info("access", "the named keys can be read again");
    problem_ = problem;
    records_ =
        problem.empty() ? std::make_shared<const std::vector<access::KeyRecord>>(**reading.records) : nullptr;
    means_.doorman.use_keys(
        memories_.set_of(std::move(*reading.records), means_.clock.now(), means_.clock.steady()));
    means_.lock_changed();
}

void KeyKeeper::begin() {
    take(read(*means_.store, version_, records_));
}

void KeyKeeper::follow() {
    means_.tasks.spawn(mind());
}

net::Task<void> KeyKeeper::reread() {
    co_await look();
    co_await write();
}

net::Task<void> KeyKeeper::look() {
    std::move_only_function<Reading()> reading = [store = means_.store, known = version_, before = records_] {
        return read(*store, known, before);
    };
    take(co_await means_.loop.blocking(std::move(reading)));
}

// What can't be written is kept, and said once.
net::Task<void> KeyKeeper::write() {
    auto news = memories_.take_news();
    if (news.empty()) co_return;
    std::move_only_function<Result<void>()> writing = [store = means_.store, news] {
        return access::KeyBook(*store).note(news);
    };
    const auto written = co_await means_.loop.blocking(std::move(writing));
    const auto problem = written ? std::string() : told(written.error());
    if (!problem.empty()) memories_.give_back(std::move(news));
    if (!problem.empty() && problem != write_problem_)
        means_.log.warn("access", "when keys were used last can't be written: {}", problem);
    write_problem_ = problem;
}

net::Task<void> KeyKeeper::mind() {
    for (int looks = 1; co_await means_.loop.sleep(look_every, means_.life.ending); ++looks) {
        try {
            co_await look();
            if (memories_.look(means_.clock.now(), means_.clock.steady())) means_.lock_changed();
            if (looks % looks_between_writes == 0) co_await write();
        } catch (const std::bad_alloc&) {
            means_.log.warn("access", "out of memory: the named keys stay as they were read");
        }
    }
    co_await write();
}

}  // namespace openclaw::gateway
