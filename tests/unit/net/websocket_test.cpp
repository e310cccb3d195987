#include "net/websocket/websocket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/server/http_server.h"
#include "net/websocket/websocket_codec.h"
#include "net/websocket/websocket_key.h"
#include "net/websocket/websocket_stream.h"

namespace openclaw::net {
namespace {

using std::chrono::hours;
using testing::HasSubstr;

constexpr Mask some_mask{'\x12', '\x34', '\x56', '\x78'};

std::string frame_of(Opcode opcode, std::string_view payload) {
    std::string text;
    append_frame(text, opcode, payload, some_mask);
    return text;
}

// A frame with its first byte as given, masked.
std::string raw_frame(int first, std::string_view payload) {
    auto text = frame_of(Opcode::text, payload);
    text[0] = static_cast<char>(first);
    return text;
}

// Everything a decoder makes of the bytes, fed in pieces of `step`.
struct Decoded {
    std::vector<std::string> messages;
    int fault = 0;
};

Decoded decode(std::string_view bytes, std::size_t step, std::size_t message_max = 1000) {
    Decoded result;
    WebSocketDecoder decoder(WebSocketRole::server, message_max);
    while (!bytes.empty()) {
        auto piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        for (;;) {
            auto event = decoder.next(piece);
            if (!event) {
                result.fault = event.error().code;
                return result;
            }
            if (!*event) break;
            auto& found = **event;
            auto kind = std::to_string(static_cast<int>(found.opcode));
            if (found.opcode == Opcode::close) kind += "/" + std::to_string(found.code);
            result.messages.push_back(kind + ":" + found.data);
        }
    }
    return result;
}

TEST(WebSocketDecoder, UnderstandsFramesInPiecesOfAnySize) {
    const std::string stream = frame_of(Opcode::text, "hello") + raw_frame(0x01, "frag") +
                               frame_of(Opcode::ping, "in between") + raw_frame(0x00, "men") +
                               raw_frame(0x80, "ted") + frame_of(Opcode::binary, std::string(300, '\xff')) +
                               frame_of(Opcode::text, "") + frame_of(Opcode::pong, "") +
                               frame_of(Opcode::close, close_payload(4000, "bye"));
    const std::vector<std::string> expected{
        "1:hello", "9:in between", "1:fragmented", "2:" + std::string(300, '\xff'),
        "1:",      "10:",          "8/4000:bye"};
    for (std::size_t step : {1UL, 2UL, 3UL, 7UL, 64UL, stream.size()}) {
        auto result = decode(stream, step);
        EXPECT_EQ(result.fault, 0) << step;
        EXPECT_EQ(result.messages, expected) << step;
    }
}

TEST(WebSocketDecoder, RefusesWhatTheProtocolForbids) {
    struct Case {
        const char* what;
        int code;
        std::string bytes;
    };
    std::string unmasked;
    append_frame(unmasked, Opcode::text, "x", std::nullopt);
    const std::vector<Case> cases{
        {"no mask from a client", 1002, unmasked},
        {"reserved bit 1", 1002, raw_frame(0xC1, "x")},
        {"reserved bit 3", 1002, raw_frame(0x91, "x")},
        {"reserved data opcode", 1002, raw_frame(0x83, "x")},
        {"reserved control opcode", 1002, raw_frame(0x8B, "x")},
        {"fragmented ping", 1002, raw_frame(0x09, "x")},
        {"long ping", 1002, raw_frame(0x89, std::string(126, 'x'))},
        {"continuation of nothing", 1002, raw_frame(0x80, "x")},
        {"a message inside another", 1002, raw_frame(0x01, "x") + frame_of(Opcode::text, "y")},
        {"length not in its shortest form", 1002, std::string("\x81\xfe\x00\x05\0\0\0\0hello", 13)},
        {"length with the highest bit", 1002, "\x81\xff\x80" + std::string(7, '\0') + "mask"},
        {"half a close code", 1002, frame_of(Opcode::close, "x")},
        {"close code that may not travel", 1002, frame_of(Opcode::close, close_payload(1005, ""))},
        {"close code of the library", 1002, frame_of(Opcode::close, close_payload(1006, ""))},
        {"close code out of range", 1002, frame_of(Opcode::close, close_payload(5000, ""))},
        {"close reason that is not UTF-8", 1007, frame_of(Opcode::close, "\x03\xe8\xff")},
        {"text that is not UTF-8", 1007, frame_of(Opcode::text, "\xc3\x28")},
        {"text cut in a character", 1007, frame_of(Opcode::text, "\xe2\x82")},
        {"surrogate", 1007, frame_of(Opcode::text, "\xed\xa0\x80")},
        {"message over the bound", 1009, frame_of(Opcode::text, std::string(1001, 'x')).substr(0, 8)},
        {"fragments over the bound", 1009,
         raw_frame(0x01, std::string(600, 'x')) + raw_frame(0x80, std::string(401, 'x'))},
    };
    for (const auto& [what, code, bytes] : cases) {
        EXPECT_EQ(decode(bytes, bytes.size()).fault, code) << what;
        EXPECT_EQ(decode(bytes, 1).fault, code) << what << ", byte by byte";
    }
}

TEST(WebSocketDecoder, AFragmentedTextMayCutACharacter) {
    auto result = decode(raw_frame(0x01, "\xe2\x82") + raw_frame(0x80, "\xac"), 100);
    EXPECT_EQ(result.messages, std::vector<std::string>{"1:\xe2\x82\xac"});
}

TEST(WebSocketKey, AnswersTheExampleOfTheStandard) {
    EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

struct Sockets {
    std::unique_ptr<WebSocket> client;
    std::unique_ptr<WebSocket> server;
    std::unique_ptr<Stream> raw;  // instead of the client
};

Task<std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>> streams(Loop& loop) {
    auto listener = listen_tcp(loop, "127.0.0.1", 0);
    auto near = co_await connect_tcp(loop, {"127.0.0.1", (*listener)->port()}, hours(1));
    auto far = co_await (*listener)->accept();
    co_return std::pair(std::move(*near), std::move(*far));
}

Task<Sockets> pair_of(Loop& loop, WebSocketLimits limits = {}) {
    auto [near, far] = co_await streams(loop);
    Sockets sockets;
    sockets.client = make_websocket(loop, std::move(near), WebSocketRole::client, limits, "");
    sockets.server = make_websocket(loop, std::move(far), WebSocketRole::server, limits, "");
    co_return sockets;
}

Task<void> converse(Loop& loop) {
    auto sockets = co_await pair_of(loop);
    std::string large(400 * 1024, 'x');
    EXPECT_TRUE(sockets.client->send("first"));
    EXPECT_TRUE(sockets.client->send(large));
    EXPECT_EQ((co_await sockets.server->receive(hours(1)))->data, "first");
    auto second = co_await sockets.server->receive(hours(1));
    EXPECT_TRUE(second->data == large);
    EXPECT_TRUE(second->text);
    EXPECT_TRUE(sockets.server->send("answer"));
    EXPECT_EQ((co_await sockets.client->receive(hours(1)))->data, "answer");
    auto late = co_await sockets.client->receive(Milliseconds(1));
    EXPECT_EQ(late.error().code, Code::timed_out);
    EXPECT_TRUE(sockets.server->send("still usable"));
    EXPECT_EQ((co_await sockets.client->receive(hours(1)))->data, "still usable");
}

TEST(WebSocket, CarriesMessagesBothWaysAndSurvivesADeadline) {
    Loop loop;
    loop.run_until(converse(loop));
}

Task<void> close_it(WebSocket& socket) {
    co_await socket.close(1012, "service restart");
}

Task<void> close_handshake(Loop& loop) {
    auto sockets = co_await pair_of(loop);
    EXPECT_TRUE(sockets.server->send("last words"));
    TaskGroup group(loop);
    group.spawn(close_it(*sockets.server));
    EXPECT_EQ((co_await sockets.client->receive(hours(1)))->data, "last words");
    auto end = co_await sockets.client->receive(hours(1));
    EXPECT_EQ(end.error().code, Code::unavailable);
    EXPECT_EQ(sockets.client->closed_by_peer().code, 1012);
    EXPECT_EQ(sockets.client->closed_by_peer().reason, "service restart");
    co_await group.join();
    EXPECT_FALSE(sockets.server->send("too late"));
    EXPECT_EQ((co_await sockets.server->receive(hours(1))).error().code, Code::unavailable);
}

TEST(WebSocket, ClosesAfterWhatIsQueuedAndTellsCodeAndReason) {
    Loop loop;
    loop.run_until(close_handshake(loop));
}

Task<void> close_while_receiving(Loop& loop) {
    auto sockets = co_await pair_of(loop);
    TaskGroup group(loop);
    group.spawn(close_it(*sockets.server));
    struct Local {
        static Task<void> answer(WebSocket& socket) { co_await socket.receive(hours(1)); }
    };
    group.spawn(Local::answer(*sockets.client));
    auto end = co_await sockets.server->receive(hours(1));
    EXPECT_FALSE(end);
    co_await group.join();
}

TEST(WebSocket, MayBeClosedWhileSomebodyReceives) {
    Loop loop;
    loop.run_until(close_while_receiving(loop));
}

// Sends raw bytes to a server socket and returns what it says until the connection ends.
Task<std::string> provoke(Loop& loop, std::string bytes, WebSocketLimits limits) {
    auto [near, far] = co_await streams(loop);
    auto server = make_websocket(loop, std::move(far), WebSocketRole::server, limits, "");
    EXPECT_TRUE(co_await near->write(bytes, hours(1)));
    co_await near->shutdown();
    EXPECT_FALSE(co_await server->receive(hours(1)));
    std::string all;
    std::array<char, 256> buffer{};
    for (;;) {
        auto got = co_await near->read(buffer, hours(1));
        if (!got || *got == 0) co_return all;
        all.append(buffer.data(), *got);
    }
}

TEST(WebSocket, TellsThePeerWhichRuleItBroke) {
    struct Case {
        std::string bytes;
        std::string code;
    };
    for (const auto& [bytes, code] :
         {Case{raw_frame(0xC1, "x"), "\x03\xea"}, Case{frame_of(Opcode::text, "\xff"), "\x03\xef"},
          Case{frame_of(Opcode::text, std::string(99, 'x')), "\x03\xf1"}}) {
        Loop loop;
        auto said = loop.run_until(provoke(loop, bytes, {.message_bytes = 50}));
        ASSERT_GE(said.size(), 4U);
        EXPECT_EQ(said[0], '\x88');
        EXPECT_EQ(said.substr(2, 2), code);
    }
}

TEST(WebSocket, AnswersPings) {
    Loop loop;
    auto said =
        loop.run_until(provoke(loop, frame_of(Opcode::ping, "abc") + frame_of(Opcode::close, ""), {}));
    EXPECT_EQ(said, std::string("\x8a\x03"
                                "abc\x88\x00",
                                7));
}

// A frame of which only the head and a few bytes are ever sent: its length alone must be enough to refuse it.
TEST(WebSocket, RefusesAMessageOverTheBoundAtItsFrameHead) {
    const auto whole = frame_of(Opcode::text, std::string(100'000, 'x'));
    const auto fragment = raw_frame(0x01, std::string(400, 'x'));
    for (const auto& bytes :
         {whole.substr(0, 14), whole.substr(0, 50'000),
          fragment + raw_frame(0x00, std::string(600, 'x')) + raw_frame(0x80, "x").substr(0, 6),
          fragment + frame_of(Opcode::ping, "") + raw_frame(0x80, std::string(601, 'x'))}) {
        Loop loop;
        auto said = loop.run_until(provoke(loop, bytes, {.message_bytes = 1000}));
        EXPECT_TRUE(said.ends_with("\x88\x02\x03\xf1")) << bytes.size();  // 1009, and it was seen
    }
}

Task<void> receive_last(WebSocket& socket) {
    EXPECT_TRUE(co_await socket.receive(hours(1)));
    EXPECT_FALSE(co_await socket.receive(hours(1)));
}

Task<void> raise_the_bound(Loop& loop) {
    auto sockets = co_await pair_of(loop, {.message_bytes = 10, .buffered_bytes = 100});
    sockets.client->set_limits({});
    EXPECT_TRUE(sockets.client->send("short"));
    EXPECT_EQ((co_await sockets.server->receive(hours(1)))->data, "short");
    sockets.server->set_limits({.message_bytes = 100'000, .buffered_bytes = 200'000});
    EXPECT_TRUE(sockets.client->send(std::string(100'000, 'x')));
    EXPECT_EQ((co_await sockets.server->receive(hours(1)))->data.size(), 100'000U);
    EXPECT_TRUE(sockets.server->send(std::string(150'000, 'x')));
    EXPECT_TRUE(sockets.client->send(std::string(100'001, 'x')));
    TaskGroup group(loop);
    group.spawn(receive_last(*sockets.client));
    EXPECT_FALSE(co_await sockets.server->receive(hours(1)));
    co_await group.join();
    EXPECT_EQ(sockets.client->closed_by_peer().code, 1009);
}

TEST(WebSocket, TakesMoreFromAPeerThatIsTrustedWithMore) {
    Loop loop;
    loop.run_until(raise_the_bound(loop));
}

Task<void> send_all(Stream& stream, std::string bytes) {
    EXPECT_TRUE(co_await stream.write(bytes, hours(1)));
    EXPECT_TRUE(co_await stream.drain(hours(1)));
}

// More pongs would be due than the two sockets hold.
Task<std::size_t> ping_without_reading(Loop& loop) {
    auto [near, far] = co_await streams(loop);
    auto server = make_websocket(loop, std::move(far), WebSocketRole::server, {.buffered_bytes = 2000}, "");
    std::string bytes;
    for (int i = 0; i < 200'000; ++i) bytes += frame_of(Opcode::ping, std::string(100, 'p'));
    TaskGroup group(loop);
    group.spawn(send_all(*near, std::move(bytes)));
    while (group.size() > 0)
        EXPECT_EQ((co_await server->receive(Milliseconds(1))).error().code, Code::timed_out);
    co_return server->buffered();
}

TEST(WebSocket, APeerThatPingsWithoutReadingFillsNoBuffer) {
    Loop loop;
    EXPECT_LE(loop.run_until(ping_without_reading(loop)), 2000U + 102U);
}

Task<void> overflow(Loop& loop) {
    auto sockets = co_await pair_of(loop, {.buffered_bytes = 1000});
    EXPECT_TRUE(sockets.server->send(std::string(900, 'x')));
    EXPECT_EQ(sockets.server->buffered(), 904U);
    EXPECT_TRUE(sockets.server->send(std::string(200, 'x'))) << "what waits before it counts";
    EXPECT_FALSE(sockets.server->send("x"));
    EXPECT_FALSE(sockets.server->send("x"));  // it is closing
    EXPECT_TRUE(co_await sockets.client->receive(hours(1)));
    EXPECT_TRUE(co_await sockets.client->receive(hours(1)));
    EXPECT_FALSE(co_await sockets.client->receive(hours(1)));
    EXPECT_EQ(sockets.client->closed_by_peer().code, 1008);
    EXPECT_EQ(sockets.client->closed_by_peer().reason, "slow consumer");
}

TEST(WebSocket, APeerThatReadsTooSlowlyIsCutOff) {
    Loop loop;
    loop.run_until(overflow(loop));
}

Task<void> drain_it(WebSocket& socket) {
    co_await socket.drain();
}

Task<void> drain_and_close(Loop& loop) {
    auto sockets = co_await pair_of(loop, {.buffered_bytes = std::size_t{64} << 20});
    EXPECT_TRUE(sockets.server->send(std::string(32u << 20, 'x')));  // more than the sockets hold
    TaskGroup group(loop);
    group.spawn(drain_it(*sockets.server));
    group.spawn(drain_it(*sockets.server));
    group.spawn(close_it(*sockets.server));
    EXPECT_FALSE(co_await sockets.client->receive(hours(1)));  // over the client's own bound
    co_await group.join();
    EXPECT_EQ(sockets.server->closed_by_peer().code, 1009);
}

TEST(WebSocket, MayBeDrainedByOneAndClosedByAnother) {
    Loop loop;
    loop.run_until(drain_and_close(loop));
}

Task<Code> receive_without_deadline(Loop& loop) {
    auto sockets = co_await pair_of(loop);
    WebSocket& ending = *sockets.client;
    loop.post([&ending] { ending.abort(); });
    co_return (co_await sockets.server->receive(Milliseconds::max())).error().code;
}

TEST(WebSocket, TheLongestDeadlineIsNone) {
    Loop loop;
    EXPECT_EQ(loop.run_until(receive_without_deadline(loop)), Code::unavailable);
}

Task<void> serve_socket(Exchange& exchange) {
    auto socket = co_await exchange.upgrade({});
    if (!socket) {
        co_await exchange.respond({426, {}, socket.error().message});
        co_return;
    }
    auto& opened = *socket->socket;
    opened.send("welcome to " + std::string(exchange.request().path()));
    auto message = co_await opened.receive(hours(1));
    if (message) opened.send("you said " + message->data);
    co_await opened.close(1000, "");
}

using Opened = Result<std::unique_ptr<WebSocket>>;

Task<Opened> open(Loop& loop, std::uint16_t port, Url url) {
    auto stream = co_await connect_tcp(loop, {"127.0.0.1", port}, hours(1));
    co_return co_await websocket_handshake(loop, std::move(*stream), std::move(url), {}, {}, hours(1));
}

Task<void> through_server(Loop& loop) {
    HttpServer server(loop, {}, serve_socket);
    auto listener = listen_tcp(loop, "127.0.0.1", 0);
    auto port = (*listener)->port();
    server.serve(std::move(*listener));
    auto socket = co_await open(loop, port, {"ws", "127.0.0.1", port, "/any/path?x=1"});
    EXPECT_TRUE(socket);
    if (socket) {
        EXPECT_EQ((co_await (*socket)->receive(hours(1)))->data, "welcome to /any/path");
        (*socket)->send("hi");
        EXPECT_EQ((co_await (*socket)->receive(hours(1)))->data, "you said hi");
        EXPECT_FALSE(co_await (*socket)->receive(hours(1)));
        EXPECT_EQ((*socket)->closed_by_peer().code, 1000);
    }
    co_await server.stop(hours(1));
}

TEST(WebSocket, IsOpenedByAnUpgradeOfTheServer) {
    Loop loop;
    loop.run_until(through_server(loop));
}

// Answers the client's upgrade with fixed words.
Task<void> answer_with(Stream& stream, std::string words) {
    std::array<char, 2048> buffer{};
    EXPECT_TRUE(co_await stream.read(buffer, hours(1)));
    EXPECT_TRUE(co_await stream.write(words, hours(1)));
    co_await stream.shutdown();
}

Task<Opened> open_against(Loop& loop, std::string words) {
    auto [near, far] = co_await streams(loop);
    TaskGroup group(loop);
    group.spawn(answer_with(*far, std::move(words)));
    auto socket = co_await websocket_handshake(loop, std::move(near), {"ws", "a", 80, "/"}, {}, {}, hours(1));
    co_await group.join();
    co_return socket;
}

TEST(WebSocket, TheClientChecksTheServersAnswer) {
    struct Case {
        const char* what;
        std::string answer;
        Code code;
    };
    const std::string start =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    for (const auto& [what, answer, code] :
         {Case{"a foreign key", start + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
               Code::unavailable},
          Case{"no key", start + "\r\n", Code::unavailable},
          Case{"unauthorized", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", Code::denied},
          Case{"an ordinary answer", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Code::unavailable},
          Case{"not HTTP", "SSH-2.0-x\r\n\r\n", Code::unavailable},
          Case{"bare line feeds", "HTTP/1.1 101 x\n\n", Code::unavailable},
          Case{"nothing", "", Code::unavailable}}) {
        Loop loop;
        auto opened = loop.run_until(open_against(loop, answer));
        ASSERT_FALSE(opened) << what;
        EXPECT_EQ(opened.error().code, code) << what << ": " << opened.error().message;
    }
}

TEST(WebSocket, TheServerChecksTheUpgrade) {
    struct Case {
        const char* what;
        Headers headers;
    };
    const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
    Request good{"GET",
                 "/",
                 {{"Upgrade", "WebSocket"},
                  {"Connection", "keep-alive, Upgrade"},
                  {"Sec-WebSocket-Version", "13"},
                  {"Sec-WebSocket-Key", key}}};
    EXPECT_TRUE(check_upgrade(good));
    auto post = good;
    post.method = "POST";
    EXPECT_FALSE(check_upgrade(post));
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"Upgrade", "h2c"},
             {"Connection", "close"},
             {"Sec-WebSocket-Version", "8"},
             {"Sec-WebSocket-Key", "short"},
             {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=a"}}) {
        auto bad = good;
        bad.headers.set(name, value);
        EXPECT_FALSE(check_upgrade(bad)) << name << value;
    }
}

}  // namespace
}  // namespace openclaw::net
