#pragma once

#include "base/clock.h"

namespace openclaw::test {

// 2026-01-30 12:00:00 UTC: "noon" in every test.
constexpr TimePoint noon = from_ms(1'769'774'400'000);

class FakeClock final : public Clock {
public:
    explicit FakeClock(TimePoint start = noon) : now_(start) {}
    TimePoint now() const override { return now_; }
    std::chrono::steady_clock::time_point steady() const override { return steady_; }
    std::chrono::seconds utc_offset(TimePoint) const override { return utc_offset_; }
    void move_to_zone(std::chrono::seconds utc_offset) { utc_offset_ = utc_offset; }
    // Time passes on both clocks.
    void advance(Milliseconds by) {
        now_ += by;
        steady_ += by;
    }
    // Somebody sets the wall clock.
    void jump_to(TimePoint time) { now_ = time; }

private:
    TimePoint now_;
    std::chrono::steady_clock::time_point steady_{};
    std::chrono::seconds utc_offset_{};
};

}  // namespace openclaw::test
