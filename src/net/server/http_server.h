#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/http/http.h"
#include "net/stream/stream.h"
#include "net/stream/tls.h"
#include "net/websocket/websocket.h"

namespace openclaw::net {

struct ServerLimits {
    std::size_t head_bytes = 32 * 1024;
    std::size_t body_bytes = 8u << 20;
    Milliseconds head_deadline = std::chrono::seconds(10);  // whole head, TLS handshake included
    Milliseconds body_deadline = std::chrono::seconds(30);
    Milliseconds keep_alive = std::chrono::seconds(75);
    Milliseconds write_deadline = std::chrono::seconds(30);
    std::size_t connections = 4096;
};

// One request and its answer. Exactly one of respond, start_stream or upgrade is called.
class Exchange {
public:
    virtual ~Exchange() = default;
    virtual const Request& request() const = 0;
    virtual const Peer& peer() const = 0;
    virtual bool over_tls() const = 0;
    // Requested when the client has gone (its end was seen) or the server is being stopped.
    virtual Abort gone() const = 0;
    virtual Task<Result<void>> respond(Response response) = 0;
    // An answer of unknown length (chunked).
    virtual Task<Result<void>> start_stream(int status, Headers headers) = 0;
    virtual Task<Result<void>> write(std::string_view piece) = 0;
    virtual Task<Result<void>> finish() = 0;
    // Answers 101 to a valid RFC 6455 upgrade and hands the connection over; else an error, nothing sent.
    virtual Task<Result<std::unique_ptr<WebSocket>>> upgrade(WebSocketLimits limits) = 0;
};

using Handler = std::function<Task<void>(Exchange&)>;

// Refuses what can be read in two ways (request_head.h) with 400, and with 408, 413, 431, 501, 505 what those
// mean, and closes.
class HttpServer {
public:
    HttpServer(Loop& loop, ServerLimits limits, Handler handler);
    ~HttpServer();
    // Serves a listener until stop(). Several listeners may share one server.
    void serve(std::unique_ptr<Listener> listener, std::shared_ptr<TlsServerContext> tls = nullptr);
    // No new connections, idle ones closed; running exchanges get `grace`, then their `gone()` is requested.
    Task<void> stop(Milliseconds grace);
    std::size_t connections() const;

    struct Impl;

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace openclaw::net
