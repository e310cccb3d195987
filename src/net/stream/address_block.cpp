#include "net/stream/address_block.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>
#include <span>

namespace openclaw::net {
namespace {

constexpr std::string_view other = "other";

std::string named(char kind, std::span<const unsigned char> bytes) {
    std::string name(1, kind);
    name.append(bytes.begin(), bytes.end());
    return name;
}

std::string block_of_v4(std::span<const unsigned char, 4> bytes) {
    return bytes[0] == 127 ? std::string(loopback_block) : named('4', bytes);
}

}  // namespace

std::string address_block(std::string_view address) {
    address = address.substr(0, address.find('%'));
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.empty() || address.size() >= text.size()) return std::string(other);
    std::memcpy(text.data(), address.data(), address.size());
    in_addr v4{};
    if (inet_pton(AF_INET, text.data(), &v4) == 1) {
        std::array<unsigned char, 4> bytes{};
        std::memcpy(bytes.data(), &v4, bytes.size());
        return block_of_v4(bytes);
    }
    in6_addr v6{};
    if (inet_pton(AF_INET6, text.data(), &v6) != 1) return std::string(other);
    if (IN6_IS_ADDR_LOOPBACK(&v6)) return std::string(loopback_block);
    const std::span<const unsigned char, 16> bytes(v6.s6_addr);
    return IN6_IS_ADDR_V4MAPPED(&v6) ? block_of_v4(bytes.last<4>()) : named('6', bytes.first<8>());
}

}  // namespace openclaw::net
