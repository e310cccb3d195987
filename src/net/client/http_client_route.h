#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/http/http.h"
#include "net/http/proxy.h"
#include "net/stream/stream.h"
#include "net/stream/tls.h"

namespace openclaw::net {

// How to get to a server. Connections that took the same route are interchangeable.
struct Route {
    Url target;  // only scheme, host and port count
    std::optional<Proxy> proxy;

    // Plain http through an HTTP proxy: one connection to the proxy serves all targets.
    bool shared_proxy() const { return proxy && !proxy->socks() && !target.secure(); }
    std::string key() const;
};

// Connects: TCP, then a proxy's tunnel, then TLS, all until `end`. `tls` is asked only for https targets.
struct Connecting {
    Loop& loop;
    Route route;
    std::function<Result<std::shared_ptr<TlsClientContext>>()> tls;
    std::size_t header_bytes_max;
    std::chrono::steady_clock::time_point end;
    Abort abort;
};
Task<Result<std::unique_ptr<Stream>>> connect_route(Connecting how);

}  // namespace openclaw::net
