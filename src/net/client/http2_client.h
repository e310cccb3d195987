#pragma once

#include <functional>
#include <memory>

#include "net/client/http_client_round_trip.h"
#include "net/stream/stream.h"

namespace openclaw::net {

// An HTTP/2 connection that carries many round trips at once. Source: RFC 9113. What the caller of one
// round trip leaves unread stays within that round trip's window and holds up nobody else. Closes itself
// after 60 to 120 s without a round trip. A round trip that the server says it hasn't begun (GOAWAY below its
// number, REFUSED_STREAM) may be repeated.
class Http2Connection {
public:
    // TLS has agreed on "h2" (or a test has).
    static std::shared_ptr<Http2Connection> start(Loop& loop, std::unique_ptr<Stream> stream,
                                                  std::size_t header_bytes_max);
    virtual ~Http2Connection() = default;
    // Whether another round trip can begin now: no end in sight and a stream is free.
    virtual bool accepts() const = 0;
    virtual bool idle() const = 0;  // carries no round trip
    virtual bool closed() const = 0;
    // The body of `request` is moved out, and back when the round trip fails or is to be repeated elsewhere.
    // The body of the answer keeps the connection alive.
    virtual Task<RoundTripResult> round_trip(ClientRequest& request, Abort abort) = 0;
};

}  // namespace openclaw::net
