#include "net/stream/tcp_table.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace openclaw::net {
namespace {

// Rows as the kernel writes them, on a machine that keeps the lowest byte first.
std::string row(std::string_view own, std::string_view peer, std::string_view state, int user, int inode) {
    return fmt::format(
        "  12: {} {} {} 00000000:00000000 00:00000000 00000000 {:5}        0 {} 1 0000000000000000", own,
        peer, state, user, inode);
}
TcpSocket listening(std::string address, std::uint32_t user, std::uint16_t port = 18789) {
    return {.own = {std::move(address), port}, .peer = {}, .listens = true, .number = 4711, .user = user};
}
using Users = std::vector<std::uint32_t>;

TEST(TcpTable, ReadsWhatTheKernelWrites) {
    const auto v4 = parse_tcp_row(row("0100007F:4965", "00000000:0000", "0A", 1000, 4711));
    ASSERT_TRUE(v4);
    EXPECT_EQ(v4->own, (TcpEnd{"127.0.0.1", 18789}));
    EXPECT_TRUE(v4->listens);
    EXPECT_EQ(v4->user, 1000u);
    EXPECT_EQ(v4->number, 4711u);
    const auto v6 = parse_tcp_row(
        row("00000000000000000000000001000000:0050", "00000000000000000000000001000000:C001", "01", 33, 0));
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->own, (TcpEnd{"::1", 80}));
    EXPECT_EQ(v6->peer, (TcpEnd{"::1", 49153}));
    EXPECT_FALSE(v6->listens);
    EXPECT_EQ(v6->number, 0u) << "nobody has accepted it: its user says nothing";
    const auto mapped = parse_tcp_row(
        row("0000000000000000FFFF00000100007F:4965", "00000000000000000000000000000000:0000", "0A", 5, 9));
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->own.address, "127.0.0.1");
}

TEST(TcpTable, TakesNoOtherTextForARow) {
    for (const std::string& text :
         {std::string("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
                      "timeout inode"),
          std::string(), std::string("0: 1 2 3"), row("0100007F", "00000000:0000", "0A", 1, 1),
          row("0100007:4965", "00000000:0000", "0A", 1, 1), row("0100007F:4965", "zz000000:0000", "0A", 1, 1),
          row("0100007F:14965", "00000000:0000", "0A", 1, 1),
          row("0100007F:4965", "00000000:0000", "0A", -1, 1)})
        EXPECT_FALSE(parse_tcp_row(text)) << text;
}

TEST(TcpTable, NamesWhoWouldGetAConnection) {
    const TcpEnd local{"127.0.0.1", 18789};
    EXPECT_EQ(listeners_at(std::vector{listening("127.0.0.1", 7)}, local), Users{7});
    EXPECT_EQ(listeners_at(std::vector{listening("0.0.0.0", 7)}, local), Users{7});
    EXPECT_EQ(listeners_at(std::vector{listening("::", 7)}, local), Users{7});
    // All that share an address, and those of the narrower one alone.
    EXPECT_EQ(listeners_at(std::vector{listening("127.0.0.1", 7), listening("127.0.0.1", 8)}, local),
              (Users{7, 8}));
    EXPECT_EQ(listeners_at(std::vector{listening("::", 8), listening("0.0.0.0", 7)}, local), Users{7});
    EXPECT_EQ(listeners_at(std::vector{listening("10.0.0.1", 7), listening("127.0.0.1", 7, 80)}, local),
              Users{});
    TcpSocket connection = listening("127.0.0.1", 7);
    connection.listens = false;
    EXPECT_EQ(listeners_at(std::vector{connection}, local), Users{});
}

TEST(TcpTable, NamesWhoHoldsTheOtherEndOnceItIsAccepted) {
    const TcpEnd own{"127.0.0.1", 40000}, peer{"127.0.0.1", 18789};
    const TcpSocket ours{.own = own, .peer = peer, .listens = false, .number = 4711, .user = 1};
    TcpSocket theirs{.own = peer, .peer = own, .listens = false, .number = 4711, .user = 2};
    EXPECT_EQ(holder_of(std::vector{ours, theirs}, own, peer), 2u);
    theirs.number = 0;
    EXPECT_EQ(holder_of(std::vector{ours, theirs}, own, peer), std::nullopt);
    EXPECT_EQ(holder_of(std::vector{ours}, own, peer), std::nullopt);
}

Task<void> find_both_ends(Loop& loop, const char* address) {
    auto listener = listen_tcp(loop, address, 0);
    if (!listener) co_return;  // a host without IPv6
    auto client = co_await connect_tcp(loop, {address, (*listener)->port()}, std::chrono::hours(1));
    EXPECT_TRUE(client);
    const TcpEnd peer{(*client)->peer().address, (*client)->peer().port};
    auto sockets = tcp_sockets_at(peer.port);
    EXPECT_TRUE(sockets);
    EXPECT_EQ(listeners_at(*sockets, peer), Users{::geteuid()});
    EXPECT_EQ(holder_of(*sockets, (*client)->own_end(), peer), std::nullopt) << "not accepted yet";
    auto server = co_await (*listener)->accept();
    EXPECT_TRUE(server);
    sockets = tcp_sockets_at(peer.port);
    EXPECT_TRUE(sockets);
    EXPECT_EQ(holder_of(*sockets, (*client)->own_end(), peer), ::geteuid());
}

TEST(TcpTable, FindsBothEndsOfAConnectionOfOurs) {
    Loop loop;
    for (const char* address : {"127.0.0.1", "::1"}) {
        SCOPED_TRACE(address);
        loop.run_until(find_both_ends(loop, address));
    }
}

}  // namespace
}  // namespace openclaw::net
