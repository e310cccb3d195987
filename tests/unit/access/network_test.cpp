#include "access/network.h"

#include <gtest/gtest.h>

namespace openclaw::access {
namespace {

TEST(AddressBytes, AreIPv4HoweverItIsWrittenAndLoopbackOnlyWhereItIs) {
    struct Case {
        const char* address;
        bool ipv4, loopback;
    };
    for (const auto& [address, ipv4, loopback] : {
             Case{"192.0.2.7", true, false},
             Case{"::ffff:192.0.2.7", true, false},
             Case{"127.0.0.1", true, true},
             Case{"127.255.255.254", true, true},
             Case{"::ffff:127.0.0.1", true, true},
             Case{"126.0.0.1", true, false},
             Case{"128.0.0.1", true, false},
             Case{"::1", false, true},
             Case{"::", false, false},
             Case{"::2", false, false},
             Case{"::101", false, false},
             Case{"100::1", false, false},
             Case{"::127.0.0.1", false, false},
             Case{"::ff00:7f00:1", false, false},
             Case{"::ff:7f00:1", false, false},
             Case{"::1:ffff:7f00:1", false, false},
             Case{"1::ffff:7f00:1", false, false},
         }) {
        const auto bytes = AddressBytes::parse(address);
        ASSERT_TRUE(bytes) << address;
        EXPECT_EQ(bytes->is_ipv4(), ipv4) << address;
        EXPECT_EQ(bytes->is_loopback(), loopback) << address;
    }
}

TEST(AddressBytes, AreReadFromTheLongestSpellingAndFromNothingElse) {
    EXPECT_EQ(AddressBytes::parse("0000:0000:0000:0000:0000:ffff:192.168.100.228"),
              AddressBytes::parse("192.168.100.228"));
    EXPECT_EQ(AddressBytes::parse(std::string_view("192.0.2.77").substr(0, 9)),
              AddressBytes::parse("192.0.2.7"));
    for (const auto& nonsense : {std::string(), std::string("192.0.2"), std::string("box"),
                                 std::string("::1 "), std::string("[::1]"), std::string(5000, '1')})
        EXPECT_FALSE(AddressBytes::parse(nonsense)) << nonsense;
}

// Each length against an address that differs in one bit: it is inside exactly when that bit isn't among the
// first of that length.
TEST(Network, ComparesExactlyAsManyBitsAsItsLengthSays) {
    const auto base = *AddressBytes::parse("2001:db8:1234:5678:9abc:def0:1357:9bdf");
    for (unsigned length = 0; length <= 128; ++length) {
        const auto network = Network::parse(fmt::format("2001:db8:1234:5678:9abc:def0:1357:9bdf/{}", length));
        ASSERT_TRUE(network) << length;
        EXPECT_TRUE(network->contains(base)) << length;
        for (unsigned bit = 0; bit < 128; ++bit) {
            auto other = base;
            other.bytes[bit / 8] ^= static_cast<unsigned char>(0x80u >> bit % 8);
            EXPECT_EQ(network->contains(other), bit >= length) << length << " " << bit;
        }
    }
}

TEST(Network, IsReadWithAndWithoutALengthAndMatchesNobodyOtherwise) {
    struct Case {
        const char *network, *address;
        bool inside;
    };
    for (const auto& [network, address, inside] : {
             Case{"10.0.0.0/8", "10.255.0.1", true},
             Case{"10.0.0.0/8", "11.0.0.1", false},
             Case{"10.0.0.0/8", "::ffff:10.0.0.7", true},
             Case{"192.0.2.7", "192.0.2.7", true},
             Case{"192.0.2.7", "192.0.2.6", false},
             Case{"192.0.2.7/32", "192.0.2.7", true},
             Case{"192.0.2.7/32", "192.0.2.6", false},
             Case{"2001:db8::7", "2001:db8::7", true},
             Case{"2001:db8::7", "2001:db8::6", false},
             Case{"fd00::/8", "fd12::7", true},
             Case{"fd00::/8", "fe80::1", false},
             Case{"0.0.0.0/0", "203.0.113.1", true},
             Case{"0.0.0.0/0", "2001:db8::1", false},
             Case{"::/0", "2001:db8::1", true},
         }) {
        const auto read = Network::parse(network);
        ASSERT_TRUE(read) << network;
        EXPECT_EQ(read->contains(*AddressBytes::parse(address)), inside) << network << " " << address;
    }
    for (const char* nonsense : {"", "/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/x",
                                 "10.0.0.0/-1", "fd00::/129", "10.0.0/8", "box.example", "1.2.3.4%eth0"})
        EXPECT_FALSE(Network::parse(nonsense)) << nonsense;
}

TEST(Network, IsReadFromAPieceOfALongerText) {
    const auto network = Network::parse(std::string_view("10.0.0.0/81").substr(0, 10));
    ASSERT_TRUE(network);
    EXPECT_TRUE(network->contains(*AddressBytes::parse("10.1.2.3")));
}

TEST(HostOf, LeavesPortAndBracketsBehind) {
    for (const auto& [text, host] :
         {std::pair("[::1]:18789", "::1"), std::pair("[::1]", "::1"),
          std::pair(" LocalHost:18789 ", "localhost"), std::pair("localhost", "localhost"),
          std::pair("[FE80::1]:1", "fe80::1"), std::pair("", "")})
        EXPECT_EQ(host_of(text), host) << text;
}

}  // namespace
}  // namespace openclaw::access
