#include "auth/oauth/renewal.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace openclaw::auth::oauth {
namespace {

using namespace std::chrono_literals;
using test::noon;
using Move = Plan::Move;

const RenewalLook ended{.expires = noon - 1s};
const RenewalLook fresh{.expires = noon + 1h};
const RenewalLook ends_soon{.expires = noon + 1min};

RenewalRecord at_stage(Stage stage) {
    return {.stage = stage,
            .provider = "lab",
            .issuer = "https://e.com/t",
            .client = "c",
            .since = noon - 1h,
            .holder = "pid 7",
            .reason = "because"};
}
Declined declined(Declined::Kind kind, std::optional<Milliseconds> again_in = {}) {
    return {.kind = kind, .code = "code", .text = "text", .again_in = again_in};
}
RenewalRecord after_answer(TokenAnswer answer, RenewalRecord record = at_stage(Stage::sent)) {
    return after(std::move(record), Outcome(std::move(answer)), noon, 0);
}

TEST(Renewal, LeavesAGoodTokenAlone) {
    EXPECT_EQ(plan_renewal(fresh, nullptr, noon).move, Move::use);
    EXPECT_EQ(plan_renewal({}, nullptr, noon).move, Move::use);  // nobody knows its end: a refusal tells
}

TEST(Renewal, SendsWhenTheEndIsNear) {
    EXPECT_EQ(plan_renewal(ends_soon, nullptr, noon).move, Move::send);
    EXPECT_EQ(plan_renewal(ended, nullptr, noon).move, Move::send);
    EXPECT_EQ(plan_renewal({.expires = noon + 1h, .wish = Wish::refused}, nullptr, noon).move, Move::send);
    EXPECT_EQ(plan_renewal({.expires = noon + 1h, .wish = Wish::by_person}, nullptr, noon).move, Move::send);
    EXPECT_EQ(plan_renewal({.expires = std::nullopt, .wish = Wish::refused}, nullptr, noon).move, Move::send);
}

TEST(Renewal, NeverSendsATokenWhoseFateIsNotKnown) {
    for (const auto stage : {Stage::sent, Stage::unknown, Stage::dead, Stage::spent})
        for (const auto wish : {Wish::fresh, Wish::refused, Wish::by_person}) {
            const auto record = at_stage(stage);
            const auto plan = plan_renewal({.expires = noon - 1s, .wish = wish}, &record, noon);
            EXPECT_EQ(plan.move, Move::stop);
            EXPECT_FALSE(plan.why.empty());
            // To its own end the access token serves.
            if (wish != Wish::refused)
                EXPECT_EQ(plan_renewal({.expires = noon + 1min, .wish = wish}, &record, noon).move,
                          Move::use);
        }
}

TEST(Renewal, PutsAnAnswerThatNoStoreHasBeforeEverythingElse) {
    auto record = at_stage(Stage::answered);
    record.answer = Granted{.access = Secret("a")};
    for (const auto& look : {fresh, ended, RenewalLook{.expires = noon, .can_renew = false}})
        EXPECT_EQ(plan_renewal(look, &record, noon).move, Move::adopt);
}

TEST(Renewal, StopsWhereNothingCanBeRenewed) {
    EXPECT_EQ(plan_renewal({.expires = noon - 1s, .can_renew = false}, nullptr, noon).move, Move::stop);
    EXPECT_EQ(plan_renewal({.expires = noon + 1min, .can_renew = false}, nullptr, noon).move, Move::use);
}

TEST(Renewal, WaitsAsLongAsItWasTold) {
    auto record = at_stage(Stage::idle);
    record.not_before = noon + 10s;
    EXPECT_EQ(plan_renewal(ended, &record, noon).move, Move::wait);
    EXPECT_EQ(plan_renewal(ended, &record, noon).until, noon + 10s);
    EXPECT_EQ(plan_renewal(ends_soon, &record, noon).move, Move::use);
    EXPECT_EQ(plan_renewal(ended, &record, noon + 10s).move, Move::send);
    EXPECT_EQ(plan_renewal({.expires = noon - 1s, .wish = Wish::by_person}, &record, noon).move, Move::send);
}

TEST(Renewal, FindsASendersEnd) {
    const auto record = found(at_stage(Stage::sent));
    EXPECT_EQ(record.stage, Stage::unknown);
    EXPECT_NE(record.reason.find("pid 7"), std::string::npos);
    EXPECT_EQ(found(at_stage(Stage::dead)), at_stage(Stage::dead));
}

TEST(Renewal, MayRepeatOnlyWhatWasNotSentOrNotDecided) {
    const auto not_sent = after(at_stage(Stage::sent), NotSent{"no network"}, noon, 0);
    EXPECT_EQ(not_sent.stage, Stage::idle);
    EXPECT_EQ(not_sent.not_before, noon + 30s);
    EXPECT_EQ(after(at_stage(Stage::sent), Lost{"cut"}, noon, 0).stage, Stage::unknown);
    EXPECT_EQ(after_answer(Unclear{"HTTP 502"}).stage, Stage::unknown);
    EXPECT_EQ(after_answer(declined(Declined::Kind::later)).stage, Stage::idle);
    EXPECT_EQ(after_answer(declined(Declined::Kind::configuration)).stage, Stage::idle);
    EXPECT_EQ(after_answer(declined(Declined::Kind::dead)).stage, Stage::dead);
    EXPECT_EQ(after_answer(Granted{.access = Secret("a")}).stage, Stage::answered);
}

TEST(Renewal, WaitsLongerAfterEachFailureAndAsLongAsItIsAsked) {
    auto record = at_stage(Stage::sent);
    Milliseconds last(0);
    for (int failure = 1; failure <= 12; ++failure) {
        record = after(std::move(record), NotSent{"no network"}, noon, 0);
        const auto wait = *record.not_before - noon;
        EXPECT_GE(wait, last);
        EXPECT_LE(wait, 30min);
        last = wait;
    }
    EXPECT_EQ(last, 30min);
    EXPECT_EQ(after_answer(declined(Declined::Kind::later, 90s)).not_before, noon + 90s);
    EXPECT_EQ(after_answer(declined(Declined::Kind::later, 99 * 24h)).not_before, noon + 24h);
    EXPECT_GT(after(at_stage(Stage::sent), NotSent{"x"}, noon, 0.9).not_before, noon + 30s);
}

TEST(Renewal, BeginsEarlierForLongerLives) {
    EXPECT_EQ(renewal_margin(std::nullopt, 0), 5min);
    EXPECT_EQ(renewal_margin(1h, 0), 5min);
    EXPECT_EQ(renewal_margin(10min, 0), 1min);
    EXPECT_EQ(renewal_margin(3s, 0), 300ms);
    EXPECT_EQ(renewal_margin(1h, 0.5), 5min + 30s);
}

TEST(RenewalRecords, ComeBackAsTheyWereWritten) {
    auto record = at_stage(Stage::idle);
    record.failures = 3;
    record.not_before = noon + 1h;
    const auto again = record_from(to_json(record));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, record);
    auto spent = at_stage(Stage::spent);
    spent.successor = "abc";
    EXPECT_EQ(*record_from(to_json(spent)), spent);
    const Granted tokens{.access = Secret("a"),
                         .refresh = Secret("r"),
                         .expires = noon,
                         .scope = "s",
                         .account = {"id", "mail"}};
    EXPECT_EQ(*tokens_from(tokens_text(tokens)), tokens);
}

TEST(RenewalRecords, ThatAreNoneAreNeverTakenForAFreeToken) {
    for (const auto* text : {"{}", "[]", "null", R"({"version":1})", R"({"version":2,"stage":"idle"})",
                             R"({"version":1,"stage":"new"})"})
        EXPECT_EQ(record_from(*parse_json(text)).error().code, Code::corrupt) << text;
    for (const auto* text : {R"({"access":""})", "[]", "", R"({"refresh":"r"})"})
        EXPECT_FALSE(tokens_from(Secret(text))) << text;
}

}  // namespace
}  // namespace openclaw::auth::oauth
