#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/client/http_client.h"
#include "net/http/http.h"
#include "net/loop/loop.h"

struct nghttp2_session;

namespace openclaw::net {

// One round trip on an HTTP/2 connection. The session writes it; `changed` wakes whoever reads it.
struct Http2RoundTrip {
    explicit Http2RoundTrip(Loop& loop) : changed(loop) {}

    std::int32_t id = 0;
    std::string request_body;
    std::size_t sent = 0;  // of the request's body
    int status = 0;
    Headers headers;
    std::size_t header_bytes = 0;
    bool has_head = false;
    std::string received;  // of the answer's body, not yet taken
    bool ended = false;    // the answer is complete
    bool closed = false;   // the stream is gone, complete or not
    bool may_repeat = false;
    std::optional<Error> error;
    std::uint64_t bytes_before = 0;  // what the connection had received when this began
    Event changed;
};

// The client side of HTTP/2 without input and output: bytes in, bytes out. Nothing here resumes a
// coroutine: the library's callbacks only mark round trips and notify.
class Http2Session {
public:
    Http2Session(Loop& loop, std::size_t header_bytes_max);
    ~Http2Session();
    Http2Session(const Http2Session&) = delete;
    Http2Session& operator=(const Http2Session&) = delete;

    // Moves the request's body out. Fails when the connection can't carry another round trip.
    Result<std::shared_ptr<Http2RoundTrip>> begin(ClientRequest& request);
    void taken(const Http2RoundTrip& round_trip, std::size_t bytes);  // opens its window again
    void reset(Http2RoundTrip& round_trip, Error why);
    void fail_all(const Error& error);  // the connection is gone

    Result<void> feed(std::string_view bytes);
    Result<std::string> output(std::size_t bytes_enough);  // empty when there is nothing to send
    bool accepts() const;
    bool finished() const;  // the connection has no further use
    std::size_t exchanges() const { return round_trips_.size(); }
    std::uint64_t bytes_received() const { return bytes_received_; }

private:
    struct Callbacks;
    Http2RoundTrip* find(std::int32_t id);

    Loop& loop_;
    std::size_t header_bytes_max_;
    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, std::shared_ptr<Http2RoundTrip>> round_trips_;
    std::uint64_t bytes_received_ = 0;
    bool going_away_ = false;
};

}  // namespace openclaw::net
