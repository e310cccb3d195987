#pragma once

#include <functional>
#include <memory>

#include "net/client/http_client_exchange.h"
#include "net/stream/stream.h"

namespace openclaw::net {

// An HTTP/2 connection that carries many exchanges at once. Source: RFC 9113. What the caller of one
// exchange leaves unread stays within that exchange's window and holds up nobody else. Closes itself after
// 60 to 120 s without an exchange. An exchange that the server says it hasn't begun (GOAWAY below its
// number, REFUSED_STREAM) may be repeated.
class Http2Connection {
public:
    // TLS has agreed on "h2" (or a test has).
    static std::shared_ptr<Http2Connection> start(Loop& loop, std::unique_ptr<Stream> stream,
                                                  std::size_t header_bytes_max);
    virtual ~Http2Connection() = default;
    // Whether another exchange can begin now: no end in sight and a stream is free.
    virtual bool accepts() const = 0;
    virtual bool idle() const = 0;  // carries no exchange
    virtual bool closed() const = 0;
    // The body of `request` is moved out, and back when the exchange fails. The body of the answer keeps
    // the connection alive.
    virtual Task<ExchangeResult> exchange(ClientRequest& request, Abort abort) = 0;
};

}  // namespace openclaw::net
