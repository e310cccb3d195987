#include "auth/oauth/device_grant.h"

#include <gtest/gtest.h>

namespace openclaw::auth::oauth {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view usual =
    R"({"device_code":"dc","user_code":"WDJB-MJHT","verification_uri":"https://example.com/device",)"
    R"("verification_uri_complete":"https://example.com/device?user_code=WDJB-MJHT","expires_in":600,"interval":2})";

Declined declined(Declined::Kind kind, std::string code = "x") {
    return {.kind = kind, .code = std::move(code), .text = {}};
}

DeviceCode code_of(Milliseconds interval, Milliseconds lifetime) {
    DeviceCode code;
    code.interval = interval;
    code.lifetime = lifetime;
    return code;
}

TEST(DeviceCode, HoldsWhatAPersonNeeds) {
    const auto code = read_device_code(200, usual);
    ASSERT_TRUE(code) << code.error().message;
    EXPECT_EQ(code->user_code, "WDJB-MJHT");
    EXPECT_EQ(code->page, "https://example.com/device");
    EXPECT_EQ(code->interval, 2s);
    EXPECT_EQ(code->lifetime, 600s);
}

TEST(DeviceCode, TakesTextsForNumbersAndUsualValuesForMissingOnes) {
    const auto code =
        read_device_code(200, R"({"device_code":"d","user_code":"u","verification_url":"https://e.com/d",)"
                              R"("interval":"7","expires_in":"x"})");
    ASSERT_TRUE(code) << code.error().message;
    EXPECT_EQ(code->interval, 7s);
    EXPECT_EQ(code->lifetime, 15min);
    EXPECT_EQ(
        read_device_code(
            200, R"({"device_code":"d","user_code":"u","verification_uri":"https://e.com","interval":0})")
            ->interval,
        5s);
}

TEST(DeviceCode, RefusesWhatNoPersonShouldFollow) {
    for (const auto* body :
         {"", "<html>", R"({"error":"unauthorized_client"})", R"({"device_code":"d","user_code":"u"})",
          R"({"device_code":"d","user_code":"u","verification_uri":"http://evil.example.com"})",
          R"x({"device_code":"d","user_code":"u","verification_uri":"javascript:alert(1)"})x",
          R"({"device_code":"d","user_code":"a\u001b[2J","verification_uri":"https://e.com"})",
          R"({"device_code":"","user_code":"u","verification_uri":"https://e.com"})"})
        EXPECT_FALSE(read_device_code(200, body)) << body;
    EXPECT_FALSE(read_device_code(503, usual));
}

TEST(DevicePolls, WaitTheIntervalAndLongerForGoodWhenAskedTo) {
    const SteadyTime start{};
    DevicePolls polls(code_of(5s, 60s), start);
    EXPECT_EQ(polls.next(), start + 5s);
    polls.settle(declined(Declined::Kind::pending), start + 5s);
    EXPECT_EQ(polls.next(), start + 10s);
    polls.settle(declined(Declined::Kind::slow_down), start + 10s);
    EXPECT_EQ(polls.next(), start + 20s);
    polls.settle(declined(Declined::Kind::pending), start + 20s);
    EXPECT_EQ(polls.next(), start + 30s);
    polls.settle(declined(Declined::Kind::later, "http_429"), start + 30s);
    EXPECT_EQ(polls.next(), start + 45s);
    EXPECT_FALSE(polls.over(start + 59s));
    EXPECT_TRUE(polls.over(start + 60s));
}

TEST(DevicePolls, WaitAsLongAsTheIssuerAsks) {
    const SteadyTime start{};
    DevicePolls polls(code_of(5s, 600s), start);
    auto later = declined(Declined::Kind::later, "http_503");
    later.again_in = 40s;
    polls.settle(later, start);
    EXPECT_EQ(polls.next(), start + 40s);
    polls.settle(Unclear{"HTTP 502"}, start + 40s);
    EXPECT_EQ(polls.next(), start + 45s);
}

}  // namespace
}  // namespace openclaw::auth::oauth
