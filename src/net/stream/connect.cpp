#include <sys/socket.h>

#include <cerrno>

#include "net/loop/exhaustion.h"
#include "net/stream/address.h"
#include "net/stream/socket_stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace openclaw::net {
namespace {

using Addresses = std::vector<SocketAddress>;

std::string doing(const std::string& name) {
    return "connecting to " + name;
}

Task<Result<std::unique_ptr<Stream>>> connect_one(Loop& loop, SocketAddress address, std::string name,
                                                  Milliseconds deadline, Abort abort) {
    Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.open()) co_return std::unexpected(system_error(errno, doing(name)));
    bool local = address.family() == AF_UNIX;
    if (int on = 1; !local) setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

    int descriptor = socket.get();
    bool pending = false;
    if (::connect(descriptor, address.data(), address.size) != 0) {
        // A Unix socket whose queue is full says EAGAIN; there is nothing to wait for.
        if (errno != EINPROGRESS) co_return std::unexpected(system_error(errno, doing(name)));
        pending = true;
    }
    auto stream = std::make_unique<SocketStream>(loop, std::move(socket),
                                                 local ? peer_of_unix(descriptor) : peer_of(address));
    if (pending) {
        stream->expect_connection();
        auto subscription = abort.on_request([&] { stream->close(); });
        Wake wake = co_await stream->connected(time_after(deadline));
        if (abort.requested()) co_return fail(Code::cancelled, "{}: cancelled", doing(name));
        if (wake == Wake::timed_out) co_return fail(Code::timed_out, "{} took too long", doing(name));
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) co_return std::unexpected(system_error(error, doing(name)));
    }
    co_return std::move(stream);
}

}  // namespace

// getaddrinfo can't be called off: past the deadline its answer is dropped when it comes.
Task<Result<Addresses>> resolve(Loop& loop, TcpAddress address, Milliseconds deadline, Abort abort) {
    if (auto literal = parse_ip(address.host, address.port)) co_return Addresses{*literal};
    struct State {
        explicit State(Loop& owner) : done(owner) {}
        Result<Addresses> result = std::unexpected(out_of_memory());
        Event done;
    };
    auto state = std::make_shared<State>(loop);
    loop.submit([state, address] { state->result = resolve_blocking(address.host, address.port); },
                [state] { state->done.notify(); });
    if (!co_await state->done.wait_for(deadline, abort)) {
        if (abort.requested()) co_return fail(Code::cancelled, "resolving {}: cancelled", address.host);
        co_return fail(Code::timed_out, "resolving {} took too long", address.host);
    }
    co_return std::move(state->result);
}

Task<Result<std::unique_ptr<Stream>>> connect_tcp(Loop& loop, TcpAddress address, Milliseconds deadline,
                                                  Abort abort) {
    auto end = time_after(deadline);
    auto name = fmt::format("{}:{}", address.host, address.port);
    if (abort.requested()) co_return fail(Code::cancelled, "{}: cancelled", doing(name));
    auto addresses = co_await resolve(loop, address, deadline, abort);
    if (!addresses) co_return std::unexpected(addresses.error());

    std::optional<Error> last;
    for (std::size_t i = 0; i < addresses->size(); ++i) {
        // An address that swallows packets must leave time for those behind it.
        auto share = left_until(end) / static_cast<std::int64_t>(addresses->size() - i);
        auto stream = co_await connect_one(loop, (*addresses)[i], name, share, abort);
        if (stream || stream.error().code == Code::cancelled) co_return std::move(stream);
        last = std::move(stream.error());
    }
    if (!last) co_return fail(Code::unavailable, "{}: the name has no address", doing(name));
    co_return std::unexpected(std::move(*last));
}

Task<Result<std::unique_ptr<Stream>>> connect_unix(Loop& loop, UnixAddress address, Milliseconds deadline) {
    auto target = unix_address(address.path);
    if (!target) co_return std::unexpected(target.error());
    co_return co_await connect_one(loop, *target, address.path, deadline, Abort());
}

}  // namespace openclaw::net
