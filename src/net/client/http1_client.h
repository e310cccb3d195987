#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/client/http_client_round_trip.h"
#include "net/http/proxy.h"
#include "net/stream/stream.h"

namespace openclaw::net {

// The head of a request as it goes over the wire. To a plain http target through an HTTP proxy the whole
// address goes into the request line, and the proxy's credentials go along.
std::string http1_head(const ClientRequest& request, const Proxy* proxy);

// One round trip on a connected stream.
struct Http1Call {
    Loop& loop;
    std::unique_ptr<Stream> stream;
    bool reused = false;  // the stream has been waiting in the pool
    const ClientRequest& request;
    std::string head;
    std::size_t header_bytes_max;
    Abort abort;
    // Gets the stream back once the answer is complete and the connection may carry another round trip.
    std::function<void(std::unique_ptr<Stream>)> give_back;
};

// Sends the request and reads the answer's head. The request and the call's loop outlive this call, the
// loop also the body.
Task<RoundTripResult> round_trip_http1(Http1Call call);

// Asks an HTTP proxy for a tunnel to `target` on a stream just connected.
Task<Result<void>> open_tunnel(Loop& loop, Stream& stream, const Url& target, const Proxy& proxy,
                               std::size_t header_bytes_max, std::chrono::steady_clock::time_point end);

}  // namespace openclaw::net
