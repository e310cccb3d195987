#include "access/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr unsigned ipv4_offset = 96;  // bits before an IPv4 address in IPv6

}  // namespace

std::optional<AddressBytes> AddressBytes::parse(std::string_view text) {
    const std::string copy(text);  // ends in a zero byte
    AddressBytes address;
    if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
    if (inet_pton(AF_INET, copy.c_str(), address.bytes.data() + 12) != 1) return std::nullopt;
    address.bytes[10] = address.bytes[11] = 0xff;
    return address;
}

bool AddressBytes::is_ipv4() const {
    return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto byte) { return byte == 0; }) &&
           bytes[10] == 0xff && bytes[11] == 0xff;
}

bool AddressBytes::is_loopback() const {
    if (is_ipv4()) return bytes[12] == 127;
    return bytes.back() == 1 &&
           std::all_of(bytes.begin(), bytes.end() - 1, [](auto byte) { return byte == 0; });
}

std::optional<Network> Network::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto base = AddressBytes::parse(text.substr(0, slash));
    if (!base) return std::nullopt;
    unsigned bits = 128;
    if (slash != std::string_view::npos) {
        const auto length = text.substr(slash + 1);
        const auto [end, problem] = std::from_chars(length.data(), length.data() + length.size(), bits);
        if (problem != std::errc() || end != length.data() + length.size()) return std::nullopt;
        if (text.find(':') == std::string_view::npos) bits += ipv4_offset;
        if (bits > 128) return std::nullopt;
    }
    return Network(*base, bits);
}

bool Network::contains(const AddressBytes& address) const {
    for (unsigned bit = 0; bit < bits_; ++bit)
        if (((base_.bytes[bit / 8] ^ address.bytes[bit / 8]) >> (7 - bit % 8)) & 1) return false;
    return true;
}

std::string host_of(std::string_view host_and_port) {
    const auto text = trimmed(host_and_port);
    if (text.starts_with('[')) return lowered(text.substr(1, text.find(']') - 1));
    return lowered(text.substr(0, text.find(':')));
}

}  // namespace openclaw::access
