#include "net/server/http_server.h"

#include "net/server/http_connection.h"

namespace openclaw::net {

struct HttpServer::Impl : ServerContext {
    Impl(Loop& owner, ServerLimits bounds, Handler what)
        : ServerContext(owner, bounds, std::move(what)), tasks(owner), changed(owner) {}

    TaskGroup tasks;
    Event changed;  // a connection has ended
    std::vector<Listener*> listeners;
    std::size_t connections = 0;

    static Task<void> accept_all(std::shared_ptr<Impl> self, std::unique_ptr<Listener> listener,
                                 std::shared_ptr<TlsServerContext> tls);
    static Task<void> serve_one(std::shared_ptr<Impl> self, std::unique_ptr<Stream> stream,
                                std::shared_ptr<TlsServerContext> tls);
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

// At the bound the connection that has been idle longest goes; when all are busy, new ones wait in the
// kernel's queue.
Task<void> HttpServer::Impl::make_room() {
    while (connections >= limits.connections && !stopping) {
        if (auto* oldest = idle.front()) oldest->close();
        co_await changed.wait();
    }
}

Task<void> HttpServer::Impl::accept_all(std::shared_ptr<Impl> self, std::unique_ptr<Listener> listener,
                                        std::shared_ptr<TlsServerContext> tls) {
    while (!self->stopping) {
        auto stream = co_await listener->accept();
        if (!stream) break;
        co_await self->make_room();
        if (self->stopping) break;
        ++self->connections;
        self->tasks.spawn(serve_one(self, std::move(*stream), tls));
    }
    std::erase(self->listeners, listener.get());
}

Task<void> HttpServer::Impl::serve_one(std::shared_ptr<Impl> self, std::unique_ptr<Stream> stream,
                                       std::shared_ptr<TlsServerContext> tls) {
    {
        HttpConnection connection(*self, std::move(stream));
        co_await connection.serve(std::move(tls));
    }
    --self->connections;
    self->changed.notify();
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

HttpServer::HttpServer(Loop& loop, ServerLimits limits, Handler handler)
    : impl_(std::make_shared<Impl>(loop, limits, std::move(handler))) {}

HttpServer::~HttpServer() = default;

void HttpServer::serve(std::unique_ptr<Listener> listener, std::shared_ptr<TlsServerContext> tls) {
    impl_->listeners.push_back(listener.get());
    impl_->tasks.spawn(Impl::accept_all(impl_, std::move(listener), std::move(tls)));
}

Task<void> HttpServer::stop(Milliseconds grace) {
    auto self = impl_;
    constexpr Milliseconds last_words{1000};
    self->stopping = true;
    for (auto* listener : self->listeners) listener->close();
    self->changed.notify();
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

}  // namespace openclaw::net
