#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/stream/stream.h"

namespace openclaw::net {

// One socket in the kernel's list of them (/proc/net/tcp, /proc/net/tcp6).
struct TcpSocket {
    TcpEnd own, peer;
    bool listens = false;
    // The kernel's number of it; 0 while no process holds it: a connection that nobody has accepted yet,
    // which has no owner.
    std::uint64_t number = 0;
    std::uint32_t user = 0;
};

// Nothing for a row that is none: the heading, a format that we don't know.
std::optional<TcpSocket> parse_tcp_row(std::string_view row);

// The users whose listening sockets a connection to `end` may reach: those bound to its very address, else
// those bound to all of IPv4, else those bound to all of IPv6. Empty: nobody listens there.
std::vector<std::uint32_t> listeners_at(std::span<const TcpSocket> sockets, const TcpEnd& end);

// The user whose process holds the other end of the connection from `own` to `peer`. Nothing: nobody has
// accepted it.
std::optional<std::uint32_t> holder_of(std::span<const TcpSocket> sockets, const TcpEnd& own,
                                       const TcpEnd& peer);

// Whether a connection never leaves this host, where the kernel lists both its ends.
bool stays_on_this_host(const Peer& peer, const TcpEnd& own);

// The sockets of this host (of its network namespace) that are bound to a port. Reads /proc at each call;
// `unavailable` where the kernel shows no such list.
Result<std::vector<TcpSocket>> tcp_sockets_at(std::uint16_t port);

}  // namespace openclaw::net
