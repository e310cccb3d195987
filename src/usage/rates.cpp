#include "usage/rates.h"

#include <algorithm>
#include <numeric>

namespace openclaw::usage {

std::int64_t MinuteCount::second_of(Time time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

void MinuteCount::forget_old(std::int64_t second) {
    if (last_ == INT64_MIN || second - last_ >= seconds) {
        counts_.fill(0);
        last_ = second;
    }
    for (; last_ < second; ++last_) counts_[static_cast<std::size_t>((last_ + 1) % seconds)] = 0;
}

std::uint64_t MinuteCount::sum(Time now) {
    forget_old(second_of(now));
    const auto all = std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
    return static_cast<std::uint64_t>(std::max<std::int64_t>(all, 0));
}

void MinuteCount::add(std::int64_t amount, Time now) {
    forget_old(second_of(now));
    counts_[static_cast<std::size_t>(last_ % seconds)] += amount;
}

void MinuteCount::correct(std::int64_t by, Time then, Time now) {
    forget_old(second_of(now));
    const auto second = second_of(then);
    if (last_ - second < seconds) counts_[static_cast<std::size_t>(second % seconds)] += by;
}

Milliseconds MinuteCount::until_free(std::uint64_t amount, Time now) {
    forget_old(second_of(now));
    std::int64_t freed = 0;
    for (std::int64_t age = seconds - 1; age >= 0; --age) {
        freed += counts_[static_cast<std::size_t>(((last_ - age) % seconds + seconds) % seconds)];
        if (freed >= 0 && static_cast<std::uint64_t>(freed) >= amount) {
            const Time free(std::chrono::seconds(last_ - age + seconds));
            return std::max(std::chrono::ceil<Milliseconds>(free - now), Milliseconds(1));
        }
    }
    return std::chrono::minutes(1);
}

}  // namespace openclaw::usage
