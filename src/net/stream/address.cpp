#include "net/stream/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

namespace openclaw::net {
namespace {

template <class T>
T as(const SocketAddress& address) {
    T value{};
    std::memcpy(&value, &address.storage, sizeof value);
    return value;
}

template <class T>
SocketAddress stored(const T& value, std::size_t size = sizeof(T)) {
    SocketAddress address;
    std::memcpy(&address.storage, &value, size);
    address.size = static_cast<socklen_t>(size);
    return address;
}

void fill_ipv4(Peer& peer, in_addr address) {
    std::array<char, INET_ADDRSTRLEN> text{};
    peer.address = inet_ntop(AF_INET, &address, text.data(), text.size());
    peer.loopback = (ntohl(address.s_addr) >> 24) == 127;
}

void fill_ipv6(Peer& peer, const in6_addr& address) {
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        in_addr inner{};
        std::memcpy(&inner, &address.s6_addr[12], sizeof inner);
        return fill_ipv4(peer, inner);
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    peer.address = inet_ntop(AF_INET6, &address, text.data(), text.size());
    peer.loopback = IN6_IS_ADDR_LOOPBACK(&address);
}

Code code_of(int number) {
    switch (number) {
        case EADDRINUSE:
            return Code::busy;
        case EACCES:
        case EPERM:
            return Code::denied;
        case ETIMEDOUT:
            return Code::timed_out;
        case EADDRNOTAVAIL:
        case EINVAL:
        case ENAMETOOLONG:
            return Code::invalid_input;
        default:
            return Code::unavailable;
    }
}

}  // namespace

std::optional<SocketAddress> parse_ip(const std::string& literal, std::uint16_t port) {
    sockaddr_in v4{};
    if (inet_pton(AF_INET, literal.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        return stored(v4);
    }
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET6, literal.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        return stored(v6);
    }
    return std::nullopt;
}

Result<SocketAddress> unix_address(const std::string& path) {
    sockaddr_un address{};
    if (path.empty() || path.size() >= sizeof address.sun_path || path.find('\0') != std::string::npos) {
        return hinted(fail(Code::invalid_input, "{} can't be the path of a socket: {} bytes, at most {}",
                           path, path.size(), sizeof address.sun_path - 1),
                      "use a state directory with a shorter path");
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return stored(address);
}

Result<std::vector<SocketAddress>> resolve_blocking(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    int status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (status != 0) {
        return hinted(fail(Code::unavailable, "resolving {}: {}", host, gai_strerror(status)),
                      "check the name and the network connection");
    }
    std::vector<SocketAddress> addresses;
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
        SocketAddress address;
        std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
        address.size = entry->ai_addrlen;
        addresses.push_back(address);
    }
    freeaddrinfo(found);
    return addresses;
}

Peer peer_of(const SocketAddress& address) {
    Peer peer;
    if (address.family() == AF_INET) {
        auto v4 = as<sockaddr_in>(address);
        peer.port = ntohs(v4.sin_port);
        fill_ipv4(peer, v4.sin_addr);
    } else if (address.family() == AF_INET6) {
        auto v6 = as<sockaddr_in6>(address);
        peer.port = ntohs(v6.sin6_port);
        fill_ipv6(peer, v6.sin6_addr);
    }
    return peer;
}

Peer peer_of_unix(int descriptor) {
    Peer peer;
    peer.loopback = true;
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
        peer.owner = Peer::Owner(credentials.uid, credentials.gid, credentials.pid);
    }
    return peer;
}

Error system_error(int number, const std::string& doing) {
    std::array<char, 128> buffer{};
    std::string reason = strerror_r(number, buffer.data(), buffer.size());
    if (!reason.empty()) reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    return Error{code_of(number), doing + ": " + reason, {}};
}

}  // namespace openclaw::net
