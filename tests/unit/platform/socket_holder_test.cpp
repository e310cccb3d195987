#include "platform/socket_holder.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>

#include "base/descriptor.h"

namespace openclaw::platform {
namespace {

TEST(SocketHolder, IsTheProcessThatHasIt) {
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    struct stat info{};
    ASSERT_EQ(::fstat(socket.get(), &info), 0);
    const auto holder = find_socket_holder(info.st_ino);
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->id, ::getpid());
    EXPECT_EQ(holder->program, "test_platform");
}

TEST(SocketHolder, IsNobodyForANumberThatNoSocketHas) {
    EXPECT_EQ(find_socket_holder(0), std::nullopt);
    EXPECT_EQ(find_socket_holder(std::numeric_limits<std::uint64_t>::max()), std::nullopt);
}

TEST(UserName, IsTheSystems) {
    EXPECT_EQ(find_user_name(0), "root");
    EXPECT_EQ(find_user_name(std::numeric_limits<std::uint32_t>::max() - 7), std::nullopt);
}

}  // namespace
}  // namespace openclaw::platform
