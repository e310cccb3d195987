#include "net/client/http1_response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openclaw::net {
namespace {

struct Outcome {
    std::string error;  // "unavailable" or "too_large"; empty when all went well
    int status = 0;
    std::string body = {};
    bool complete = false;
    bool keeps_alive = false;
    std::size_t taken = 0;
    bool operator==(const Outcome&) const = default;
};

void PrintTo(const Outcome& outcome, std::ostream* out) {
    *out << "{error '" << outcome.error << "', status " << outcome.status << ", body '" << outcome.body
         << "', complete " << outcome.complete << ", keeps alive " << outcome.keeps_alive << ", took "
         << outcome.taken << "}";
}

Outcome outcome_of(std::string_view text, std::size_t piece, Asked asked = Asked::with_body,
                   std::size_t limit = 1000) {
    Http1Response response(asked, limit);
    Outcome outcome;
    while (!text.empty() && !response.complete()) {
        auto taken = response.feed(text.substr(0, piece), outcome.body);
        if (!taken) return {.error = std::string(name_of(taken.error().code))};
        outcome.taken += *taken;
        text.remove_prefix(*taken);
    }
    if (auto ended = response.end(); !ended) outcome.error = name_of(ended.error().code);
    outcome.status = response.status();
    outcome.complete = response.complete();
    outcome.keeps_alive = response.keeps_alive();
    return outcome;
}

Outcome whole(std::string_view text, Asked asked = Asked::with_body) {
    const Outcome outcome = outcome_of(text, text.size(), asked);
    for (std::size_t piece = 1; piece < text.size(); ++piece) {
        EXPECT_EQ(outcome_of(text, piece, asked), outcome) << text << "\nin pieces of " << piece;
    }
    return outcome;
}

struct Accepted {
    std::string_view text;
    std::string_view body;
    bool keeps_alive;
    Asked asked = Asked::with_body;
    std::string_view rest = {};  // what follows belongs to nobody
};

TEST(Http1Response, ReadsEveryFramingInAnySplit) {
    const std::vector<Accepted> cases{
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true, Asked::with_body,
         "HTTP/1.1 200"},
        {"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: foo, Close\r\n\r\nhi", "hi", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi", "hi", true},
        {"HTTP/1.1 200 OK\r\nX:\t padded \t\r\n\r\nuntil the end", "until the end", false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
         "Chunked\r\n\r\n5\r\nhello\r\n00A;x=\"y\"\r\n0123456789\r\n0\r\n\r\n",
         "hello0123456789", true},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nDigest: x\r\nY: z\r\n\r\n", "a",
         true, Asked::with_body, "more"},
        {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "", true, Asked::with_body, "hello"},
        {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "", true, Asked::head},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "", true, Asked::head},
        {"HTTP/1.1 200 Connection established\r\n\r\n", "", true, Asked::connect, "\x16\x03"},
        {"HTTP/1.1 407 Nope\r\nContent-Length: 2\r\n\r\nno", "no", true, Asked::connect},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\n"
         "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
         "x", true},
    };
    for (const Accepted& each : cases) {
        const Outcome outcome = whole(std::string(each.text) + std::string(each.rest), each.asked);
        EXPECT_EQ(outcome.error, "") << each.text;
        EXPECT_EQ(outcome.body, each.body) << each.text;
        EXPECT_EQ(outcome.keeps_alive, each.keeps_alive) << each.text;
        EXPECT_EQ(outcome.taken, each.text.size()) << each.text;
    }
}

TEST(Http1Response, KeepsHeadersInOrderWithoutBlanksAroundThem) {
    Http1Response response(Asked::with_body, 1000);
    std::string body = {};
    ASSERT_TRUE(
        response.feed("HTTP/1.1 103 Hints\r\nEarly: x\r\n\r\nHTTP/1.1 429 Slow down\r\n"
                      "Retry-After:7\r\nx-a:  b c \r\nX-A: d\r\nEmpty:\r\n\r\n",
                      body));
    EXPECT_TRUE(response.has_head());
    EXPECT_EQ(response.status(), 429);
    using Field = std::pair<std::string, std::string>;
    EXPECT_THAT(response.headers().fields(),
                testing::ElementsAre(Field("Retry-After", "7"), Field("x-a", "b c"), Field("X-A", "d"),
                                     Field("Empty", "")));
}

// Where two readers could disagree about the end of an answer, we read none of it.
TEST(Http1Response, RefusesWhatIsNotExactlyHttp) {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const std::vector<std::string> cases{
        ok + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello",
        ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        ok + "Content-Length: 5, 5\r\n\r\nhello",
        ok + "Content-Length: +5\r\n\r\nhello",
        ok + "Content-Length: -1\r\n\r\n",
        ok + "Content-Length: 0x5\r\n\r\nhello",
        ok + "Content-Length:\r\n\r\n",
        ok + "Content-Length: 99999999999999999999\r\n\r\n",
        ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: identity\r\n\r\nx",
        ok + "Transfer-Encoding: \r\n\r\nx",
        ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ok + "A: b\r\n folded\r\n\r\n",
        ok + " A: b\r\n\r\n",
        ok + "A : b\r\n\r\n",
        ok + ": b\r\n\r\n",
        ok + "no colon\r\n\r\n",
        ok + "A: b\nC: d\r\n\r\n",
        ok + "A: b\rC: d\r\n\r\n",
        ok + std::string("A: b\0c\r\n\r\n", 10),
        ok + "A\x80: b\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n5 5\r\nhello\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n5;\x01\r\nhello\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello",
        ok + "Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n",
    };
    for (const std::string& text : cases) {
        const Outcome outcome = whole(text);
        EXPECT_EQ(outcome.error, "unavailable") << text;
        EXPECT_FALSE(outcome.complete) << text;
    }
}

TEST(Http1Response, IsNeverCompleteWhenCutAnywhere) {
    const std::vector<std::string_view> cases{
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
    };
    for (const std::string_view text : cases) {
        EXPECT_EQ(whole(text).error, "") << text;
        for (std::size_t cut = 0; cut < text.size(); ++cut) {
            const Outcome outcome = outcome_of(text.substr(0, cut), 7);
            EXPECT_EQ(outcome.error, "unavailable") << text.substr(0, cut);
            EXPECT_FALSE(outcome.complete);
        }
    }
}

TEST(Http1Response, BoundsEverythingThatIsNotBody) {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    std::string interim;
    for (int i = 0; i < 100; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
    const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
    const std::vector<std::string> cases{
        std::string(1001, 'H'),
        ok + "A: " + std::string(1000, 'x') + "\r\n\r\n",
        interim,
        chunked + "0\r\nA: " + std::string(1000, 'x') + "\r\n\r\n",
        chunked + "1;" + std::string(1100, 'x') + "\r\n",
    };
    for (const std::string& text : cases) {
        for (const std::size_t piece : {1u, 10u, 5000u}) {
            EXPECT_EQ(outcome_of(text, piece).error, "too_large") << text.substr(0, 60);
        }
    }
    const std::string large(100'000, 'x');
    EXPECT_EQ(outcome_of(ok + "Content-Length: 100000\r\n\r\n" + large, 999).body, large);
}

}  // namespace
}  // namespace openclaw::net
