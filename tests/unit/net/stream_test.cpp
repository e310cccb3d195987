#include "net/stream/stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/stream/address.h"

namespace openclaw::net {
namespace {

using std::chrono::hours;
using Connected = Result<std::unique_ptr<Stream>>;

struct Pair {
    std::unique_ptr<Stream> client;
    std::unique_ptr<Stream> server;
};

Task<Pair> tcp_pair(Loop& loop) {
    auto listener = listen_tcp(loop, "127.0.0.1", 0);
    EXPECT_TRUE(listener);
    auto client = co_await connect_tcp(loop, {"127.0.0.1", (*listener)->port()}, hours(1));
    EXPECT_TRUE(client);
    auto server = co_await (*listener)->accept();
    EXPECT_TRUE(server);
    co_return Pair{std::move(*client), std::move(*server)};
}

Task<std::string> read_to_end(Stream& stream) {
    std::string all;
    std::array<char, 4096> buffer{};
    for (;;) {
        auto got = co_await stream.read(buffer, hours(1));
        EXPECT_TRUE(got) << got.error().message;
        if (!got || *got == 0) co_return all;
        all.append(buffer.data(), *got);
    }
}

Task<void> send_all(Stream& stream, const std::string& text) {
    auto sent = co_await stream.write(text, hours(1));
    EXPECT_TRUE(sent);
    co_await stream.shutdown();
}

Task<void> carry(Loop& loop) {
    auto [client, server] = co_await tcp_pair(loop);
    std::string text(8u << 20, 'x');  // more than any socket buffer holds
    for (std::size_t i = 0; i < text.size(); i += 4099) text[i] = 'y';
    TaskGroup group(loop);
    group.spawn(send_all(*client, text));
    auto got = co_await read_to_end(*server);
    co_await group.join();
    EXPECT_TRUE(got == text);
    EXPECT_EQ(server->peer().address, "127.0.0.1");
    EXPECT_TRUE(server->peer().loopback);
    EXPECT_FALSE(server->peer().owner);
}

TEST(Stream, CarriesMoreThanTheSocketsHoldAndEndsInOrder) {
    Loop loop;
    loop.run_until(carry(loop));
}

Task<Code> read_past_deadline(Loop& loop) {
    auto [client, server] = co_await tcp_pair(loop);
    std::array<char, 16> buffer{};
    auto got = co_await server->read(buffer, Milliseconds(1));
    co_return got ? Code::internal : got.error().code;
}

TEST(Stream, AReadPastItsDeadlineTimesOut) {
    Loop loop;
    EXPECT_EQ(loop.run_until(read_past_deadline(loop)), Code::timed_out);
}

Task<Code> write_past_deadline(Loop& loop) {
    auto [client, server] = co_await tcp_pair(loop);
    std::string text(64u << 20, 'x');
    auto sent = co_await client->write(text, Milliseconds(20));
    co_return sent ? Code::internal : sent.error().code;
}

TEST(Stream, AWriteToAPeerThatReadsNothingTimesOut) {
    Loop loop;
    EXPECT_EQ(loop.run_until(write_past_deadline(loop)), Code::timed_out);
}

Task<Code> read_while_closed(Loop& loop) {
    auto [client, server] = co_await tcp_pair(loop);
    Stream& closing = *server;
    loop.post([&closing] { closing.close(); });
    std::array<char, 16> buffer{};
    auto pending = co_await server->read(buffer, hours(1));
    EXPECT_FALSE(pending);
    auto later = co_await server->write("x", hours(1));
    EXPECT_FALSE(later);
    co_return pending ? Code::internal : pending.error().code;
}

TEST(Stream, CloseCancelsPendingAndLaterCalls) {
    Loop loop;
    EXPECT_EQ(loop.run_until(read_while_closed(loop)), Code::cancelled);
}

Task<void> notice_end(Loop& loop) {
    auto [client, server] = co_await tcp_pair(loop);
    Event ended(loop);
    std::vector<PeerEnd> told;
    server->on_peer_end([&](PeerEnd end) {
        told.push_back(end);
        ended.notify();
    });
    EXPECT_TRUE(co_await client->write("pipelined", hours(1)));
    client->close();
    co_await ended.wait();
    EXPECT_EQ(told, std::vector{PeerEnd::sending});
    EXPECT_EQ(co_await read_to_end(*server), "pipelined");
}

TEST(Stream, TellsOfThePeersEndWithoutEatingWhatItSent) {
    Loop loop;
    loop.run_until(notice_end(loop));
}

// Of the socket that is one end of a connection; -1: none.
int descriptor_of(const TcpEnd& own) {
    constexpr int descriptors_max = 256;
    for (int descriptor = 0; descriptor < descriptors_max; ++descriptor) {
        SocketAddress address;
        address.size = sizeof address.storage;
        if (::getsockname(descriptor, address.data(), &address.size) != 0) continue;
        const auto peer = peer_of(address);
        int listens = 0;
        socklen_t size = sizeof listens;
        ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
        if (listens == 0 && TcpEnd{peer.address, peer.port} == own) return descriptor;
    }
    return -1;
}

bool is_probed(const TcpEnd& own) {
    int probed = 0;
    socklen_t size = sizeof probed;
    EXPECT_EQ(::getsockopt(descriptor_of(own), SOL_SOCKET, SO_KEEPALIVE, &probed, &size), 0);
    return probed != 0;
}

Task<void> half_close(Loop& loop) {
    auto [client, server] = co_await tcp_pair(loop);
    Event ended(loop);
    server->on_peer_end([&](PeerEnd) { ended.notify(); });
    EXPECT_FALSE(is_probed(server->own_end())) << "it would only wake a phone";
    co_await client->shutdown();
    co_await ended.wait();
    EXPECT_TRUE(is_probed(server->own_end()));
}

TEST(Stream, HasTheKernelAskAPeerThatSendsNoMoreWhetherItIsThere) {
    Loop loop;
    loop.run_until(half_close(loop));
}

Task<Connected> connect_aborted(Loop& loop, Abort abort) {
    co_return co_await connect_tcp(loop, {"localhost", 1}, hours(1), abort);
}

TEST(Connect, AnAbortedConnectIsCancelled) {
    Loop loop;
    Abort abort;
    abort.request();
    EXPECT_EQ(loop.run_until(connect_aborted(loop, abort)).error().code, Code::cancelled);
}

Task<Code> connect_to_nobody(Loop& loop) {
    auto listener = listen_tcp(loop, "127.0.0.1", 0);
    auto port = (*listener)->port();
    (*listener)->close();
    auto stream = co_await connect_tcp(loop, {"localhost", port}, hours(1));
    co_return stream ? Code::internal : stream.error().code;
}

TEST(Connect, AClosedPortIsUnavailable) {
    Loop loop;
    EXPECT_EQ(loop.run_until(connect_to_nobody(loop)), Code::unavailable);
}

}  // namespace
}  // namespace openclaw::net
