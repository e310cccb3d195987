#include "net/server/http_server.h"

#include <new>

#include "net/server/http_connection.h"

namespace openclaw::net {
namespace {

constexpr Milliseconds pause_without_memory{100};
// Connections that a listener takes in one turn: few enough that each is served before later ones could need
// its place, and those who are here already wait for few of them.
constexpr unsigned accepted_max = 4;

}  // namespace

struct HttpServer::Impl : ServerContext {
    Impl(Loop& owner, ServerLimits bounds, Handler what, HandshakeRefused tell)
        : ServerContext(owner, bounds, std::move(what), std::move(tell)), tasks(owner), changed(owner) {}

    TaskGroup tasks;
    Event changed;  // a connection has ended
    std::vector<Listener*> listeners;
    std::size_t connections = 0;

    struct Counted {
        explicit Counted(Impl& server) : owner(server) { ++owner.connections; }
        ~Counted() {
            --owner.connections;
            owner.changed.notify();
        }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;
        Impl& owner;
    };

    static Task<bool> accept_one(std::shared_ptr<Impl> self, Listener& listener, const TlsSource& tls);
    static Task<void> accept_all(std::shared_ptr<Impl> self, std::unique_ptr<Listener> listener,
                                 TlsSource tls);
    static Task<void> serve_one(std::shared_ptr<Impl> self, std::unique_ptr<Stream> stream,
                                std::unique_ptr<Seat> seat, std::shared_ptr<TlsServerContext> tls);
    // Every connection of the list, which may lose members meanwhile. All of them are busy afterwards.
    void for_each(List<HttpConnection>& list, void (*act)(HttpConnection&)) {
        List<HttpConnection> rest;
        rest.splice(list);
        while (auto* connection = rest.pop_front()) {
            busy.push_back(*connection);
            act(*connection);
        }
    }
    Task<void> make_room();
    Task<bool> wait_for_end(Milliseconds deadline);
};

// Among strangers one of the largest crowd goes; at the bound on all, the connection that has been idle
// longest. When all are busy, new ones wait in the kernel's queue.
Task<void> HttpServer::Impl::make_room() {
    if (seats->full_of_strangers()) seats->send_a_stranger_away();
    while (!stopping && seats->full()) {
        if (auto* oldest = idle.front())
            oldest->close();
        else
            seats->send_a_stranger_away();
        co_await seats->change();
    }
}

// One connection accepted and on its way. False when there will be no more.
Task<bool> HttpServer::Impl::accept_one(std::shared_ptr<Impl> self, Listener& listener,
                                        const TlsSource& tls) {
    auto stream = co_await listener.accept();
    if (!stream) co_return false;
    co_await self->make_room();
    if (self->stopping) co_return false;
    auto seat = std::make_unique<Seat>(self->seats, (*stream)->peer().address);
    self->tasks.spawn(serve_one(self, std::move(*stream), std::move(seat), tls ? tls() : nullptr));
    co_return true;
}

Task<void> HttpServer::Impl::accept_all(std::shared_ptr<Impl> self, std::unique_ptr<Listener> listener,
                                        TlsSource tls) {
    for (unsigned accepted = 1; !self->stopping; ++accepted) {
        bool exhausted = false;
        try {
            if (!co_await accept_one(self, *listener, tls)) break;
        } catch (const std::bad_alloc&) {
            exhausted = true;
        }
        if (exhausted) co_await self->loop.sleep(pause_without_memory);
        if (accepted % accepted_max == 0) co_await self->loop.next_turn();
    }
    std::erase(self->listeners, listener.get());
}

Task<void> HttpServer::Impl::serve_one(std::shared_ptr<Impl> self, std::unique_ptr<Stream> stream,
                                       std::unique_ptr<Seat> seat, std::shared_ptr<TlsServerContext> tls) {
    const Counted counted(*self);
    HttpConnection connection(*self, std::move(stream), std::move(seat));
    try {
        co_await connection.serve(std::move(tls));
    } catch (const std::bad_alloc&) {
        connection.close();  // what it held is free again, and the others go on
    }
}

Task<bool> HttpServer::Impl::wait_for_end(Milliseconds deadline) {
    auto until = time_after(deadline);
    while (connections > 0) {
        auto left = left_until(until);
        if (left == Milliseconds(0)) co_return false;
        co_await changed.wait_for(left);
    }
    co_return true;
}

HttpServer::HttpServer(Loop& loop, ServerLimits limits, Handler handler, HandshakeRefused refused)
    : impl_(std::make_shared<Impl>(loop, limits, std::move(handler), std::move(refused))) {}

HttpServer::~HttpServer() = default;

void HttpServer::close_idle_where(const std::function<bool(const Peer&)>& unwanted) {
    List<HttpConnection> all;
    all.splice(impl_->idle);
    while (auto* connection = all.pop_front()) {
        impl_->idle.push_back(*connection);
        if (unwanted(connection->peer())) connection->close();
    }
}

void HttpServer::serve(std::unique_ptr<Listener> listener, TlsSource tls) {
    impl_->listeners.push_back(listener.get());
    impl_->tasks.spawn(Impl::accept_all(impl_, std::move(listener), std::move(tls)));
}

Task<void> HttpServer::stop(Milliseconds grace) {
    auto self = impl_;
    constexpr Milliseconds last_words{1000};
    self->stopping = true;
    for (auto* listener : self->listeners) listener->close();
    self->seats->stop_waiting();
    self->for_each(self->idle, [](HttpConnection& connection) { connection.close(); });
    if (!co_await self->wait_for_end(grace)) {
        self->for_each(self->busy, [](HttpConnection& connection) { connection.request_gone(); });
        if (!co_await self->wait_for_end(last_words)) {
            self->for_each(self->busy, [](HttpConnection& connection) { connection.close(); });
        }
    }
    co_await self->tasks.join();
}

std::size_t HttpServer::connections() const {
    return impl_->connections;
}

const Seats& HttpServer::seats() const {
    return *impl_->seats;
}

}  // namespace openclaw::net
