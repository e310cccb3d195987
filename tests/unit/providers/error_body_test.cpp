#include "providers/failures/error_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "providers/failures/failure.h"
#include "providers/failures/words.h"
#include "support/fake_clock.h"

namespace openclaw::providers {
namespace {

using testing::Contains;
using testing::IsEmpty;

TEST(ErrorBody, ReadsJsonInsideTextInsideJson) {
    const auto body = parse_error_body(
        R"({"error":{"message":"Error from provider: {\"error\":{\"message\":\"{\\\"error\\\":{\\\"code\\\":429,\\\"status\\\":\\\"RESOURCE_EXHAUSTED\\\",\\\"message\\\":\\\"deep\\\"}}\"}}"}})");
    EXPECT_EQ(body.message, "deep");
    EXPECT_EQ(body.status, 429);
    EXPECT_THAT(body.codes, Contains("resource_exhausted"));
}

TEST(ErrorBody, ReadsPythonsDictionaries) {
    const auto body = parse_error_body(
        "Error code: 400 - {'error': {'message': \"it's \\\"quoted\\\"\", 'param': None, 'ok': False, "
        "'code': "
        "'context_length_exceeded'}}");
    EXPECT_EQ(body.message, "it's \"quoted\"");
    EXPECT_EQ(body.status, 400);
    EXPECT_THAT(body.codes, Contains("context_length_exceeded"));
}

TEST(ErrorBody, ReadsWhatIsLeftOfTornJson) {
    const auto body =
        parse_error_body(R"({"type":"error","error":{"type":"overloaded_error","message":"Overl)");
    EXPECT_THAT(body.codes, Contains("overloaded_error"));
}

TEST(ErrorBody, TakesANumberForAStatusOnlyWhereItIsMarkedAsOne) {
    for (const auto* text : {"HTTP 429: slow", "429 slow", "[429 Too Many Requests] slow", "status: 429",
                             "it ended with 429 Too Many Requests", "(HTTP 429)", "status_code=429"})
        EXPECT_EQ(parse_error_body(text).status, 429) << text;
    for (const auto* text : {"port 4290 in use", "prompt is too long: 214290 tokens", "messages.429: no",
                             "it took 429 ms", "v4.429.1", "429.5 seconds", "model-429 not found"})
        EXPECT_EQ(parse_error_body(text).status, 0) << text;
}

TEST(ErrorBody, ReadsTheHeadersThatAProxyPutIntoTheBody) {
    const auto body = parse_error_body(
        R"({"error":{"code":429,"message":"x","metadata":{"headers":{"X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1769774460000"}}}})");
    EXPECT_EQ(body.headers.find("x-ratelimit-reset"), "1769774460000");
}

TEST(Words, LeaveOutWhatIsMerelyQuoted) {
    EXPECT_EQ(spoken_words("Invalid value: 'rate limit exceeded'. It's  not\n\"ok\""),
              "invalid value: _. it's not _");
    EXPECT_EQ(spoken_words("You've reached the model's limit"), "you've reached the model's limit");
    EXPECT_EQ(all_words("A 'b'"), "a 'b'");
}

TEST(Words, HavePhrasesWithGapsInsideASentence) {
    EXPECT_TRUE(
        has_phrase("this exceeds your context window of 4.5k tokens", "exceed*context window*tokens"));
    EXPECT_TRUE(has_phrase("exceed? no, this exceeds the context window", "exceed*context window"));
    EXPECT_FALSE(has_phrase("this exceeds a limit. mind the context window", "exceed*context window"));
    EXPECT_FALSE(has_phrase("exceed" + std::string(200, 'x') + "context window", "exceed*context window"));
    EXPECT_FALSE(has_phrase("", "a"));
}

// Bytes that no provider sends: nothing breaks, and what is shown stays bounded and fit for a terminal.
TEST(ErrorBody, SurvivesRandomBytesAndTornAnswers) {
    std::mt19937 random(20260130);
    const std::string pieces[] = {
        "{",       "}",       "\"error\":", "'",      "\"",   "[",     "]",        "\\",
        "<html>",  "<title>", "</title>",   "data: ", "\n\n", "429",   "\"code\"", ":",
        "message", "\xff",    "\x1b[31m",   "None",   "b'",   "retry", "in 5s",    ","};
    for (int round = 0; round < 3000; ++round) {
        Observed observed;
        observed.provider = round % 2 == 0 ? "openai" : "zai";
        observed.status = round % 3 == 0 ? 0 : 429;
        const auto length = random() % 60;
        for (std::size_t i = 0; i < length; ++i)
            observed.body += random() % 4 == 0 ? std::string(1, static_cast<char>(random()))
                                               : pieces[random() % std::size(pieces)];
        const auto failure = classify(observed, test::noon);
        ASSERT_LE(failure.message.size(), 600u);
        ASSERT_EQ(failure.message.find('\x1b'), std::string::npos);
        if (failure.retry_after) {
            ASSERT_GE(failure.retry_after->count(), 1);
        }
    }
}

}  // namespace
}  // namespace openclaw::providers
