#include "net/server/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/certificates.h"

namespace openclaw::net {
namespace {

using std::chrono::hours;
using testing::HasSubstr;
using testing::StartsWith;

ServerLimits patient() {
    return {.head_bytes = 2048,
            .head_deadline = hours(1),
            .body_deadline = hours(1),
            .keep_alive = hours(1),
            .write_deadline = hours(1),
            .seats = {.all = 100, .strangers = 100}};
}

Task<void> echo(Exchange& exchange) {
    const auto& request = exchange.request();
    auto body = co_await exchange.read_body(4096);
    if (!body) co_return;
    co_await exchange.respond({200, {{"X-Path", std::string(request.path())}}, request.method + ":" + *body});
}

Task<std::string> read_until_closed(Stream& stream) {
    std::string all;
    std::array<char, 4096> buffer{};
    for (;;) {
        auto got = co_await stream.read(buffer, hours(1));
        if (!got || *got == 0) co_return all;
        all.append(buffer.data(), *got);
    }
}

// A server on a loopback port, and one client's words and what they got back until the connection closed.
struct Scene {
    explicit Scene(Handler handler, ServerLimits limits = patient())
        : server(loop, limits, std::move(handler)) {
        auto listener = listen_tcp(loop, "127.0.0.1", 0);
        port = (*listener)->port();
        server.serve(std::move(*listener));
    }
    std::string exchange(std::string words) { return loop.run_until(talk(*this, std::move(words))); }

    static Task<std::unique_ptr<Stream>> connect(Scene& scene) {
        auto stream = co_await connect_tcp(scene.loop, {"127.0.0.1", scene.port}, hours(1));
        EXPECT_TRUE(stream);
        co_return std::move(*stream);
    }
    static Task<std::string> talk(Scene& scene, std::string words) {
        auto stream = co_await connect(scene);
        EXPECT_TRUE(co_await stream->write(words, hours(1)));
        auto answer = co_await read_until_closed(*stream);
        stream->close();
        co_await scene.server.stop(Milliseconds(0));
        co_return answer;
    }

    Loop loop;
    HttpServer server;
    std::uint16_t port = 0;
};

int status_of(const std::string& answer) {
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

TEST(HttpServer, RefusesWhatTwoReadersCouldReadDifferentlyAndCloses) {
    struct Case {
        const char* what;
        int status;
        std::string request;
    };
    const std::string host = "Host: a\r\n";
    const std::vector<Case> cases{
        {"no host", 400, "GET / HTTP/1.1\r\n\r\n"},
        {"two hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
        {"two hosts on 1.0", 400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
        {"empty host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
        {"host with a path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        {"host with a user", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
        {"host list", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
        {"folded field", 400, "GET / HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n"},
        {"tab-folded field", 400, "GET / HTTP/1.1\r\n" + host + "X: a\r\n\tb\r\n\r\n"},
        {"blank before the colon", 400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"},
        {"field without a name", 400, "GET / HTTP/1.1\r\n" + host + ": x\r\n\r\n"},
        {"field without a colon", 400, "GET / HTTP/1.1\r\n" + host + "X\r\n\r\n"},
        {"control character in a value", 400, "GET / HTTP/1.1\r\n" + host + "X: a\x01\r\n\r\n"},
        {"carriage return in a value", 400, "GET / HTTP/1.1\r\n" + host + "X: a\rb\r\n\r\n"},
        {"null in a value", 400, "GET / HTTP/1.1\r\n" + host + std::string("X: \0\r\n\r\n", 8)},
        {"bare line feeds", 400, "GET / HTTP/1.1\nHost: a\n\n"},
        {"length list", 400, "POST / HTTP/1.1\r\n" + host + "Content-Length: 5, 5\r\n\r\nhello"},
        {"two lengths", 400,
         "POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
        {"signed length", 400, "POST / HTTP/1.1\r\n" + host + "Content-Length: +5\r\n\r\nhello"},
        {"hexadecimal length", 400, "POST / HTTP/1.1\r\n" + host + "Content-Length: 0x5\r\n\r\nhello"},
        {"empty length", 400, "POST / HTTP/1.1\r\n" + host + "Content-Length:\r\n\r\nhello"},
        {"overflowing length", 400,
         "POST / HTTP/1.1\r\n" + host + "Content-Length: 18446744073709551621\r\n\r\nhello"},
        {"coding and length", 400,
         "POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"unknown coding", 400, "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n"},
        {"two codings", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        {"coding twice", 400,
         "POST / HTTP/1.1\r\n" + host +
             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"identity coding", 400, "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: identity\r\n\r\n"},
        {"disguised coding", 400,
         "POST / HTTP/1.1\r\n" + host +
             "Transfer-Encoding: \x0b"
             "chunked\r\n\r\n0\r\n\r\n"},
        {"coding on 1.0", 400, "POST / HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"coding with an x in front", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
        {"chunked that isn't last", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"},
        {"coding with a parameter", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"},
        {"quoted coding", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"},
        {"empty coding", 400, "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding:\r\n\r\n0\r\n\r\n"},
        {"blank before the coding's colon", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"},
        {"folded coding", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"},
        {"coding behind a bare line feed", 400,
         "POST / HTTP/1.1\r\n" + host + "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"coding behind a bare carriage return", 400,
         "POST / HTTP/1.1\r\n" + host + "X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"null in a name", 400, "GET / HTTP/1.1\r\n" + host + std::string("X\0: a\r\n\r\n", 9)},
        {"blank in a length", 400, "POST / HTTP/1.1\r\n" + host + "Content-Length: 5 5\r\n\r\nhello"},
        {"length with a sign in front of nothing", 400,
         "POST / HTTP/1.1\r\n" + host + "Content-Length: -0\r\n\r\n"},
        {"different lengths", 400,
         "POST / HTTP/1.1\r\n" + host + "Content-Length: 0\r\ncontent-length: 5\r\n\r\nhello"},
        {"two authorisations of two kinds", 400,
         "GET / HTTP/1.1\r\n" + host + "Authorization: Basic YTpi\r\nAuthorization: Bearer b\r\n\r\n"},
        {"chunk size over 64 bits", 400,
         "POST / HTTP/1.1\r\n" + host +
             "Transfer-Encoding: chunked\r\n\r\n10000000000000001\r\na\r\n0\r\n\r\n"},
        {"chunk size with a prefix", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n"},
        {"chunk size behind a blank", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n 1\r\na\r\n0\r\n\r\n"},
        {"chunk extension with a line feed", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1;\na\r\n0\r\n\r\n"},
        {"chunk without its end", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1\r\na0\r\n\r\n"},
        {"one long chunk extension", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(5000, 'x')},
        {"chunk extensions without end", 400,
         [&] {
             std::string text = "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n";
             for (int i = 0; i < 100; ++i) text += "1;" + std::string(1000, 'x') + "\r\na\r\n";
             return text + "0\r\n\r\n";
         }()},
        {"chunk size with a sign", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n"},
        {"chunk longer than announced", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"},
        {"chunk lines with bare line feeds", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n"},
        {"malformed trailer", 400,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\nx\r\n\r\n"},
        {"two blanks", 400, "GET  / HTTP/1.1\r\n" + host + "\r\n"},
        {"no version", 400, "GET /\r\n" + host + "\r\n"},
        {"blank in the target", 400, "GET /a b HTTP/1.1\r\n" + host + "\r\n"},
        {"fragment in the target", 400, "GET /#a HTTP/1.1\r\n" + host + "\r\n"},
        {"target without a slash", 400, "GET a HTTP/1.1\r\n" + host + "\r\n"},
        {"target with a user", 400, "GET http://u:p@a/ HTTP/1.1\r\n" + host + "\r\n"},
        {"byte beyond ASCII in the target", 400, "GET /\xc3\xa4 HTTP/1.1\r\n" + host + "\r\n"},
        {"TLS on a plain port", 400, std::string("\x16\x03\x01\x02\x00\x01", 6)},
        {"lower-case version", 400, "GET / http/1.1\r\n" + host + "\r\n"},
        {"unknown expectation", 417, "GET / HTTP/1.1\r\n" + host + "Expect: miracles\r\n\r\n"},
        {"body over the bound", 413, "POST / HTTP/1.1\r\n" + host + "Content-Length: 4097\r\n\r\n"},
        {"chunks over the bound", 413,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n1000\r\n"},
        {"chunks over the bound in a last one", 413,
         "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1001\r\n"},
        {"head over the bound", 431, "GET / HTTP/1.1\r\n" + host + "X: " + std::string(2048, 'x')},
        {"too many fields", 431,
         [&] {
             std::string text = "GET / HTTP/1.1\r\n" + host;
             for (int i = 0; i < 200; ++i) text += "X:\r\n";
             return text + "\r\n";
         }()},
        {"two credentials", 400,
         "GET / HTTP/1.1\r\n" + host + "Authorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n"},
        {"the same credential twice", 400,
         "GET / HTTP/1.1\r\n" + host + "X-Api-Key: a\r\nX: y\r\nX-API-KEY: a\r\n\r\n"},
        {"tunnel", 501, "CONNECT a:1 HTTP/1.1\r\n" + host + "\r\n"},
        {"unknown method", 501, "BREW / HTTP/1.1\r\n" + host + "\r\n"},
        {"HTTP/2 without its preface", 505, "GET / HTTP/2.0\r\n" + host + "\r\n"},
    };
    for (const auto& [what, status, request] : cases) {
        Scene scene(echo);
        // A second request behind it must not be answered: the connection is closed.
        auto answer =
            scene.exchange(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        EXPECT_EQ(status_of(answer), status) << what << "\n" << answer;
        EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << what;
        EXPECT_THAT(answer, testing::Not(HasSubstr("smuggled"))) << what;
        EXPECT_EQ(answer.find("HTTP/1.1 ", 1), std::string::npos) << what;
    }
}

TEST(HttpServer, AcceptsWhatTheStandardAllows) {
    struct Case {
        const char* what;
        std::string request;
        std::string body;
    };
    const std::string rest = "Host: a\r\nConnection: close\r\n";
    const std::vector<Case> cases{
        {"an empty line in front", "\r\nGET / HTTP/1.1\r\n" + rest + "\r\n", "GET:"},
        {"IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n", "GET:"},
        {"absolute target", "GET http://a/ HTTP/1.1\r\n" + rest + "\r\n", "GET:"},
        {"1.0 without host", "GET / HTTP/1.0\r\n\r\n", "GET:"},
        {"options for all", "OPTIONS * HTTP/1.1\r\n" + rest + "\r\n", "OPTIONS:"},
        {"sized body", "POST / HTTP/1.1\r\n" + rest + "Content-Length: 5\r\n\r\nhello", "POST:hello"},
        {"chunked body",
         "POST / HTTP/1.1\r\n" + rest +
             "transfer-encoding: Chunked\r\n\r\n2;x=y\r\nhe\r\n003\r\nllo\r\n0\r\nT: x\r\n\r\n",
         "POST:hello"},
        {"many small chunks",
         [&] {
             std::string text = "POST / HTTP/1.1\r\n" + rest + "Transfer-Encoding: chunked\r\n\r\n";
             for (int i = 0; i < 4000; ++i) text += "1;n=v\r\na\r\n";
             return text + "0\r\n\r\n";
         }(),
         "POST:" + std::string(4000, 'a')},
        {"a trailer, which is no header",
         "POST / HTTP/1.1\r\n" + rest +
             "Transfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: Bearer a\r\nHost: b\r\n\r\n",
         "POST:"},
        {"a field that only looks like the coding",
         "POST / HTTP/1.1\r\n" + rest + "Transfer_Encoding: chunked\r\nContent-Length: 2\r\n\r\nok",
         "POST:ok"},
        {"two kinds of credential",
         "GET / HTTP/1.1\r\n" + rest + "Authorization: Bearer a\r\nX-Api-Key: b\r\n\r\n", "GET:"},
        {"bytes beyond ASCII in a value", "GET / HTTP/1.1\r\n" + rest + "X: \xc3\xa4\r\n\r\n", "GET:"},
    };
    for (const auto& [what, request, body] : cases) {
        Scene scene(echo);
        auto answer = scene.exchange(request);
        EXPECT_EQ(status_of(answer), 200) << what << "\n" << answer;
        EXPECT_TRUE(answer.ends_with("\r\n\r\n" + body)) << what << "\n" << answer;
    }
}

TEST(HttpServer, AnswersPipelinedRequestsInOrderOnOneConnection) {
    Scene scene(echo);
    auto answer = scene.exchange(
        "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
        "HEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n"
        "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    auto one = answer.find("POST:one");
    auto two = answer.find("X-Path: /2\r\n\r\nHTTP/1.1 200 OK");  // a HEAD's answer has no body
    auto three = answer.find("GET:");
    ASSERT_NE(one, std::string::npos) << answer;
    ASSERT_NE(two, std::string::npos) << answer;
    EXPECT_LT(one, two);
    EXPECT_LT(two, three);
    EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));  // what GET would have got
}

Task<std::string> expect_continue(Scene& scene) {
    auto stream = co_await Scene::connect(scene);
    EXPECT_TRUE(
        co_await stream->write("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n"
                               "Expect: 100-continue\r\n\r\n",
                               hours(1)));
    std::array<char, 256> buffer{};
    auto got = co_await stream->read(buffer, hours(1));
    EXPECT_EQ(std::string_view(buffer.data(), got.value_or(0)), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(co_await stream->write("ok", hours(1)));
    auto answer = co_await read_until_closed(*stream);
    co_await scene.server.stop(Milliseconds(0));
    co_return answer;
}

TEST(HttpServer, AsksForABodyThatWaitsToBeAskedFor) {
    Scene scene(echo);
    EXPECT_THAT(scene.loop.run_until(expect_continue(scene)), HasSubstr("POST:ok"));
}

Task<void> stream_three(Exchange& exchange) {
    EXPECT_TRUE(co_await exchange.start_stream(200, {{"Content-Type", "text/plain"}}));
    for (auto piece : {"one", "", "two"}) EXPECT_TRUE(co_await exchange.write(piece));
    EXPECT_TRUE(co_await exchange.finish());
    EXPECT_FALSE(co_await exchange.write("late"));
    EXPECT_FALSE(co_await exchange.respond({}));
}

TEST(HttpServer, StreamsInChunksAndToOldClientsUntilTheEnd) {
    Scene modern(stream_three);
    EXPECT_TRUE(modern.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .ends_with("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"));
    Scene old(stream_three);
    EXPECT_TRUE(old.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").ends_with("\r\n\r\nonetwo"));
}

Task<void> stream_half(Exchange& exchange) {
    co_await exchange.start_stream(200, {});
    co_await exchange.write("half");
}

TEST(HttpServer, AStreamLeftUnfinishedNeverLooksComplete) {
    Scene scene(stream_half);
    auto answer = scene.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr("half"));
    EXPECT_THAT(answer, testing::Not(HasSubstr("0\r\n\r\n")));
}

Task<void> say_nothing(Exchange&) {
    co_return;
}

Task<void> break_the_head(Exchange& exchange) {
    auto sent = co_await exchange.respond({200, {{"X", "a\r\nSet-Cookie: b"}}, "x"});
    EXPECT_EQ(sent.error().code, Code::internal);
}

TEST(HttpServer, AHandlerThatDoesNotAnswerMeans500) {
    for (auto* handler : {say_nothing, break_the_head}) {
        Scene scene(handler);
        auto answer = scene.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_EQ(status_of(answer), 500) << answer;
        EXPECT_THAT(answer, testing::Not(HasSubstr("Set-Cookie")));
    }
}

TEST(HttpServer, AHeadThatNeverEndsTimesOut) {
    auto limits = patient();
    limits.head_deadline = Milliseconds(20);
    Scene scene(echo, limits);
    EXPECT_EQ(status_of(scene.exchange("GET / HTTP/1.1\r\nHost: a\r\n")), 408);
}

TEST(HttpServer, ABodyThatNeverEndsTimesOut) {
    auto limits = patient();
    limits.body_deadline = Milliseconds(20);
    Scene scene(echo, limits);
    EXPECT_EQ(status_of(scene.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx")), 408);
}

TEST(HttpServer, AnIdleConnectionIsClosedWithoutAWord) {
    auto limits = patient();
    limits.keep_alive = Milliseconds(1);
    Scene scene(echo, limits);
    auto answer = scene.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(answer.ends_with("\r\n\r\nGET:")) << answer;
}

Task<void> await_gone(Exchange& exchange, Loop& loop, bool& gone) {
    Event event(loop);
    auto subscription = exchange.gone().on_request([&event] { event.notify(); });
    if (!exchange.gone().requested()) co_await event.wait();
    gone = true;
    co_await exchange.respond({503, {}, "going"});
}

Task<void> leave_early(Scene& scene) {
    auto stream = co_await Scene::connect(scene);
    EXPECT_TRUE(co_await stream->write("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\n", hours(1)));
    co_await stream->drain(hours(1));
    while (scene.server.connections() == 0) co_await scene.loop.sleep(Milliseconds(1));
    stream->close();
    while (scene.server.connections() > 0) co_await scene.loop.sleep(Milliseconds(1));
    co_await scene.server.stop(Milliseconds(0));
}

TEST(HttpServer, AHandlerLearnsThatItsClientHasGone) {
    Loop* loop = nullptr;
    bool gone = false;
    Scene scene([&](Exchange& exchange) { return await_gone(exchange, *loop, gone); });
    loop = &scene.loop;
    scene.loop.run_until(leave_early(scene));
    EXPECT_TRUE(gone);
}

Task<void> answer_when_asked(Exchange& exchange, Event& asked) {
    const auto gone = exchange.gone();  // it is listened for, as a long answer does
    co_await asked.wait();
    co_await exchange.respond({gone.requested() ? 503 : 200, {}, "late"});
}

// Ends its sending side with the request, as `nc -N` does, and reads on.
Task<std::string> ask_and_send_no_more(Scene& scene, Event& asked) {
    auto stream = co_await Scene::connect(scene);
    EXPECT_TRUE(co_await stream->write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n", hours(1)));
    co_await stream->shutdown();
    // Turns enough for its end to be seen, and for a look at who holds it.
    for (int turn = 0; turn < 16; ++turn) co_await scene.loop.blocking<void>([] {});
    asked.notify();
    auto answer = co_await read_until_closed(*stream);
    stream->close();
    co_await scene.server.stop(Milliseconds(0));
    co_return answer;
}

TEST(HttpServer, AClientThatSendsNoMoreGetsItsAnswer) {
    std::optional<Event> asked;
    Scene scene([&](Exchange& exchange) { return answer_when_asked(exchange, *asked); });
    asked.emplace(scene.loop);
    const auto answer = scene.loop.run_until(ask_and_send_no_more(scene, *asked));
    EXPECT_EQ(status_of(answer), 200) << answer;
    EXPECT_THAT(answer, HasSubstr("late"));
}

struct Running {
    explicit Running(Loop& loop) : started(loop) {}
    Event started;
    bool gone = false;
};

Task<void> run_until_gone(Exchange& exchange, Loop& loop, Running& running) {
    running.started.notify();
    co_await await_gone(exchange, loop, running.gone);
}

Task<std::string> stop_while_running(Scene& scene, Running& running) {
    auto stream = co_await Scene::connect(scene);
    auto idle = co_await Scene::connect(scene);
    EXPECT_TRUE(co_await stream->write("GET / HTTP/1.1\r\nHost: a\r\n\r\n", hours(1)));
    co_await running.started.wait();
    co_await scene.server.stop(Milliseconds(1));
    EXPECT_EQ(scene.server.connections(), 0U);
    EXPECT_EQ(co_await read_until_closed(*idle), "");
    co_return co_await read_until_closed(*stream);
}

TEST(HttpServer, StopGivesARunningExchangeItsGraceThenTellsIt) {
    Loop* loop = nullptr;
    std::optional<Running> running;
    Scene scene([&](Exchange& exchange) { return run_until_gone(exchange, *loop, *running); });
    loop = &scene.loop;
    running.emplace(scene.loop);
    auto answer = scene.loop.run_until(stop_while_running(scene, *running));
    EXPECT_EQ(status_of(answer), 503);
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
    EXPECT_TRUE(running->gone);
}

Task<void> crowd(Scene& scene) {
    std::vector<std::unique_ptr<Stream>> streams;
    std::array<char, 512> buffer{};
    for (int i = 0; i < 3; ++i) {
        streams.push_back(co_await Scene::connect(scene));
        EXPECT_TRUE(co_await streams.back()->write("GET / HTTP/1.1\r\nHost: a\r\n\r\n", hours(1)));
        EXPECT_TRUE(co_await streams.back()->read(buffer, hours(1)));
    }
    EXPECT_LE(scene.server.connections(), 2U);
    EXPECT_EQ(co_await read_until_closed(*streams[0]), "");  // the longest idle had to go
    EXPECT_TRUE(co_await streams[2]->write("GET / HTTP/1.1\r\nHost: a\r\n\r\n", hours(1)));
    EXPECT_GT((co_await streams[2]->read(buffer, hours(1))).value_or(0), 0U);
    co_await scene.server.stop(Milliseconds(0));
}

TEST(HttpServer, AtTheBoundTheLongestIdleConnectionMakesRoom) {
    auto limits = patient();
    limits.seats.all = 2;
    Scene scene(echo, limits);
    scene.loop.run_until(crowd(scene));
}

Task<std::string> over_tls(Scene& scene, TlsClientContext& client) {
    auto plain = co_await Scene::connect(scene);
    auto stream = co_await client.handshake(std::move(plain), "127.0.0.1", hours(1));
    EXPECT_TRUE(stream);
    if (!stream) co_return "";
    EXPECT_TRUE(
        co_await (*stream)->write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", hours(1)));
    std::array<char, 512> buffer{};
    auto got = co_await (*stream)->read(buffer, hours(1));
    auto end = co_await (*stream)->read(buffer, hours(1));
    EXPECT_TRUE(end) << end.error().message;  // an orderly TLS close
    co_await scene.server.stop(Milliseconds(0));
    co_return std::string(buffer.data(), got.value_or(0));
}

Task<void> tell_tls(Exchange& exchange) {
    co_await exchange.respond({200, {}, exchange.over_tls() ? "secret" : "plain"});
}

TEST(HttpServer, ServesOverTls) {
    test::Certificates certificates;
    certificates.issue("server", "IP:127.0.0.1");
    auto tls = TlsServerContext::create({certificates.path("server.pem"), certificates.path("server.key")});
    auto client = TlsClientContext::create({.ca_file = certificates.authority_file()});
    Scene scene(tell_tls);
    auto listener = listen_tcp(scene.loop, "127.0.0.1", 0);
    scene.port = (*listener)->port();
    scene.server.serve(std::move(*listener), [tls = *tls] { return tls; });
    EXPECT_THAT(scene.loop.run_until(over_tls(scene, **client)), HasSubstr("\r\n\r\nsecret"));
}

}  // namespace
}  // namespace openclaw::net
