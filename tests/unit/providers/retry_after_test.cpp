#include "providers/failures/retry_after.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace openclaw::providers {
namespace {

using test::noon;
using namespace std::chrono_literals;

std::optional<Milliseconds> from(net::Headers headers, std::string message = {}) {
    ErrorBody body;
    body.message = std::move(message);
    return retry_after(headers, body, noon);
}

TEST(RetryAfter, ReadsEveryFormOfTheHeader) {
    EXPECT_EQ(from({{"retry-after", "30"}}), 30s);
    EXPECT_EQ(from({{"Retry-After", " 1.5 "}}), 1500ms);
    EXPECT_EQ(from({{"retry-after-ms", "250"}, {"retry-after", "1"}}), 250ms);
    EXPECT_EQ(from({{"x-ms-retry-after-ms", "7000"}}), 7s);
    EXPECT_EQ(from({{"retry-after", "Fri, 30 Jan 2026 12:05:00 GMT"}}), 5min);
    EXPECT_EQ(from({{"retry-after", "2026-01-30T12:00:10Z"}}), 10s);
    EXPECT_EQ(from({{"retry-after", "1769774430"}}), 30s);  // an epoch, as some proxies send it
}

TEST(RetryAfter, IgnoresWhatMakesNoSenseAndBoundsTheRest) {
    for (const auto* bad : {"", "soon", "-5", "0", "1e9x", "nan", "Fri, 30 Jan 2026 11:00:00 GMT",
                            "Fri, 40 Jan 2026 12:05:00 GMT"}) {
        EXPECT_EQ(from({{"retry-after", bad}}), std::nullopt) << bad;
    }
    EXPECT_EQ(from({{"retry-after", "99999999"}}), std::chrono::days(31));
}

TEST(RetryAfter, TakesNoLimitlessWaitForARequestToWait) {
    for (const auto* huge : {"inf", "infinity", "99999999999999999999999999", "1e300", "999999999d",
                             "99999999999999999999h", "9999-12-31T00:00:00Z"}) {
        EXPECT_EQ(from({{"retry-after", huge}}), std::nullopt) << huge;
        EXPECT_EQ(from({{"retry-after-ms", huge}, {"retry-after", "7"}}), 7s) << huge;
    }
    ErrorBody body;
    body.resets_in_s = 1e300;
    EXPECT_EQ(retry_after({}, body, noon), std::nullopt);
}

TEST(RetryAfter, TakesTheLatestResetOfTheWindowsThatAreUsedUp) {
    EXPECT_EQ(from({{"x-ratelimit-remaining-requests", "0"},
                    {"x-ratelimit-reset-requests", "1m30s"},
                    {"x-ratelimit-remaining-tokens", "12"},
                    {"x-ratelimit-reset-tokens", "6h"}}),
              90s);
    EXPECT_EQ(from({{"anthropic-ratelimit-tokens-remaining", "0"},
                    {"anthropic-ratelimit-tokens-reset", "2026-01-30T12:01:00Z"}}),
              60s);
    EXPECT_EQ(from({{"anthropic-ratelimit-unified-status", "rejected"},
                    {"anthropic-ratelimit-unified-reset", "1769778000"}}),
              1h);
    EXPECT_EQ(from({{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1769774460000"}}), 60s);
}

TEST(RetryAfter, ReadsTheWordsLast) {
    EXPECT_EQ(from({}, "Please try again in 1.984s. Need more tokens?"), 1984ms);
    EXPECT_EQ(from({}, "Rate limit is exceeded. Try again in 2 seconds."), 2s);
    EXPECT_EQ(from({}, "try again in 6m0s"), 6min);
    EXPECT_EQ(from({}, "try again in 20ms"), 20ms);
    EXPECT_EQ(from({}, "Please try again in 3 days 4 hours"), 76h);
    EXPECT_EQ(from({}, "Try again in ~176 min."), 176min);
    EXPECT_EQ(from({}, "try again in 1h2m3.5s"), 3723500ms);
    EXPECT_EQ(from({}, "Please retry in 36.429760048s."), 36430ms);
    EXPECT_EQ(from({}, "please try again after 1 seconds"), 1s);
    EXPECT_EQ(from({}, "Claude AI usage limit reached|1769778000"), 1h);
    EXPECT_EQ(from({}, "Please try again in a moment"), std::nullopt);
    EXPECT_EQ(from({{"retry-after", "5"}}, "try again in 20ms"), 5s);
}

TEST(RetryAfter, FindsTheWindowsOfEveryVendor) {
    EXPECT_EQ(
        from({{"x-ratelimit-remaining-tokens-minute", "0"}, {"x-ratelimit-reset-tokens-minute", "41.5"}}),
        41500ms);
    EXPECT_EQ(from({{"x-codex-primary-used-percent", "100"},
                    {"x-codex-primary-reset-after-seconds", "600"},
                    {"x-codex-secondary-used-percent", "80"},
                    {"x-codex-secondary-reset-after-seconds", "90000"}}),
              10min);
    EXPECT_EQ(from({{"RateLimit", "limit=100, remaining=0, reset=25"}}), 25s);
    EXPECT_EQ(from({{"RateLimit", "\"default\";r=0;t=30"}}), 30s);
    EXPECT_EQ(from({{"RateLimit", "\"default\";r=5;t=30"}}), std::nullopt);
    // None of them is used up: nothing says which one refused.
    EXPECT_EQ(from({{"x-ratelimit-remaining-tokens", "63"}, {"x-ratelimit-reset-tokens", "59s"}}),
              std::nullopt);
}

TEST(RetryAfter, ReadsTimesOfDayOnlyWithTheirZone) {
    EXPECT_EQ(from({}, "You will regain access on 2026-01-31 at 12:00 UTC."), 24h);
    EXPECT_EQ(from({}, "resets at 2026-01-30T14:30:00+02:00"), 30min);
    EXPECT_EQ(from({}, "Your limit will reset at 2026-01-30 21:00:00"), std::nullopt);
    EXPECT_EQ(from({}, "You've hit your limit, resets 3pm"), std::nullopt);
    ErrorBody beijing;
    beijing.message = "Your limit will reset at 2026-01-30 21:00:00";
    EXPECT_EQ(retry_after({}, beijing, noon, "zai"), 1h);
}

TEST(RetryAfter, ReadsTheNextTimeThatAClockWithAZoneShows) {  // it is noon of 30 January 2026
    EXPECT_EQ(from({}, "You've hit your limit · resets 3pm (UTC)"), 3h);
    EXPECT_EQ(from({}, "Your limit will reset at 11:30am (UTC)."), 23h + 30min);
    EXPECT_EQ(from({}, "resets at 12am (UTC)"), 12h);
    EXPECT_EQ(from({}, "resets 12:30 pm UTC"), 30min);
    EXPECT_EQ(from({}, "resets at 15:30 +02:00"), 90min);
    EXPECT_EQ(from({}, "resets Feb 2, 5pm (UTC)"), 77h);
    EXPECT_EQ(from({}, "resets Feb 2 at 5pm (UTC)"), 77h);
    EXPECT_EQ(from({}, "try again at Jan 31st, 2026 12:13 PM UTC."), 24h + 13min);
    EXPECT_EQ(from({}, "resets Jan 29, 2026 5pm (UTC)"), std::nullopt);  // gone by
    EXPECT_EQ(from({}, "Quota will be replenished in 04:02:29."), 4h + 2min + 29s);
    for (const auto* vague :
         {"resets 3pm (Europe/Paris)", "resets 3pm", "resets 3pm zulutime", "resets 3 (UTC)",
          "resets at 25:00 UTC", "resets 13pm (UTC)", "resets Feb 31, 5pm (UTC)", "resets "}) {
        EXPECT_EQ(from({}, vague), std::nullopt) << vague;
    }
}

TEST(RetryAfter, ReadsTheBodysOwnTimes) {
    const auto google = parse_error_body(R"({"error":{"code":429,"details":[{"retryDelay":"27.5s"}]}})");
    EXPECT_EQ(retry_after({}, google, noon), 27500ms);
    const auto codex = parse_error_body(R"({"error":{"type":"usage_limit_reached","resets_at":1769774500}})");
    EXPECT_EQ(retry_after({}, codex, noon), 100s);
}

}  // namespace
}  // namespace openclaw::providers
