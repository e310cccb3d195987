#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/http/http.h"
#include "net/http/proxy.h"
#include "net/loop/abort.h"
#include "net/stream/stream.h"
#include "net/stream/tls.h"

namespace openclaw::net {

struct Deadlines {
    Milliseconds connect = std::chrono::seconds(10);      // name, TCP, proxy and TLS together
    Milliseconds first_byte = std::chrono::seconds(120);  // from the request's last byte to the answer's head
    Milliseconds idle = std::chrono::seconds(90);         // between two pieces of the body
};

struct ClientRequest {
    std::string method = "GET";
    Url url = {};
    Headers headers = {};  // Host, Content-Length and Connection are set by the client
    std::string body = {};
    Deadlines deadlines = {};
    int redirects_max = 0;  // 307 and 308 that are followed, to the same origin only
    // For what must not be sent twice: on a connection of its own, never again by itself, and asked when that
    // connection stands, before a byte of the request may leave. An error here is the request's, and nothing
    // is sent; a request that failed without having asked was not sent either.
    std::function<Task<Result<void>>()> before_sending = {};
};

// The body of an answer as it arrives. Destroyed early, it ends the round trip (and the connection, unless
// HTTP/2 can cancel only the stream).
class ResponseBody {
public:
    virtual ~ResponseBody() = default;
    // The next piece, decoded (chunked), empty where what came gives none yet; empty optional at the end. A
    // connection that ends before the announced end is `unavailable`; past the idle deadline `timed_out`;
    // aborted `cancelled`.
    virtual Task<Result<std::optional<std::string>>> next() = 0;
};

struct ClientResponse {
    int status = 0;
    Headers headers;
    std::unique_ptr<ResponseBody> body;
};

// All of it, or `too_large`.
Task<Result<std::string>> read_all(ResponseBody& body, std::size_t bytes_max);

// One pooled client for the whole program. HTTP/1.1, and HTTP/2 where TLS negotiates it. Idle connections
// are kept 60 s, at most 8 per host. A request is sent again only when a pooled connection turned out
// closed before any byte of the answer, or when an HTTP/2 server says that it has not begun it; at most
// once. Redirects are answers, unless the request wants them followed: then the same request goes to the same
// scheme, host and port again.
class HttpClient {
public:
    struct Options {
        ProxySettings proxy = {};
        TlsClientContext::Options tls = {};
        std::size_t header_bytes_max = 64 * 1024;
    };
    HttpClient(Loop& loop, Options options);
    ~HttpClient();

    // Errors: `invalid_input` (header with a line break), `unavailable` (name, connection, torn, not HTTP),
    // `denied` (certificate, proxy credentials), `too_large` (the answer's header), `timed_out`, `cancelled`.
    // The message names host and stage, never a header. Asks for no content coding; one that the server uses
    // all the same is taken off (decoded_body.h).
    Task<Result<ClientResponse>> send(ClientRequest request, Abort abort = {});

    struct Impl;

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace openclaw::net
