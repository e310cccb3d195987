#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/http/http.h"
#include "net/http/request_head.h"
#include "net/server/seats.h"
#include "net/stream/stream.h"
#include "net/stream/tls.h"
#include "net/websocket/websocket.h"

namespace openclaw::net {

// What one connection may cost. How large a body may be is said by whoever asks for it.
struct ServerLimits {
    std::size_t head_bytes = 16 * 1024;
    // Answers that the peer has not read: past it, the next request waits until it has. A body that is being
    // written waits at 64 KiB.
    std::size_t unread_bytes = 4 * 1024;
    Milliseconds head_deadline = std::chrono::seconds(10);  // whole head, TLS handshake included
    Milliseconds body_deadline = std::chrono::seconds(30);
    Milliseconds keep_alive = std::chrono::seconds(75);
    Milliseconds write_deadline = std::chrono::seconds(30);
    SeatLimits seats;
    std::size_t handshakes_a_turn = 2;  // of TLS, that begin in one turn of the loop
};

// A websocket and the place that its connection takes, a stranger's until it is proven.
struct Upgraded {
    std::unique_ptr<WebSocket> socket;
    std::unique_ptr<Seat> seat;
};

// One request and its answer. Exactly one of respond, start_stream or upgrade is called. The handler is
// called as soon as the head is there: a body is neither asked for nor kept before the handler wants it.
class Exchange {
public:
    virtual ~Exchange() = default;
    virtual const Request& request() const = 0;
    virtual const Peer& peer() const = 0;
    virtual bool over_tls() const = 0;
    // Requested when the client has gone or the server is being stopped. One that merely sends no more has
    // not gone: it waits for its answer, unless the kernel of this host, asked when that is seen, knows that
    // nobody holds its end any more.
    virtual Abort gone() const = 0;
    // The connection's place. The handler says when its caller has proven who it is.
    virtual Seat& seat() = 0;
    // The body, asked for with `100 Continue` where the client waits for that. Empty when there is none. A
    // refusal (413 past the bound, at once when the length was announced; 400, 408) may be answered by the
    // handler in its own words; where it just returns, the server answers it. Then the connection ends, as it
    // does behind an answer before which nobody has read a body that had not arrived.
    virtual Task<std::expected<std::string, Refusal>> read_body(std::size_t bytes_max) = 0;
    virtual Task<Result<void>> respond(Response response) = 0;
    // An answer of unknown length (chunked).
    virtual Task<Result<void>> start_stream(int status, Headers headers) = 0;
    virtual Task<Result<void>> write(std::string_view piece) = 0;
    virtual Task<Result<void>> finish() = 0;
    // Where a part of the answer waits for its reader, it fails at once and the connection ends. Else
    // nothing.
    virtual void cut_stalled() = 0;
    // Answers 101 to a valid RFC 6455 upgrade and hands the connection over; else an error, nothing sent.
    virtual Task<Result<Upgraded>> upgrade(WebSocketLimits limits) = 0;
};

using Handler = std::function<Task<void>(Exchange&)>;
// Told of TLS handshakes that came to nothing, but for those that somebody just left.
using HandshakeRefused = std::function<void(const Peer&, const Error&)>;
// The context for the next connection; null: it is served in plain.
using TlsSource = std::function<std::shared_ptr<TlsServerContext>()>;

// Refuses with 400 what two readers could read differently (request_head.h), with 408, 431, 501 and 505 what
// those mean, and closes. Where memory runs out, one exchange ends with 503, or its connection.
class HttpServer {
public:
    HttpServer(Loop& loop, ServerLimits limits, Handler handler, HandshakeRefused refused = {});
    ~HttpServer();
    // Serves a listener until stop(). Several listeners may share one server.
    void serve(std::unique_ptr<Listener> listener, TlsSource tls = {});
    // Closes kept connections between two requests.
    void close_idle_where(const std::function<bool(const Peer&)>& unwanted);
    // No new connections, idle ones closed; running exchanges get `grace`, then their `gone()` is requested.
    Task<void> stop(Milliseconds grace);
    std::size_t connections() const;  // that speak HTTP: a websocket is its new owner's
    const Seats& seats() const;

    struct Impl;

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace openclaw::net
