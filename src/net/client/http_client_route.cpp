#include "net/client/http_client_route.h"

#include "net/client/http1_client.h"
#include "net/client/http_client_round_trip.h"
#include "net/client/socks5.h"

namespace openclaw::net {

std::string Route::key() const {
    std::string key = shared_proxy() ? std::string("proxy") : target.scheme + "://" + target.authority();
    if (proxy) key.append(" ").append(proxy->url.authority());
    return key;
}

namespace {

// To the proxy, and on to a secure target: a plain one is named in each request instead.
Task<Result<std::unique_ptr<Stream>>> connect_through_http(const Connecting& how) {
    const Url& proxy = how.route.proxy->url;
    auto stream =
        co_await connect_tcp(how.loop, {proxy.host, proxy.port}, time_until(how.end, how.loop), how.abort);
    if (!stream) co_return failed(stream.error(), "the proxy");
    if (how.route.shared_proxy()) co_return stream;
    auto subscription = how.abort.on_request([raw = stream->get()] { raw->close(); });
    auto opened = co_await open_tunnel(how.loop, **stream, how.route.target, *how.route.proxy,
                                       how.header_bytes_max, how.end);
    if (opened) co_return stream;
    co_return failed(opened.error(), "asking the proxy {} for {}", proxy.authority(),
                     how.route.target.authority());
}

Task<Result<std::unique_ptr<Stream>>> connect_directly(const Connecting& how) {
    const Url& target = how.route.target;
    return connect_tcp(how.loop, {target.host, target.port}, time_until(how.end, how.loop), how.abort);
}

Task<Result<std::unique_ptr<Stream>>> connect_plainly(const Connecting& how) {
    if (!how.route.proxy) return connect_directly(how);
    return how.route.proxy->socks() ? connect_through_socks5(how) : connect_through_http(how);
}

}  // namespace

Task<Result<std::unique_ptr<Stream>>> connect_route(Connecting how) {
    const Route& route = how.route;
    auto stream = co_await connect_plainly(how);
    if (!stream || !route.target.secure()) co_return stream;

    auto context = how.tls();
    if (!context) co_return failed(context.error(), "preparing TLS");
    auto secured = co_await (*context)->handshake(std::move(*stream), route.target.host,
                                                  time_until(how.end, how.loop), how.abort);
    if (!secured)
        co_return failed(secured.error(), "securing the connection to {}", route.target.authority());
    co_return secured;
}

}  // namespace openclaw::net
