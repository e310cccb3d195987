#include "net/client/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/certificates.h"
#include "support/scripted_server.h"

namespace openclaw::net {
namespace {

using namespace std::chrono_literals;
using test::answer;
using test::Certificates;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::Not;
namespace step = test::step;

struct Answer {
    int status = 0;
    Headers headers;
    std::string body;
};

Task<Result<Answer>> fetch(HttpClient& client, ClientRequest request, Abort abort = {}) {
    auto response = co_await client.send(std::move(request), abort);
    if (!response) co_return std::unexpected(response.error());
    auto body = co_await read_all(*response->body, 1 << 20);
    if (!body) co_return std::unexpected(body.error());
    co_return Answer{response->status, std::move(response->headers), std::move(*body)};
}

ClientRequest get(const std::string& url) {
    ClientRequest request;
    request.url = *parse_url(url);
    return request;
}

ClientRequest post(const std::string& url, std::string body) {
    ClientRequest request = get(url);
    request.method = "POST";
    request.body = std::move(body);
    return request;
}

class HttpClientTest : public testing::Test {
protected:
    Result<Answer> run(ClientRequest request, Abort abort = {}) {
        return loop.run_until(fetch(client, std::move(request), std::move(abort)));
    }
    Loop loop;
    ScriptedServer server{loop};
    HttpClient client{loop, {}};
};

TEST_F(HttpClientTest, SendsExactlyOneWellFormedRequest) {
    server.connection({step::receive(), step::send(answer("{}"))});
    ClientRequest request = post(server.url("/v1/x?y=z"), "{\"a\":1}");
    request.headers = {{"x-api-key", "k"},
                       {"Host", "evil.test"},
                       {"Content-Length", "999"},
                       {"Transfer-Encoding", "chunked"},
                       {"accept-encoding", "gzip"}};
    const auto answered = run(std::move(request));
    ASSERT_TRUE(answered) << answered.error().message;
    EXPECT_EQ(answered->status, 200);
    EXPECT_EQ(answered->body, "{}");
    EXPECT_EQ(server.requests().at(0),
              fmt::format("POST /v1/x?y=z HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nx-api-key: k\r\n"
                          "Accept-Encoding: identity\r\nContent-Length: 7\r\n\r\n{{\"a\":1}}",
                          server.port()));
}

TEST_F(HttpClientTest, RefusesARequestThatCouldSmuggle) {
    ClientRequest header = get(server.url());
    header.headers.add("x", "a\r\nHost: evil");
    ClientRequest method = get(server.url());
    method.method = "GET / HTTP/1.1\r\nX:";
    ClientRequest target = get(server.url());
    target.url.target = "/a HTTP/1.1\r\nX: y";
    for (const ClientRequest& request : {header, method, target}) {
        const auto refused = run(request);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Code::invalid_input);
    }
    EXPECT_EQ(server.connections(), 0u);
}

TEST_F(HttpClientTest, ReusesAConnectionAfterACompleteAnswerOnly) {
    server.connection(
        {step::receive(), step::send(answer("one")), step::receive(),
         step::send("HTTP/1.1 204 No Content\r\n\r\n"), step::receive(),
         step::send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nthree\r\n0\r\n\r\n"),
         step::receive(),
         step::send("HTTP/1.1 200 OK\r\nConnection: close\r\n"
                    "Content-Length: 4\r\n\r\nfour")});
    server.connection({step::receive(), step::send("HTTP/1.1 200 OK\r\n\r\nuntil the end")});
    server.connection({step::receive(), step::send(answer("six") + "stray"), step::await_end()});
    server.connection({step::receive(), step::send(answer("seven"))});
    for (const std::string body : {"one", "", "three", "four", "until the end", "six", "seven"}) {
        const auto answered = run(get(server.url()));
        ASSERT_TRUE(answered) << body << ": " << answered.error().message;
        EXPECT_EQ(answered->body, body);
    }
    EXPECT_EQ(server.connections(), 4u);
}

Task<void> two_at_once(HttpClient& client, std::string url) {
    auto first = co_await client.send(get(url));
    auto second = co_await client.send(get(url));
    EXPECT_TRUE(first && second);
    EXPECT_EQ(*co_await read_all(*second->body, 100), "b");
    EXPECT_EQ(*co_await read_all(*first->body, 100), "ab");
}

TEST_F(HttpClientTest, OpensAnotherConnectionWhileOneIsInUse) {
    server.connection({step::receive(), step::send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na"),
                       step::await_gate("second"), step::send("b")});
    server.connection({step::receive(), step::call([&] { server.open("second"); }), step::send(answer("b"))});
    loop.run_until(two_at_once(client, server.url()));
}

TEST_F(HttpClientTest, RepeatsOnceWhenAPooledConnectionTurnsOutClosed) {
    server.connection({step::receive(), step::send(answer("first"))});
    server.connection({step::receive(), step::send(answer("second"))});
    EXPECT_EQ(run(get(server.url()))->body, "first");
    loop.run_until(server.ended(1));
    const auto answered = run(post(server.url(), "again"));
    ASSERT_TRUE(answered) << answered.error().message;
    EXPECT_EQ(answered->body, "second");
    EXPECT_THAT(server.requests().at(1), HasSubstr("again"));
}

TEST_F(HttpClientTest, DoesNotRepeatOnAFreshConnectionNorAfterTheFirstByte) {
    server.connection({step::receive()});  // fresh, and closed without an answer
    server.connection({step::receive(), step::send(answer("warm")), step::receive(), step::send("H")});
    const auto fresh = run(get(server.url()));
    ASSERT_FALSE(fresh);
    EXPECT_EQ(fresh.error().code, Code::unavailable);
    EXPECT_TRUE(run(get(server.url())));
    const auto begun = run(get(server.url()));
    ASSERT_FALSE(begun);
    EXPECT_EQ(begun.error().code, Code::unavailable);
    EXPECT_EQ(server.connections(), 2u);
    EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(HttpClientTest, RepeatsAtMostOnce) {
    server.connection({step::receive(), step::send(answer("warm")), step::receive()});
    server.connection({step::receive()});
    server.connection({step::receive(), step::send(answer("too late"))});
    EXPECT_TRUE(run(get(server.url())));
    EXPECT_FALSE(run(get(server.url())));
    EXPECT_EQ(server.connections(), 2u);
}

TEST_F(HttpClientTest, NeverTakesACutBodyForAWholeOne) {
    const std::vector<std::string> cuts{
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "",
    };
    for (const std::string& cut : cuts) {
        server.connection({step::receive(), step::send(cut)});
        const auto torn = run(get(server.url()));
        ASSERT_FALSE(torn) << cut;
        EXPECT_EQ(torn.error().code, Code::unavailable);
        EXPECT_THAT(torn.error().message, HasSubstr("127.0.0.1"));
    }
}

TEST_F(HttpClientTest, EndsAnExchangeWhoseAnswerIsNotHttpOrTooLarge) {
    server.connection({step::receive(), step::send("SSH-2.0-OpenSSH\r\n"), step::await_end()});
    server.connection({step::receive(), step::send("HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'x')),
                       step::await_end()});
    EXPECT_EQ(run(get(server.url())).error().code, Code::unavailable);
    EXPECT_EQ(run(get(server.url())).error().code, Code::too_large);
    loop.run_until(server.ended(2));
}

TEST_F(HttpClientTest, ReadsTheReasonOfAServerThatRefusesHalfWay) {
    server.connection(
        {step::send("HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge")});
    const auto refused = run(post(server.url(), std::string(8 << 20, 'x')));
    // The kernel may drop what the server said when it closes with our bytes unread; then it is an error.
    if (refused) {
        EXPECT_EQ(refused->status, 413);
    } else {
        EXPECT_EQ(refused.error().code, Code::unavailable);
    }
}

TEST_F(HttpClientTest, GivesUpAtTheDeadlineOfEachStage) {
    server.connection({step::receive(), step::await_end()});
    server.connection(
        {step::receive(), step::send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"), step::await_end()});
    ClientRequest silent = get(server.url());
    silent.deadlines.first_byte = 20ms;
    const auto first = run(silent);
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code, Code::timed_out);
    ClientRequest stalled = get(server.url());
    stalled.deadlines.idle = 20ms;
    const auto second = run(stalled);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::timed_out);
    loop.run_until(server.ended(2));  // both connections are closed
}

TEST_F(HttpClientTest, AnAbortEndsTheExchangeInEveryStage) {
    Abort before;
    before.request();
    EXPECT_EQ(run(get(server.url()), before).error().code, Code::cancelled);
    EXPECT_EQ(server.connections(), 0u);

    Abort waiting;
    server.connection({step::receive(), step::call([=] { waiting.request(); }), step::await_end()});
    EXPECT_EQ(run(get(server.url()), waiting).error().code, Code::cancelled);
    loop.run_until(server.ended(1));

    Abort reading;
    server.connection({step::receive(), step::send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"),
                       step::call([=] { reading.request(); }), step::await_end()});
    EXPECT_EQ(run(get(server.url()), reading).error().code, Code::cancelled);
    loop.run_until(server.ended(2));
}

Task<void> read_a_piece_and_leave(HttpClient& client, std::string url) {
    auto response = co_await client.send(get(url));
    EXPECT_TRUE(response);
    const auto piece = co_await response->body->next();
    EXPECT_EQ(piece->value(), "part");
}

TEST_F(HttpClientTest, LeavingABodyUnreadClosesItsConnection) {
    server.connection(
        {step::receive(), step::send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"), step::await_end()});
    loop.run_until(read_a_piece_and_leave(client, server.url()));
    loop.run_until(server.ended(1));
}

Task<void> read_in_pieces(HttpClient& client, ScriptedServer& server) {
    auto response = co_await client.send(get(server.url()));
    for (const std::string gate : {"one", "two"}) {
        server.open(gate);
        const auto piece = co_await response->body->next();
        EXPECT_EQ(piece->value(), gate);
    }
    server.open("end");
    EXPECT_EQ((co_await response->body->next())->has_value(), false);
    EXPECT_EQ((co_await response->body->next())->has_value(), false);
}

TEST_F(HttpClientTest, HandsOutEachPieceWhenItArrives) {
    server.connection({step::receive(), step::send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                       step::await_gate("one"), step::send("3\r\none\r\n"), step::await_gate("two"),
                       step::send("3\r\ntwo\r\n"), step::await_gate("end"), step::send("0\r\n\r\n")});
    loop.run_until(read_in_pieces(client, server));
}

TEST_F(HttpClientTest, BoundsAWholeBody) {
    server.connection({step::receive(), step::send(answer(std::string(2 << 20, 'x'))), step::await_end()});
    const auto large = run(get(server.url()));
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code, Code::too_large);
}

TEST_F(HttpClientTest, NamesAServerThatIsNotThere) {
    const std::string url = server.url();
    server.stop_listening();
    const auto refused = run(get(url));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("127.0.0.1"));
}

class ProxiedClientTest : public testing::Test {
protected:
    HttpClient::Options options() {
        ProxySettings settings;
        settings.for_http = settings.for_https = Proxy{
            .url = *parse_url(proxy.url()), .credentials = Secret("Basic dTpw"), .variable = "ALL_PROXY"};
        return {.proxy = settings, .tls = {.ca_file = certificates.authority_file()}};
    }
    Result<Answer> run(HttpClient& client, ClientRequest request) {
        return loop.run_until(fetch(client, std::move(request)));
    }
    Loop loop;
    Certificates certificates;
    ScriptedServer proxy{loop};
};

TEST_F(ProxiedClientTest, NamesTheWholeAddressOfAPlainTarget) {
    proxy.connection({step::receive(), step::send(answer("a")), step::receive(), step::send(answer("b"))});
    HttpClient client(loop, options());
    EXPECT_EQ(run(client, get("http://one.test/x?y"))->body, "a");
    EXPECT_EQ(run(client, get("http://two.test:81/"))->body, "b");
    EXPECT_THAT(proxy.requests().at(0), HasSubstr("GET http://one.test/x?y HTTP/1.1\r\nHost: one.test\r\n"));
    EXPECT_THAT(proxy.requests().at(0), HasSubstr("\r\nProxy-Authorization: Basic dTpw\r\n"));
    EXPECT_THAT(proxy.requests().at(1),
                HasSubstr("GET http://two.test:81/ HTTP/1.1\r\nHost: two.test:81\r\n"));
}

TEST_F(ProxiedClientTest, AsksForATunnelToASecureTarget) {
    proxy.connection({step::receive(), step::send("HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n")});
    proxy.connection({step::receive(), step::send("HTTP/1.1 502 Bad\r\n\r\n")});
    proxy.connection({step::receive(), step::send("HTTP/1.1 200 OK\r\n\r\nunasked")});
    proxy.connection({step::receive(), step::send("HTTP/1.1 200 OK\r\n\r\n"), step::await_end()});
    HttpClient client(loop, options());
    ClientRequest request = get("https://api.test/v1");
    request.headers.add("Authorization", "Bearer hunter2");
    for (const Code code : {Code::denied, Code::unavailable, Code::unavailable}) {
        const auto refused = run(client, request);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, code);
        EXPECT_THAT(refused.error().message, HasSubstr("api.test"));
        EXPECT_THAT(refused.error().message + refused.error().hint, Not(HasSubstr("dTpw")));
    }
    request.deadlines.connect = 50ms;  // the tunnel stands, but nobody speaks TLS at its end
    EXPECT_EQ(run(client, request).error().code, Code::timed_out);
    for (const std::string& asked : proxy.requests()) {
        EXPECT_THAT(asked, testing::StartsWith("CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n"));
        EXPECT_THAT(asked, HasSubstr("Proxy-Authorization: Basic dTpw"));
        EXPECT_THAT(asked, Not(HasSubstr("hunter2")));
    }
}

class SecureClientTest : public testing::Test {
protected:
    std::shared_ptr<TlsServerContext> server_context() {
        certificates.issue("server", "DNS:localhost,IP:127.0.0.1");
        return *TlsServerContext::create({.certificate_file = certificates.path("server.pem"),
                                          .key_file = certificates.path("server.key")});
    }
    Result<Answer> run(HttpClient& with, ClientRequest request, Abort abort = {}) {
        return loop.run_until(fetch(with, std::move(request), std::move(abort)));
    }
    Loop loop;
    Certificates certificates;
    ScriptedServer server{loop, server_context()};
    HttpClient client{loop, {.tls = {.ca_file = certificates.authority_file()}}};
};

TEST_F(SecureClientTest, SpeaksHttp1OverTlsAndReusesTheConnection) {
    server.connection({step::receive(), step::send(answer("a")), step::receive(), step::send(answer("b"))});
    EXPECT_EQ(run(client, get(server.url()))->body, "a");
    EXPECT_EQ(run(client, get(server.url()))->body, "b");
    EXPECT_EQ(server.connections(), 1u);
}

TEST_F(SecureClientTest, RefusesACertificateThatNobodyItTrustsHasSigned) {
    Certificates others;
    others.issue("server", "DNS:localhost");
    HttpClient trusting_others(loop, {.tls = {.ca_file = others.authority_file()}});
    server.connection({step::receive(), step::send(answer("never"))});
    const auto refused = run(trusting_others, get(server.url()));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::denied);
    EXPECT_THAT(refused.error().message, HasSubstr("localhost"));
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(SecureClientTest, AnAbortEndsAHandshakeThatNobodyAnswers) {
    ScriptedServer mute(loop);
    Abort abort;
    mute.connection({step::call([=] { abort.request(); }), step::await_end()});
    ClientRequest request = get(fmt::format("https://localhost:{}/", mute.port()));
    EXPECT_EQ(run(client, request, abort).error().code, Code::cancelled);
    loop.run_until(mute.ended(1));
}

}  // namespace
}  // namespace openclaw::net
