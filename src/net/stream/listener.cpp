#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "net/stream/address.h"
#include "net/stream/socket_stream.h"

namespace openclaw::net {
namespace {

constexpr int backlog = 4096;
constexpr int unsent_max = 32 * 1024;  // that the kernel keeps for a peer who takes nothing
constexpr Milliseconds pause_without_descriptors{100};

class SocketListener final : public Listener, private Watch {
public:
    SocketListener(Loop& loop, Descriptor socket, std::uint16_t port, std::string path)
        : loop_(loop),
          socket_(std::move(socket)),
          acceptable_(loop.impl()),
          port_(port),
          path_(std::move(path)) {
        loop_.impl().watch(socket_.get(), *this);
        struct stat info{};
        if (!path_.empty() && ::lstat(path_.c_str(), &info) == 0) inode_ = info.st_ino;
    }
    ~SocketListener() override { SocketListener::close(); }

    Task<Result<std::unique_ptr<Stream>>> accept() override;
    void close() override;
    std::uint16_t port() const override { return port_; }

private:
    void ready(std::uint32_t) override {
        acceptable_.ready = true;
        acceptable_.wake(Wake::ready);
    }
    std::unique_ptr<Stream> stream_of(Descriptor socket, const SocketAddress& address) const;
    void remove_path() const;

    Loop& loop_;
    Descriptor socket_;
    Side acceptable_;
    std::uint16_t port_;
    std::string path_;
    ino_t inode_ = 0;
    Abort closed_;
};

bool out_of_descriptors(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

Task<Result<std::unique_ptr<Stream>>> SocketListener::accept() {
    while (socket_.open()) {
        SocketAddress address;
        address.size = sizeof address.storage;
        Descriptor socket(
            ::accept4(socket_.get(), address.data(), &address.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket.open()) co_return stream_of(std::move(socket), address);
        if (out_of_descriptors(errno)) {
            co_await loop_.sleep(pause_without_descriptors, closed_);
        } else if (errno == EAGAIN) {
            acceptable_.ready = false;
            co_await acceptable_.wait_until(SteadyTime::max());
        }  // anything else was that one connection's misfortune
    }
    co_return fail(Code::cancelled, "the listener was closed");
}

std::unique_ptr<Stream> SocketListener::stream_of(Descriptor socket, const SocketAddress& address) const {
    auto peer = path_.empty() ? peer_of(address) : peer_of_unix(socket.get());
    return std::make_unique<SocketStream>(loop_, std::move(socket), std::move(peer));
}

void SocketListener::close() {
    if (!socket_.open()) return;
    loop_.impl().unwatch(socket_.get());
    remove_path();
    socket_.reset();
    closed_.request();
    acceptable_.wake(Wake::cancelled);
}

void SocketListener::remove_path() const {
    struct stat info{};
    if (!path_.empty() && ::lstat(path_.c_str(), &info) == 0 && info.st_ino == inode_) {
        ::unlink(path_.c_str());
    }
}

Result<Descriptor> bound(const SocketAddress& address, const std::string& doing) {
    Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.open()) return std::unexpected(system_error(errno, doing));
    int on = 1;
    if (address.family() == AF_UNIX) {
        // The mode that the socket has before bind() is the one its file gets: nobody else can slip in.
        ::fchmod(socket.get(), 0600);
    } else {
        setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        // Accepted sockets inherit these.
        setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        setsockopt(socket.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_max, sizeof unsent_max);
    }
    // "::" would take IPv4 as well and clash with a listener of its own for it.
    if (address.family() == AF_INET6) setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (::bind(socket.get(), address.data(), address.size) != 0 || ::listen(socket.get(), backlog) != 0) {
        return std::unexpected(system_error(errno, doing));
    }
    return socket;
}

std::string folder_of(const std::string& path) {
    auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> check_folder(const std::string& folder) {
    struct stat info{};
    if (::stat(folder.c_str(), &info) != 0) {
        return std::unexpected(system_error(errno, "looking at " + folder));
    }
    if (info.st_uid != ::geteuid()) {
        return fail(Code::denied, "{} belongs to somebody else: no socket is created there", folder);
    }
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return hinted(fail(Code::denied, "others can write to {}: no socket is created there", folder),
                      "chmod 700 " + folder);
    }
    return {};
}

// Removes a socket file that nobody listens on any more. Anything else at that path stays.
Result<void> clear_path(const std::string& path, const SocketAddress& address) {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0) return {};
    if (!S_ISSOCK(info.st_mode)) return fail(Code::busy, "{} is in the way: it is not a socket", path);
    Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!probe.open()) return std::unexpected(system_error(errno, "looking at " + path));
    if (::connect(probe.get(), address.data(), address.size) == 0 || errno != ECONNREFUSED) {
        return fail(Code::busy, "{} is in use by another process", path);
    }
    if (::unlink(path.c_str()) != 0) return std::unexpected(system_error(errno, "removing " + path));
    return {};
}

}  // namespace

Result<std::unique_ptr<Listener>> listen_tcp(Loop& loop, const std::string& literal_address,
                                             std::uint16_t port) {
    auto address = parse_ip(literal_address, port);
    if (!address) return fail(Code::invalid_input, "{} is not an IP address", literal_address);
    auto socket = bound(*address, fmt::format("listening on {} port {}", literal_address, port));
    if (!socket) return std::unexpected(socket.error());
    SocketAddress actual;
    actual.size = sizeof actual.storage;
    ::getsockname(socket->get(), actual.data(), &actual.size);
    return std::make_unique<SocketListener>(loop, std::move(*socket), peer_of(actual).port, std::string());
}

Result<std::unique_ptr<Listener>> listen_unix(Loop& loop, const std::string& path) {
    auto address = unix_address(path);
    if (!address) return std::unexpected(address.error());
    if (auto ours = check_folder(folder_of(path)); !ours) return std::unexpected(ours.error());
    if (auto clear = clear_path(path, *address); !clear) return std::unexpected(clear.error());
    auto socket = bound(*address, "listening on " + path);
    if (!socket) return std::unexpected(socket.error());
    return std::make_unique<SocketListener>(loop, std::move(*socket), 0, path);
}

}  // namespace openclaw::net
