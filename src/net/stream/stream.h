#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/loop/loop.h"

namespace openclaw::net {

struct Peer;
Peer peer_of_unix(int descriptor);
class PeerCertificate;  // peer_certificate.h

// Who is at the other end, as the kernel and TLS prove it, never as they say.
struct Peer {
    std::string address;  // canonical: "127.0.0.1", "::1", IPv4-mapped as IPv4; empty for a Unix socket
    std::uint16_t port = 0;
    bool loopback = false;
    // Who opened a Unix socket. It lets people in without a secret, so only what asks the kernel makes one.
    class Owner {
    public:
        std::uint32_t uid() const { return uid_; }
        std::uint32_t gid() const { return gid_; }
        std::int32_t pid() const { return pid_; }

    private:
        friend Peer peer_of_unix(int descriptor);
        Owner(std::uint32_t uid, std::uint32_t gid, std::int32_t pid) : uid_(uid), gid_(gid), pid_(pid) {}
        std::uint32_t uid_, gid_;
        std::int32_t pid_;
    };
    std::optional<Owner> owner;  // SO_PEERCRED of a Unix socket
    // Of which the TLS handshake showed that the peer has the key; null: none.
    std::shared_ptr<const PeerCertificate> certificate = nullptr;
};

// One end of a TCP connection, or of a socket that listens for one.
struct TcpEnd {
    std::string address;  // canonical, as in Peer; empty for a Unix socket
    std::uint16_t port = 0;
    bool operator==(const TcpEnd&) const = default;
};

// What of a connection has come to its end. Who sends no more may still read.
enum class PeerEnd { sending, everything };

// A connected byte stream: TCP, Unix socket, or TLS over either. One reader and one writer at a time.
// Every wait has a deadline (relative); past it the call fails with `timed_out`. After close(), pending
// and later calls fail with `cancelled`.
class Stream {
public:
    virtual ~Stream() = default;
    // At least one byte, or 0 at the peer's orderly end. A torn TLS connection is an error, not an end.
    virtual Task<Result<std::size_t>> read(std::span<char> buffer, Milliseconds deadline) = 0;
    // Until bytes (or the end) are there, without holding a buffer: for idle connections.
    virtual Task<Result<void>> wait_readable(Milliseconds deadline) = 0;
    // All of it into the outgoing buffer, waiting while that is full (64 KiB); an error may therefore show
    // only in a later call. What is written in one turn of the loop leaves in one system call.
    virtual Task<Result<void>> write(std::string_view bytes, Milliseconds deadline) = 0;
    // The same without waiting, for writers with a bound of their own. A peer that takes nothing for
    // `deadline` breaks the stream with `timed_out`.
    virtual void queue(std::string_view bytes, Milliseconds deadline) = 0;
    virtual std::size_t queued() const = 0;                       // bytes that wait to leave
    virtual Task<Result<void>> drain(Milliseconds deadline) = 0;  // until all has left
    virtual Task<void> shutdown() = 0;  // drains, sends our end (TLS close_notify, FIN), bounded to 1 s
    virtual void close() = 0;           // what can leave at once does
    // Calls back on the loop, unread bytes or not, when the peer sends no more, and when the connection has
    // come to its end on both sides or is torn; once for each.
    virtual void on_peer_end(std::move_only_function<void(PeerEnd)> callback) = 0;
    virtual const Peer& peer() const = 0;
    virtual TcpEnd own_end() const { return {}; }    // of TCP
    virtual std::string alpn() const { return {}; }  // "h2", "http/1.1" or empty
};

// Where a listener or a client connects.
struct TcpAddress {
    std::string host;  // name or literal
    std::uint16_t port = 0;
};
struct UnixAddress {
    std::string path;
};

Task<Result<std::unique_ptr<Stream>>> connect_tcp(Loop& loop, TcpAddress address, Milliseconds deadline,
                                                  Abort abort = {});
Task<Result<std::unique_ptr<Stream>>> connect_unix(Loop& loop, UnixAddress address, Milliseconds deadline);

// Accepts connections. Sockets are TCP_NODELAY, SO_REUSEADDR, CLOEXEC, non-blocking.
class Listener {
public:
    virtual ~Listener() = default;
    // `cancelled` after close(). Out of descriptors: waits and goes on, never spins.
    virtual Task<Result<std::unique_ptr<Stream>>> accept() = 0;
    virtual void close() = 0;
    virtual std::uint16_t port() const = 0;
};

// Fails with `busy` when the port is taken, `denied` when it is not ours to take.
Result<std::unique_ptr<Listener>> listen_tcp(Loop& loop, const std::string& literal_address,
                                             std::uint16_t port);
// Creates the socket with mode 0600 in a folder that must be ours; replaces a dead one, never a live one
// (`busy`).
Result<std::unique_ptr<Listener>> listen_unix(Loop& loop, const std::string& path);

}  // namespace openclaw::net
