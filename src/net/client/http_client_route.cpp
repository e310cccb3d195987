#include "net/client/http_client_route.h"

#include "net/client/http1_client.h"
#include "net/client/http_client_round_trip.h"

namespace openclaw::net {

std::string Route::key() const {
    std::string key = shared_proxy() ? std::string("proxy") : target.scheme + "://" + target.authority();
    if (proxy) key.append(" ").append(proxy->url.authority());
    return key;
}

Task<Result<std::unique_ptr<Stream>>> connect_route(Connecting how) {
    const Route& route = how.route;
    const Url& first = route.proxy ? route.proxy->url : route.target;
    auto stream =
        co_await connect_tcp(how.loop, {first.host, first.port}, time_until(how.end, how.loop), how.abort);
    if (!stream && route.proxy)
        co_return failed(stream.error(), "connecting to the proxy {}", first.authority());
    if (!stream) co_return failed(stream.error(), "connecting to {}", first.authority());
    if (!route.target.secure()) co_return stream;

    if (route.proxy) {
        auto subscription = how.abort.on_request([raw = stream->get()] { raw->close(); });
        auto opened = co_await open_tunnel(how.loop, **stream, route.target, *route.proxy,
                                           how.header_bytes_max, how.end);
        if (!opened) {
            co_return failed(opened.error(), "asking the proxy {} for {}", first.authority(),
                             route.target.authority());
        }
    }
    auto context = how.tls();
    if (!context) co_return failed(context.error(), "preparing TLS");
    auto secured = co_await (*context)->handshake(std::move(*stream), route.target.host,
                                                  time_until(how.end, how.loop), how.abort);
    if (!secured)
        co_return failed(secured.error(), "securing the connection to {}", route.target.authority());
    co_return secured;
}

}  // namespace openclaw::net
