#pragma once

#include <string>
#include <string_view>

namespace openclaw::net {

// The one name that an address shares with all of its spellings and with those who are the same: this host's
// loopback addresses (127.0.0.0/8, within IPv6 too, and ::1) are one, IPv4 within IPv6 is IPv4, an IPv6
// address is its /64, which one household or host has for itself. What is no address, as that of a Unix
// socket, is "other". For counting, not for showing; short enough to need no memory.
std::string address_block(std::string_view address);
inline constexpr std::string_view loopback_block = "loopback";

}  // namespace openclaw::net
