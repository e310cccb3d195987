// What a peer can make the server keep before anybody asked who he is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>

#include "net/loop/background.h"
#include "net/server/http_connection.h"
#include "net/server/http_server.h"
#include "net/stream/address_block.h"
#include "net/websocket/websocket_codec.h"
#include "support/certificates.h"

namespace openclaw::net {
namespace {

using std::chrono::hours;
using testing::HasSubstr;
using testing::Not;

constexpr Mask some_mask{'\x12', '\x34', '\x56', '\x78'};

ServerLimits patient(SeatLimits seats = {}) {
    return {.head_deadline = hours(1),
            .body_deadline = hours(1),
            .keep_alive = hours(1),
            .write_deadline = hours(1),
            .seats = seats};
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

Task<std::string> read_some(Stream& stream) {
    std::string buffer(4096, '\0');
    auto got = co_await stream.read(buffer, hours(1));
    buffer.resize(got.value_or(0));
    co_return buffer;
}

// A server on a loopback port, and clients that say what they like.
struct Scene {
    explicit Scene(Handler handler, ServerLimits limits = patient(),
                   std::shared_ptr<TlsServerContext> tls = nullptr)
        : server(loop, limits, std::move(handler)) {
        auto listener = listen_tcp(loop, "127.0.0.1", 0);
        port = (*listener)->port();
        server.serve(std::move(*listener), [tls] { return tls; });
    }
    ~Scene() { loop.run_until(server.stop(Milliseconds(0))); }

    std::unique_ptr<Stream> connect() {
        auto stream = loop.run_until(connect_tcp(loop, {"127.0.0.1", port}, hours(1)));
        EXPECT_TRUE(stream);
        return std::move(*stream);
    }
    std::unique_ptr<Stream> say(std::string_view words) {
        auto stream = connect();
        EXPECT_TRUE(loop.run_until(stream->write(words, hours(1))));
        return stream;
    }
    std::string answer_to(std::string_view words) {
        auto stream = say(words);
        return loop.run_until(read_until_closed(*stream));
    }
    void until(const std::function<bool()>& reached) {
        for (int turns = 0; turns < 10'000 && !reached(); ++turns)
            loop.run_until(loop.sleep(Milliseconds(1)));
        EXPECT_TRUE(reached());
    }

    Loop loop;
    HttpServer server;
    std::uint16_t port = 0;
};

// Answers without a look at the body, but for paths that say how much of it to read.
Task<void> gatekeeper(Exchange& exchange) {
    const auto path = exchange.request().path();
    if (path == "/known") exchange.seat().prove();
    if (!path.starts_with("/read/")) {
        co_await exchange.respond({path == "/known" ? 200 : 401, {}, std::string(path)});
        co_return;
    }
    auto body = co_await exchange.read_body(std::stoul(std::string(path.substr(6))));
    if (body) co_await exchange.respond({200, {}, "read:" + *body});
}

const std::string host = "Host: a\r\n";

TEST(Strangers, AreAnsweredBeforeTheirBodyIsThere) {
    Scene scene(gatekeeper);
    for (const char* framing : {"Content-Length: 1048576\r\n", "Transfer-Encoding: chunked\r\n",
                                "Content-Length: 1048576\r\nExpect: 100-continue\r\n"}) {
        // Not a byte of the body is sent, and the answer comes all the same.
        const auto answer = scene.answer_to("POST /x HTTP/1.1\r\n" + host + framing + "\r\n");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 ")) << framing << answer;
        EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << framing;
        EXPECT_TRUE(answer.ends_with("\r\n\r\n/x")) << framing << answer;
    }
}

TEST(Strangers, WhoSendOnAfterTheAnswerStillGetToSeeIt) {
    Scene scene(gatekeeper);
    const auto answer = scene.answer_to("POST /x HTTP/1.1\r\n" + host + "Content-Length: 600000\r\n\r\n" +
                                        std::string(600'000, 'x'));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 ")) << answer.substr(0, 200);
    EXPECT_EQ(answer.find("HTTP/1.1 ", 1), std::string::npos);
}

TEST(Strangers, WhoseSmallBodyHasArrivedMayAskOn) {
    const std::string sized = "Content-Length: 5\r\n\r\nhello";
    const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for (const auto& body : {sized, chunked}) {
        Scene scene(gatekeeper);
        const auto answer =
            scene.answer_to("POST /1 HTTP/1.1\r\n" + host + body + "POST /read/9 HTTP/1.1\r\n" + host + body +
                            "GET /3 HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
        const auto first = answer.find("\r\n\r\n/1HTTP/1.1 200");
        const auto second = answer.find("\r\n\r\nread:helloHTTP/1.1 401");
        EXPECT_NE(first, std::string::npos) << answer;
        EXPECT_NE(second, std::string::npos) << answer;
        EXPECT_TRUE(answer.ends_with("\r\n\r\n/3")) << answer;
    }
}

TEST(Strangers, CantHideARequestInABodyThatNobodyRead) {
    const std::string hidden = "GET /smuggled HTTP/1.1\r\n" + host + "\r\n";
    for (const auto& framing :
         {"Content-Length: 100000\r\n\r\n" + hidden, "Transfer-Encoding: chunked\r\n\r\nfff\r\n" + hidden,
          "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + hidden}) {
        Scene scene(gatekeeper);
        const auto answer = scene.answer_to("POST /x HTTP/1.1\r\n" + host + framing);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 ")) << answer;
        EXPECT_THAT(answer, Not(HasSubstr("smuggled")));
    }
}

TEST(Body, IsBoundedByWhoeverAsksForIt) {
    struct Case {
        const char* request;
        const char* status;
    };
    for (const auto& [request, status] : {
             Case{"/read/5 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "200"},
             Case{"/read/4 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", "413"},  // at once
             Case{"/read/4 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", "413"},
             Case{"/read/5 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                  "200"},
             Case{"/read/4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", "413"},
             Case{"/read/4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhell\r\n1\r\n",
                  "413"},
             Case{"/read/4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "400"},
             Case{"/read/4 HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999999\r\n\r\n", "413"},
         }) {
        auto limits = patient();
        limits.keep_alive = Milliseconds(20);
        Scene scene(gatekeeper, limits);
        const auto answer = scene.answer_to(std::string("POST ") + request);
        EXPECT_EQ(answer.substr(9, 3), status) << request << "\n" << answer;
        EXPECT_EQ(answer.find("HTTP/1.1 ", 1), std::string::npos) << answer;
    }
}

TEST(Body, IsAskedForWhenSomebodyWantsIt) {
    Scene scene(gatekeeper);
    auto stream =
        scene.say("POST /read/5 HTTP/1.1\r\n" + host + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(scene.loop.run_until(read_some(*stream)), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(scene.loop.run_until(stream->write("hello", hours(1))));
    EXPECT_THAT(scene.loop.run_until(read_some(*stream)), HasSubstr("read:hello"));
}

Task<void> phrase_it(Exchange& exchange) {
    auto body = co_await exchange.read_body(3);
    if (!body) co_await exchange.respond({body.error().status, {}, "in my own words"});
}

TEST(Body, MayBeRefusedInTheHandlersWords) {
    Scene scene(phrase_it);
    const auto answer = scene.answer_to("POST / HTTP/1.1\r\n" + host + "Content-Length: 4\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
    EXPECT_TRUE(answer.ends_with("in my own words")) << answer;
}

// A peer that asks without end and never reads: what is queued for it stays queued.
class DeafPeer final : public Stream {
public:
    explicit DeafPeer(std::string request) : request_(std::move(request)) {}
    Task<Result<std::size_t>> read(std::span<char> buffer, Milliseconds) override {
        std::size_t filled = 0;
        while (filled < buffer.size()) {
            buffer[filled++] = request_[at_];
            at_ = (at_ + 1) % request_.size();
        }
        co_return filled;
    }
    Task<Result<void>> wait_readable(Milliseconds) override { co_return Result<void>{}; }
    Task<Result<void>> write(std::string_view bytes, Milliseconds) override {
        queued_ += bytes.size();
        co_return Result<void>{};
    }
    void queue(std::string_view bytes, Milliseconds) override { queued_ += bytes.size(); }
    std::size_t queued() const override { return queued_; }
    Task<Result<void>> drain(Milliseconds) override { co_return fail(Code::timed_out, "it doesn't read"); }
    Task<void> shutdown() override { co_return; }
    void close() override {}
    void on_peer_end(std::move_only_function<void(PeerEnd)>) override {}
    const Peer& peer() const override { return peer_; }

private:
    std::string request_;
    std::size_t at_ = 0;
    std::size_t queued_ = 0;
    Peer peer_;
};

Task<void> bodiless(Exchange& exchange) {
    const auto path = exchange.request().path();
    co_await exchange.respond({path == "/204"   ? 204
                               : path == "/304" ? 304
                               : path == "/404" ? 404
                                                : 200,
                               {},
                               "hello"});
}

TEST(Output, OfAPeerThatNeverReadsIsBoundedWhateverItAsksFor) {
    for (const char* line : {"HEAD /", "GET /204", "GET /304", "GET /404", "POST /", "GET /"}) {
        Loop loop;
        const auto limits = patient();
        ServerContext context(loop, limits, bodiless, {});
        auto peer = std::make_unique<DeafPeer>(std::string(line) + " HTTP/1.1\r\n" + host + "\r\n");
        auto& deaf = *peer;
        HttpConnection connection(context, std::move(peer),
                                  std::make_unique<Seat>(context.seats, "192.0.2.1"));
        loop.run_until(connection.serve(nullptr));  // ends although the peer would go on for ever
        EXPECT_GT(deaf.queued(), limits.unread_bytes) << line;
        EXPECT_LT(deaf.queued(), limits.unread_bytes + 512) << line;
    }
}

Task<void> count_answers(Exchange& exchange, std::size_t& answers, std::size_t& most) {
    most = std::max(most, ++answers);
    co_await exchange.respond({204, {}, {}});
}

// Requests by the thousand, all of them here at once, from one who reads every answer.
TEST(Output, OfAPeerThatPipelinesLeavesOthersTheirTurn) {
    std::size_t answers = 0, most = 0;
    Scene scene([&](Exchange& exchange) { return count_answers(exchange, answers, most); });
    std::string flood;
    for (int i = 0; i < 2000; ++i) flood += "GET / HTTP/1.1\r\n" + host + "\r\n";
    auto stream = scene.say(flood);
    most = 0;
    for (int turn = 0; turn < 100; ++turn) {
        answers = 0;
        scene.loop.run_until(scene.loop.next_turn());
    }
    EXPECT_GT(most, 0U);
    EXPECT_LE(most, 4U);
}

Task<void> dribble(Exchange& exchange, std::size_t& most) {
    co_await exchange.start_stream(200, {});
    const std::string piece(100, 'x');
    while (co_await exchange.write(piece)) ++most;
}

TEST(Output, OfAStreamInSmallPiecesWaitsForItsReader) {
    auto limits = patient();
    limits.write_deadline = Milliseconds(50);
    std::size_t pieces = 0;
    Scene scene([&](Exchange& exchange) { return dribble(exchange, pieces); }, limits);
    auto stream = scene.say("GET / HTTP/1.1\r\n" + host + "\r\n");
    scene.until([&] { return pieces > 0 && scene.server.connections() == 0; });
    // They fill what the two sockets and the stream hold, and then no more was taken.
    EXPECT_LT(pieces * 106, std::size_t{32} << 20);
}

// Places without connections: who holds one and whether he was sent away.
class Places {
public:
    Places(std::size_t strangers)
        : seats_(std::make_shared<Seats>(loop_, SeatLimits{.all = 64, .strangers = strangers})) {}
    // As the server does it: room is made first.
    Seat& come(const std::string& address) {
        if (seats_->full_of_strangers()) seats_->send_a_stranger_away();
        auto& seat = held_.emplace_back(std::make_unique<Seat>(seats_, address));
        seat->when_sent_away([this, address] { sent_away_.push_back(address); });
        return *seat;
    }
    std::size_t times_sent_away(const std::string& address) const {
        return static_cast<std::size_t>(std::ranges::count(sent_away_, address));
    }
    const Seats& seats() const { return *seats_; }

private:
    Loop loop_;
    std::shared_ptr<Seats> seats_;
    std::vector<std::string> sent_away_;
    std::vector<std::unique_ptr<Seat>> held_;
};

TEST(Seats, OfOneAddressMakeRoomForAllOthers) {
    Places places(8);
    places.come("192.0.2.7");  // slow, and the first to come
    for (int i = 0; i < 100; ++i) places.come("198.51.100.1");
    places.come("192.0.2.8");
    for (int i = 0; i < 100; ++i) places.come("198.51.100.1");
    EXPECT_EQ(places.times_sent_away("192.0.2.7"), 0U);
    EXPECT_EQ(places.times_sent_away("192.0.2.8"), 0U);
    EXPECT_EQ(places.times_sent_away("198.51.100.1"), 194U);
    EXPECT_EQ(places.seats().strangers(), 8U);
}

TEST(Seats, AreCountedForOneHouseholdWhateverAddressOfItsOwnItTakes) {
    for (const std::string one : {"2001:db8:1:2::", "::ffff:198.51.100.", "127.0.0."}) {
        Places places(4);
        places.come("192.0.2.7");
        for (int i = 1; i < 50; ++i)
            places.come(one == "::ffff:198.51.100." ? one + "9" : one + std::to_string(i));
        if (one == "::ffff:198.51.100.") places.come("198.51.100.9");
        EXPECT_EQ(places.times_sent_away("192.0.2.7"), 0U) << one;
    }
}

TEST(Seats, OfAddressesThatHoldAsManyGoByAge) {
    Places places(3);
    for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"})
        places.come(address);
    EXPECT_EQ(places.times_sent_away("192.0.2.1"), 1U);
    EXPECT_EQ(places.times_sent_away("192.0.2.2"), 1U);
    EXPECT_EQ(places.times_sent_away("192.0.2.3"), 0U);
}

TEST(Seats, OfThoseWhoHaveProvenThemselvesCountForNoCrowd) {
    Places places(2);
    for (int i = 0; i < 10; ++i) places.come("192.0.2.1").prove();
    places.come("192.0.2.1");
    places.come("192.0.2.2");
    places.come("192.0.2.3");  // both hold one place as strangers: the first of them goes
    EXPECT_EQ(places.times_sent_away("192.0.2.1"), 1U);
    EXPECT_EQ(places.times_sent_away("192.0.2.2"), 0U);
}

TEST(AddressBlock, IsOneForAllSpellingsOfACaller) {
    const auto same = [](const char* left, const char* right) {
        return address_block(left) == address_block(right);
    };
    EXPECT_TRUE(same("192.0.2.1", "::ffff:192.0.2.1"));
    EXPECT_TRUE(same("192.0.2.1", "::FFFF:c000:201"));
    EXPECT_TRUE(same("127.0.0.1", "127.9.9.9"));
    EXPECT_TRUE(same("127.0.0.1", "::1"));
    EXPECT_TRUE(same("::ffff:127.0.0.1", "::1"));
    EXPECT_TRUE(same("2001:db8:1:2::1", "2001:0DB8:1:2:ffff::9"));
    EXPECT_TRUE(same("fe80::1%eth0", "fe80::2"));
    EXPECT_TRUE(same("", "no address"));
    EXPECT_FALSE(same("192.0.2.1", "192.0.2.2"));
    EXPECT_FALSE(same("2001:db8:1:2::1", "2001:db8:1:3::1"));
    EXPECT_FALSE(same("127.0.0.1", "other"));
    EXPECT_FALSE(same("::", "::1"));
    EXPECT_LE(address_block("2001:db8:1:2:3:4:5:6").size(), 15U);  // no memory of its own
}

TEST(Seats, OfStrangersGoToNewcomersAndThoseOfKnownCallersStay) {
    Scene scene(gatekeeper, patient({.all = 6, .strangers = 3}));
    auto known = scene.say("GET /known HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_THAT(scene.loop.run_until(read_some(*known)), HasSubstr("/known"));
    std::vector<std::unique_ptr<Stream>> strangers;
    for (int i = 0; i < 20; ++i) {
        const bool asks = i % 2 == 0;  // half of them in the middle of a head, half idle behind an answer
        strangers.push_back(scene.say(asks ? "GET /x HTTP/1.1\r\n" + host + "\r\n" : "GET /slow HT"));
        if (!asks) continue;
        EXPECT_THAT(scene.loop.run_until(read_some(*strangers.back())), HasSubstr("401"));
    }
    EXPECT_LE(scene.server.seats().strangers(), 3U);
    for (std::size_t i = 0; i < 17; ++i)
        EXPECT_EQ(scene.loop.run_until(read_until_closed(*strangers[i])), "") << i;
    EXPECT_TRUE(scene.loop.run_until(known->write("GET /known HTTP/1.1\r\n" + host + "\r\n", hours(1))));
    EXPECT_THAT(scene.loop.run_until(read_some(*known)), HasSubstr("/known"));
    auto late = scene.say("GET /known HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_THAT(scene.loop.run_until(read_some(*late)), HasSubstr("/known"));
}

Task<void> begin(HandshakeQueue& queue, std::string address, std::vector<std::string>& begun) {
    co_await queue.turn(address);
    begun.push_back(address);
}

TEST(Handshakes, BeginAFewInEachTurnAndTheAddressesTakeTurns) {
    Loop loop;
    HandshakeQueue queue(loop, 2);
    std::vector<std::string> begun;
    TaskGroup all(loop);
    for (int i = 0; i < 20; ++i) all.spawn(begin(queue, "198.51.100.1", begun));
    all.spawn(begin(queue, "192.0.2.7", begun));
    all.spawn(begin(queue, "2001:db8::1", begun));
    std::size_t before = 0;
    for (int turns = 0; turns < 20; ++turns, before = begun.size()) {
        loop.run_until(loop.next_turn());
        EXPECT_LE(begun.size() - before, 4U);  // two turns of the loop at most
    }
    ASSERT_EQ(begun.size(), 22U);
    for (const char* late : {"192.0.2.7", "2001:db8::1"})
        EXPECT_LT(std::ranges::find(begun, late) - begun.begin(), 8) << late;
    loop.run_until(all.join());
}

TEST(Handshakes, OfThoseWhoAreGoneCostNoTurn) {
    Loop loop;
    HandshakeQueue queue(loop, 1);
    std::vector<std::string> begun;
    const Background first(begin(queue, "192.0.2.1", begun));
    {
        const Background gone(begin(queue, "192.0.2.2", begun));
    }
    const Background last(begin(queue, "192.0.2.3", begun));
    EXPECT_EQ(begun.size(), 1U);
    for (int turns = 0; turns < 3; ++turns) loop.run_until(loop.next_turn());
    EXPECT_THAT(begun, testing::ElementsAre("192.0.2.1", "192.0.2.3"));
}

TEST(Seats, OfOpenTlsHandshakesGoToNewcomers) {
    test::Certificates certificates;
    certificates.issue("server", "IP:127.0.0.1");
    auto tls = TlsServerContext::create({certificates.path("server.pem"), certificates.path("server.key")});
    auto trusting = TlsClientContext::create({.ca_file = certificates.authority_file()});
    Scene scene(gatekeeper, patient({.all = 8, .strangers = 4}), *tls);
    std::vector<std::unique_ptr<Stream>> silent;
    for (int i = 0; i < 12; ++i) silent.push_back(scene.connect());
    scene.until([&] { return scene.server.seats().taken() == 4; });
    auto stream = scene.loop.run_until((*trusting)->handshake(scene.connect(), "127.0.0.1", hours(1)));
    ASSERT_TRUE(stream);
    EXPECT_TRUE(scene.loop.run_until((*stream)->write("GET /known HTTP/1.1\r\n" + host + "\r\n", hours(1))));
    EXPECT_THAT(scene.loop.run_until(read_some(**stream)), HasSubstr("/known"));
    EXPECT_EQ(scene.loop.run_until(read_until_closed(*silent[0])), "");
}

const std::string upgrade =
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// A handshake of its own: the first message says whether the client is known.
Task<void> receive_first(Upgraded upgraded) {
    auto first = co_await upgraded.socket->receive(hours(1));
    if (!first) co_return;
    if (first->data == "known") upgraded.seat->prove();
    upgraded.socket->send("welcome");
    co_await upgraded.socket->receive(hours(1));
}

Task<void> upgrade_it(Exchange& exchange, TaskGroup*& group) {
    auto upgraded = co_await exchange.upgrade({});
    if (upgraded) group->spawn(receive_first(std::move(*upgraded)));
}

TEST(Seats, OfHalfOpenWebsocketsGoToNewcomersAndKnownOnesStay) {
    TaskGroup* group = nullptr;
    Scene scene([&](Exchange& exchange) { return upgrade_it(exchange, group); },
                patient({.all = 6, .strangers = 3}));
    TaskGroup sockets(scene.loop);
    group = &sockets;
    const auto open = [&](std::string_view first) {
        auto stream = scene.say(upgrade);
        EXPECT_THAT(scene.loop.run_until(read_some(*stream)), HasSubstr("101 Switching"));
        if (first.empty()) return stream;
        std::string frame;
        append_frame(frame, Opcode::text, first, some_mask);
        EXPECT_TRUE(scene.loop.run_until(stream->write(frame, hours(1))));
        EXPECT_THAT(scene.loop.run_until(read_some(*stream)), HasSubstr("welcome"));
        return stream;
    };
    auto known = open("known");
    std::vector<std::unique_ptr<Stream>> half;
    for (int i = 0; i < 10; ++i) half.push_back(open(""));
    EXPECT_LE(scene.server.seats().strangers(), 3U);
    EXPECT_EQ(scene.loop.run_until(read_until_closed(*half[0])), "");
    auto late = open("known");
    std::string ping;
    append_frame(ping, Opcode::ping, "still there?", some_mask);
    EXPECT_TRUE(scene.loop.run_until(known->write(ping, hours(1))));
    EXPECT_THAT(scene.loop.run_until(read_some(*known)), HasSubstr("still there?"));
    for (auto* each : {&known, &late}) (*each)->close();
    for (auto& each : half) each->close();
    scene.loop.run_until(sockets.join());
    EXPECT_EQ(scene.server.seats().taken(), 0U);
}

Task<void> exhaust(Exchange& exchange) {
    if (exchange.request().path() == "/half") {
        co_await exchange.start_stream(200, {});
        co_await exchange.write("half");
    }
    if (exchange.request().path() != "/ok") throw std::bad_alloc();
    co_await exchange.respond({200, {}, "fine"});
}

TEST(Memory, ThatRunsOutEndsOneExchangeAndNotTheProgram) {
    Scene scene(exhaust);
    const auto answer = scene.answer_to("GET / HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
    const auto half = scene.answer_to("GET /half HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_THAT(half, HasSubstr("half"));
    EXPECT_THAT(half, Not(HasSubstr("0\r\n\r\n")));  // cut, never complete
    auto stream = scene.say("GET /ok HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_THAT(scene.loop.run_until(read_some(*stream)), HasSubstr("fine"));
}

Task<void> take_memory(bool too_much) {
    if (too_much) throw std::bad_alloc();
    co_return;
}

Task<bool> run_out() {
    try {
        co_await take_memory(true);
    } catch (const std::bad_alloc&) {
        co_return true;
    }
    co_return false;
}

Task<bool> run_out_beside(Loop& loop) {
    try {
        co_await loop.blocking<int>([]() -> int { throw std::bad_alloc(); });
    } catch (const std::bad_alloc&) {
        co_return true;
    }
    co_return false;
}

TEST(Memory, ThatRunsOutIsToldToWhoeverAwaits) {
    Loop loop;
    EXPECT_TRUE(loop.run_until(run_out()));
    EXPECT_TRUE(loop.run_until(run_out_beside(loop)));
    TaskGroup group(loop);
    group.spawn(take_memory(true));
    group.spawn(take_memory(false));
    loop.run_until(group.join());
    EXPECT_EQ(group.size(), 0U);
}

}  // namespace
}  // namespace openclaw::net
