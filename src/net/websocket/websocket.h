#pragma once

#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "net/http/http.h"
#include "net/stream/stream.h"

namespace openclaw::net {

struct WebSocketLimits {
    // Larger: close 1009, as soon as a frame's head announces it, fragments counted together.
    std::size_t message_bytes = 512 * 1024;
    // 1.5 MiB waiting to be sent: another message closes with 1008. One alone may be larger: how large is a
    // matter of whoever makes it. Pings beyond it get no pong.
    std::size_t buffered_bytes = std::size_t{3} << 19;
    Milliseconds write_deadline = std::chrono::seconds(30);
    // Pings and pongs of the peer in all: close 1008 beyond. Each costs him nothing and us an answer.
    std::size_t control_frames = std::numeric_limits<std::size_t>::max();
};

struct WebSocketMessage {
    std::string data;
    bool text = true;
};

struct WebSocketClose {
    int code = 1005;
    std::string reason;
};

// RFC 6455 over a stream, both roles. Text must be UTF-8 (1007). Pings are answered here.
class WebSocket {
public:
    virtual ~WebSocket() = default;
    // The next message; the error is `cancelled` after our own close, else `unavailable`, and
    // `closed_by_peer()` tells the peer's code. `timed_out` past the deadline; the socket stays usable.
    virtual Task<Result<WebSocketMessage>> receive(Milliseconds deadline) = 0;
    // Queues a text message and returns; what is queued in one turn of the loop leaves in one write. False
    // when the socket is closing or the bound was exceeded (then it closes itself with 1008 "slow consumer").
    virtual bool send(std::string text) = 0;
    virtual std::size_t buffered() const = 0;
    // From now on, for the messages that begin then too: a peer that has proven itself is trusted with more.
    virtual void set_limits(WebSocketLimits limits) = 0;
    virtual Task<void> drain() = 0;  // until everything queued has been written, or the socket is closed
    // Sends the close frame after what is queued and waits up to 1 s for the peer's.
    virtual Task<void> close(int code, std::string reason) = 0;
    virtual void abort() = 0;  // at once
    virtual const WebSocketClose& closed_by_peer() const = 0;
    virtual const Peer& peer() const = 0;
};

// Client side: sends the upgrade on a connected stream and checks the answer.
Task<Result<std::unique_ptr<WebSocket>>> websocket_handshake(Loop& loop, std::unique_ptr<Stream> stream,
                                                             Url url, Headers headers, WebSocketLimits limits,
                                                             Milliseconds deadline);

}  // namespace openclaw::net
