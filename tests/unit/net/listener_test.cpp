#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "net/loop/signals.h"
#include "net/stream/address.h"
#include "net/stream/stream.h"
#include "support/temporary_folder.h"

namespace openclaw::net {
namespace {

using std::chrono::hours;

TEST(ListenTcp, SaysWhoseFaultItIs) {
    Loop loop;
    auto first = listen_tcp(loop, "127.0.0.1", 0);
    ASSERT_TRUE(first);
    EXPECT_EQ(listen_tcp(loop, "127.0.0.1", (*first)->port()).error().code, Code::busy);
    EXPECT_EQ(listen_tcp(loop, "localhost", 0).error().code, Code::invalid_input);
    EXPECT_EQ(listen_tcp(loop, "192.0.2.1", 0).error().code, Code::invalid_input);
}

TEST(ListenTcp, TheAliasOfIpv6MayShareThePort) {
    Loop loop;
    auto v4 = listen_tcp(loop, "127.0.0.1", 0);
    auto v6 = listen_tcp(loop, "::1", (*v4)->port());
    if (!v6 && v6.error().code == Code::invalid_input) GTEST_SKIP() << "no IPv6 here";
    EXPECT_TRUE(v6) << v6.error().message;
}

Task<Code> accept_after_close(Loop& loop) {
    auto listener = listen_tcp(loop, "127.0.0.1", 0);
    Listener& closing = **listener;
    loop.post([&closing] { closing.close(); });
    auto stream = co_await (*listener)->accept();
    co_return stream ? Code::internal : stream.error().code;
}

TEST(Listener, ClosingItCancelsAWaitingAccept) {
    Loop loop;
    EXPECT_EQ(loop.run_until(accept_after_close(loop)), Code::cancelled);
}

class ListenUnix : public testing::Test {
protected:
    std::string path() const { return (std::filesystem::path(folder.path()) / "admin.sock").string(); }
    test::TemporaryFolder folder;
    Loop loop;
};

Task<Peer> meet(Loop& loop, std::string path) {
    auto listener = listen_unix(loop, path);
    EXPECT_TRUE(listener) << listener.error().message;
    auto client = co_await connect_unix(loop, {path}, hours(1));
    EXPECT_TRUE(client) << client.error().message;
    auto server = co_await (*listener)->accept();
    EXPECT_TRUE(server);
    co_return (*server)->peer();
}

TEST_F(ListenUnix, TellsTheOwnerThatTheKernelKnows) {
    auto peer = loop.run_until(meet(loop, path()));
    ASSERT_TRUE(peer.owner);
    EXPECT_EQ(peer.owner->uid(), ::geteuid());
    EXPECT_EQ(peer.owner->pid(), ::getpid());
    EXPECT_TRUE(peer.address.empty());
    EXPECT_FALSE(std::filesystem::exists(path()));  // removed with its listener
}

TEST_F(ListenUnix, IsForItsOwnerOnly) {
    auto before = ::umask(0);
    auto listener = listen_unix(loop, path());
    ::umask(before);
    ASSERT_TRUE(listener);
    struct stat info{};
    ASSERT_EQ(::stat(path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(ListenUnix, ReplacesADeadSocketButNeverALiveOne) {
    auto live = listen_unix(loop, path());
    ASSERT_TRUE(live);
    EXPECT_EQ(listen_unix(loop, path()).error().code, Code::busy);
    auto other = (std::filesystem::path(folder.path()) / "old.sock").string();
    std::filesystem::rename(path(), other);
    (*live)->close();  // the file under its new name has no listener any more
    ASSERT_TRUE(std::filesystem::exists(other));
    EXPECT_TRUE(listen_unix(loop, other));
}

TEST_F(ListenUnix, LeavesAFileInItsWayAlone) {
    std::ofstream(path()) << "precious";
    EXPECT_EQ(listen_unix(loop, path()).error().code, Code::busy);
    EXPECT_EQ(std::filesystem::file_size(path()), 8U);
}

TEST_F(ListenUnix, RefusesAFolderThatOthersMayWriteTo) {
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    auto listener = listen_unix(loop, path());
    EXPECT_EQ(listener.error().code, Code::denied);
    EXPECT_THAT(listener.error().hint, testing::HasSubstr("chmod"));
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

TEST_F(ListenUnix, RefusesAPathThatIsTooLong) {
    EXPECT_EQ(listen_unix(loop, path() + std::string(100, 'x')).error().code, Code::invalid_input);
}

TEST(Peer, AnIpv4MappedAddressIsWrittenAsIpv4) {
    struct Case {
        std::string literal;
        std::string canonical;
        bool loopback;
    };
    for (const auto& [literal, canonical, loopback] :
         {Case{"::ffff:127.0.0.1", "127.0.0.1", true}, Case{"::FFFF:10.0.0.1", "10.0.0.1", false},
          Case{"::1", "::1", true}, Case{"2001:DB8:0::1", "2001:db8::1", false},
          Case{"127.9.9.9", "127.9.9.9", true}}) {
        auto peer = peer_of(*parse_ip(literal, 7));
        EXPECT_EQ(peer.address, canonical);
        EXPECT_EQ(peer.loopback, loopback) << literal;
        EXPECT_EQ(peer.port, 7);
    }
}

Task<void> wait_for(Event& event) {
    co_await event.wait();
}

TEST(Signals, ArriveOnTheLoopAsOrdinaryCalls) {
    Loop loop;
    Event event(loop);
    std::vector<Signal> seen;
    Signals signals(loop, [&](Signal signal) {
        seen.push_back(signal);
        event.notify();
    });
    ::raise(SIGUSR1);
    loop.run_until(wait_for(event));
    ::raise(SIGTERM);
    loop.run_until(wait_for(event));
    EXPECT_EQ(seen, (std::vector{Signal::user1, Signal::terminate}));
}

// A shell starts what stands before an & with SIGINT ignored: Ctrl-C is for the program in front.
TEST(Signals, StayIgnoredWhenTheProgramWasStartedThatWay) {
    const auto before = std::signal(SIGINT, SIG_IGN);
    {
        Loop loop;
        Event event(loop);
        std::vector<Signal> seen;
        Signals signals(loop, [&](Signal signal) {
            seen.push_back(signal);
            event.notify();
        });
        ::raise(SIGINT);
        ::raise(SIGUSR1);
        loop.run_until(wait_for(event));
        EXPECT_EQ(seen, std::vector{Signal::user1});
    }
    std::signal(SIGINT, before);
}

}  // namespace
}  // namespace openclaw::net
