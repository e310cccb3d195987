#include "net/client/http2_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/certificates.h"
#include "support/http2_server.h"

namespace openclaw::net {
namespace {

using namespace std::chrono_literals;
using test::Http2Server;
using Exchange = Http2Server::Exchange;
using testing::HasSubstr;

Task<Result<std::string>> fetch(HttpClient& client, ClientRequest request, Abort abort = {}) {
    auto response = co_await client.send(std::move(request), abort);
    if (!response) co_return std::unexpected(response.error());
    auto body = co_await read_all(*response->body, 16 << 20);
    if (!body) co_return std::unexpected(body.error());
    co_return fmt::format("{} {}", response->status, *body);
}

Task<void> fetch_into(HttpClient& client, ClientRequest request, std::vector<std::string>& results) {
    auto fetched = co_await fetch(client, std::move(request));
    results.push_back(fetched ? *fetched : fetched.error().message);
}

class Http2ClientTest : public testing::Test {
protected:
    std::shared_ptr<TlsServerContext> server_context() {
        certificates.issue("server", "DNS:localhost");
        return *TlsServerContext::create({.certificate_file = certificates.path("server.pem"),
                                          .key_file = certificates.path("server.key"),
                                          .alpn = {"h2", "http/1.1"}});
    }
    ClientRequest get(std::string_view target) const {
        ClientRequest request;
        request.url = *parse_url(server.url(target));
        return request;
    }
    Result<std::string> run(ClientRequest request, Abort abort = {}) {
        return loop.run_until(fetch(client, std::move(request), std::move(abort)));
    }
    std::string text_of(ClientRequest request) {
        const auto result = run(std::move(request));
        return result ? *result : std::string(name_of(result.error().code));
    }

    test::Certificates certificates;
    Loop loop;
    Http2Server server{loop, server_context()};
    HttpClient client{loop, {.tls = {.ca_file = certificates.authority_file()}, .header_bytes_max = 4000}};
};

TEST_F(Http2ClientTest, RepeatsAWholeRequestWhereItIsSent) {
    server.on("/v1", [](Exchange& x) { x.respond(308, "moved", {{"location", "/v1/"}}); });
    server.on("/v1/", [](Exchange& x) { x.respond(200, x.request.method + " " + x.sent_body); });
    ClientRequest request = get("/v1");
    request.method = "POST";
    request.body = "hello";
    EXPECT_EQ(text_of(request), "308 moved");
    request.redirects_max = 1;
    EXPECT_EQ(text_of(request), "200 POST hello");
}

TEST_F(Http2ClientTest, CarriesRequestAndAnswerOnOneConnection) {
    server.on("/echo", [](Exchange& x) {
        x.interim(103);
        x.respond(201, x.request.method + " " + x.sent_body, {{"x-id", "7"}});
    });
    ClientRequest request = get("/echo?q");
    request.method = "POST";
    request.body = "hello";
    request.headers = {{"X-Api-Key", "k"}, {"Connection", "close"}, {"Host", "evil.test"}, {"TE", "gzip"}};
    EXPECT_EQ(text_of(request), "201 POST hello");
    EXPECT_EQ(text_of(get("/missing")), "404 ");
    EXPECT_EQ(server.connections(), 1u);
    using Field = std::pair<std::string, std::string>;
    EXPECT_THAT(server.exchange(0).request.headers.fields(),
                testing::ElementsAre(Field("x-api-key", "k"), Field("accept-encoding", "identity"),
                                     Field("content-length", "5")));
}

TEST_F(Http2ClientTest, SharesOneConnectionAmongCallersWhoCameTogether) {
    // The first to ask is answered last.
    server.on("/", [&](Exchange&) {
        if (server.exchanges() < 5) return;
        for (std::size_t i = 5; i-- > 0;) server.exchange(i).respond(200, std::to_string(i));
    });
    std::vector<std::string> results;
    TaskGroup group(loop);
    for (int i = 0; i < 5; ++i) group.spawn(fetch_into(client, get("/"), results));
    loop.run_until(group.join());
    EXPECT_THAT(results, testing::UnorderedElementsAre("200 0", "200 1", "200 2", "200 3", "200 4"));
    EXPECT_EQ(server.connections(), 1u);
}

TEST_F(Http2ClientTest, SendsABodyLargerThanTheWindow) {
    server.on("/", [](Exchange& x) { x.respond(200, std::to_string(x.sent_body.size())); });
    ClientRequest request = get("/");
    request.method = "POST";
    request.body = std::string(3 << 20, 'x');
    EXPECT_EQ(text_of(request), "200 3145728");
}

TEST_F(Http2ClientTest, NeverTakesACutBodyForAWholeOne) {
    server.on("/short", [](Exchange& x) { x.respond(200, "hello", {{"content-length", "10"}}); });
    for (const auto& [path, code] : std::map<std::string, std::uint32_t>{
             {"/internal", NGHTTP2_INTERNAL_ERROR}, {"/none", NGHTTP2_NO_ERROR}}) {
        server.on(path, [this, reset_with = code](Exchange& x) {
            x.ends = false;
            x.respond(200, "hello");
            loop.post([&x, reset_with] { x.reset(reset_with); });
        });
    }
    server.on("/torn", [](Exchange& x) {
        x.ends = false;
        x.respond(200, "hello");
        x.connection.cut_after_output();
    });
    for (const std::string path : {"/short", "/internal", "/none", "/torn"}) {
        EXPECT_EQ(text_of(get(path)), "unavailable") << path;
    }
    EXPECT_EQ(server.exchanges(), 4u);  // none was repeated
}

Task<void> leave_one_unread(HttpClient& client, ClientRequest large, ClientRequest small,
                            Http2Server& server) {
    auto unread = co_await client.send(large);
    EXPECT_TRUE(unread);
    auto first = co_await unread->body->next();
    EXPECT_TRUE(first && *first);
    std::size_t total = (*first)->size();
    // Others get through, and the server has not sent more than the window beyond what was taken.
    for (int i = 0; i < 20; ++i) EXPECT_EQ(*co_await fetch(client, small), "200 small");
    EXPECT_LE(server.exchange(0).sent, total + 256 * 1024);
    auto rest = co_await read_all(*unread->body, 16 << 20);
    EXPECT_TRUE(rest);
    if (rest) total += rest->size();
    EXPECT_EQ(total, std::size_t{4} << 20);
    EXPECT_EQ(server.connections(), 1u);
}

TEST_F(Http2ClientTest, ASlowReaderIsNotSentMoreThanItsWindowAndHoldsUpNobody) {
    server.on("/large", [](Exchange& x) { x.respond(200, std::string(4 << 20, 'x')); });
    server.on("/small", [](Exchange& x) { x.respond(200, "small"); });
    loop.run_until(leave_one_unread(client, get("/large"), get("/small"), server));
}

TEST_F(Http2ClientTest, AnAbortResetsTheExchangeAndKeepsTheConnection) {
    Abort before_head, in_body;
    server.on("/silent", [this, before_head](Exchange&) { loop.post([=] { before_head.request(); }); });
    server.on("/stalls", [this, in_body](Exchange& x) {
        x.ends = false;
        x.respond(200, "part");
        loop.post([=] { in_body.request(); });
    });
    server.on("/", [](Exchange& x) { x.respond(200, "fine"); });
    EXPECT_EQ(run(get("/silent"), before_head).error().code, Code::cancelled);
    EXPECT_EQ(run(get("/stalls"), in_body).error().code, Code::cancelled);
    EXPECT_EQ(text_of(get("/")), "200 fine");
    EXPECT_EQ(server.connections(), 1u);
    loop.run_until(server.until([&] { return server.exchange(0).closed && server.exchange(1).closed; }));
    EXPECT_EQ(server.exchange(0).close_code, std::uint32_t{NGHTTP2_CANCEL});
    EXPECT_EQ(server.exchange(1).close_code, std::uint32_t{NGHTTP2_CANCEL});
}

Task<void> take_one_piece(HttpClient& client, ClientRequest request) {
    auto response = co_await client.send(std::move(request));
    EXPECT_TRUE(response);
    EXPECT_TRUE(co_await response->body->next());
}

TEST_F(Http2ClientTest, LeavingABodyUnreadResetsItsExchange) {
    server.on("/", [](Exchange& x) {
        x.ends = false;
        x.respond(200, "part");
    });
    loop.run_until(take_one_piece(client, get("/")));
    loop.run_until(server.until([&] { return server.exchange(0).closed; }));
    EXPECT_EQ(server.exchange(0).close_code, std::uint32_t{NGHTTP2_CANCEL});
}

TEST_F(Http2ClientTest, GivesUpAtTheDeadlineAndDistrustsAConnectionThatSaidNothing) {
    server.on("/silent", [](Exchange&) {});
    server.on("/stalls", [](Exchange& x) {
        x.ends = false;
        x.respond(200, "part");
    });
    server.on("/", [](Exchange& x) { x.respond(200, "fine"); });
    EXPECT_EQ(text_of(get("/")), "200 fine");
    ClientRequest stalled = get("/stalls");
    stalled.deadlines.idle = 20ms;
    EXPECT_EQ(text_of(stalled), "timed_out");
    EXPECT_EQ(text_of(get("/")), "200 fine");
    EXPECT_EQ(server.connections(), 1u);
    ClientRequest silent = get("/silent");
    silent.deadlines.first_byte = 20ms;
    EXPECT_EQ(text_of(silent), "timed_out");
    EXPECT_EQ(text_of(get("/")), "200 fine");
    EXPECT_EQ(server.connections(), 2u);
}

TEST_F(Http2ClientTest, RepeatsOnlyWhatTheServerSaysItHasNotBegun) {
    server.on("/", [&](Exchange& x) {
        if (server.connections() == 1)
            x.connection.go_away(x.id - 2);  // this one comes too late
        else
            x.respond(200, x.sent_body);
    });
    server.on("/first", [](Exchange& x) { x.respond(200, "first"); });
    EXPECT_EQ(text_of(get("/first")), "200 first");
    ClientRequest request = get("/");
    request.method = "POST";
    request.body = "once more";
    EXPECT_EQ(text_of(request), "200 once more");
    EXPECT_EQ(server.connections(), 2u);
    server.on("/fails", [](Exchange& x) { x.reset(NGHTTP2_INTERNAL_ERROR); });
    EXPECT_EQ(text_of(get("/fails")), "unavailable");
    server.on("/refuses", [](Exchange& x) { x.reset(NGHTTP2_REFUSED_STREAM); });
    const std::size_t before = server.exchanges();
    EXPECT_EQ(text_of(get("/refuses")), "unavailable");
    EXPECT_EQ(server.exchanges(), before + 2);  // twice and no more
}

TEST_F(Http2ClientTest, FinishesWhatAGoAwayCoversAndGoesElsewhereAfterwards) {
    server.on("/", [](Exchange& x) {
        x.connection.go_away(x.id);
        x.respond(200, "still answered");
    });
    EXPECT_EQ(text_of(get("/")), "200 still answered");
    EXPECT_EQ(text_of(get("/")), "200 still answered");
    EXPECT_EQ(server.connections(), 2u);
    loop.run_until(server.until([&] { return server.ended() == 2; }));  // and lets go of them
}

TEST_F(Http2ClientTest, RepeatsWhenAnIdleConnectionTurnsOutClosedButNotOnAFreshOne) {
    server.on("/", [](Exchange& x) { x.respond(200, "fine"); });
    server.on("/cut", [](Exchange& x) { x.connection.cut(); });
    EXPECT_EQ(text_of(get("/cut")), "unavailable");
    EXPECT_EQ(server.exchanges(), 1u);
    EXPECT_EQ(text_of(get("/")), "200 fine");
    EXPECT_EQ(text_of(get("/cut")), "unavailable");
    EXPECT_EQ(server.exchanges(), 4u);  // once on the idle connection, once on a fresh one
}

TEST_F(Http2ClientTest, BoundsHeadersWithoutHarmToTheConnection) {
    server.on("/large", [](Exchange& x) { x.respond(200, "", {{"x", std::string(5000, 'x')}}); });
    server.on("/many", [](Exchange& x) {
        std::vector<std::pair<std::string, std::string>> fields(1500, {"a", "b"});
        x.respond(200, "", std::move(fields));
    });
    server.on("/", [](Exchange& x) { x.respond(200, "fine"); });
    EXPECT_EQ(text_of(get("/large")), "too_large");
    EXPECT_EQ(text_of(get("/many")), "too_large");
    EXPECT_EQ(text_of(get("/")), "200 fine");
    EXPECT_EQ(server.connections(), 1u);
}

TEST_F(Http2ClientTest, AnswersToHeadHaveNoBody) {
    server.on("/", [](Exchange& x) { x.respond(200, "", {{"content-length", "1000"}}); });
    ClientRequest request = get("/");
    request.method = "HEAD";
    EXPECT_EQ(text_of(request), "200 ");
}

}  // namespace
}  // namespace openclaw::net
