#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace openclaw::access {

// The 16 bytes of an address, IPv4 as IPv4-mapped, whatever way it was written.
struct AddressBytes {
    std::array<unsigned char, 16> bytes{};

    static std::optional<AddressBytes> parse(std::string_view text);  // nothing: not an address
    bool is_ipv4() const;
    bool is_loopback() const;  // 127.0.0.0/8, as IPv4 or within IPv6, and ::1
    bool operator==(const AddressBytes&) const = default;
};

// "10.0.0.0/8", "fd00::/8" or a single address.
class Network {
public:
    static std::optional<Network> parse(std::string_view text);
    bool contains(const AddressBytes& address) const;
    bool operator==(const Network&) const = default;

private:
    Network(AddressBytes base, unsigned bits) : base_(base), bits_(bits) {}
    AddressBytes base_;
    unsigned bits_;  // of 128
};

// "[::1]:18789" -> "::1", "localhost:18789" -> "localhost"
std::string host_of(std::string_view host_and_port);

}  // namespace openclaw::access
