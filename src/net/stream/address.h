#pragma once

#include <sys/socket.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "net/stream/stream.h"

// Socket addresses, for the .cpp files of net/ only.
namespace openclaw::net {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage); }
    int family() const { return storage.ss_family; }
};

std::optional<SocketAddress> parse_ip(const std::string& literal, std::uint16_t port);
// Fails when the path is longer than the system allows (107 bytes).
Result<SocketAddress> unix_address(const std::string& path);
// getaddrinfo: blocks, so it is for the pool.
Result<std::vector<SocketAddress>> resolve_blocking(const std::string& host, std::uint16_t port);
// The same on the pool, until the deadline; a literal is its own answer.
Task<Result<std::vector<SocketAddress>>> resolve(Loop& loop, TcpAddress address, Milliseconds deadline,
                                                 Abort abort);

Peer peer_of(const SocketAddress& address);
Peer peer_of_unix(int descriptor);  // SO_PEERCRED: the only place where an owner comes from

// An error for a failed system call: "connecting to x: connection refused".
Error system_error(int number, const std::string& doing);

}  // namespace openclaw::net
