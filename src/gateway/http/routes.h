#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/core.h"
#include "net/http/route.h"
#include "net/server/http_server.h"

namespace openclaw::gateway {

// One HTTP request on its way to an answer. `principal` is set where the route needs one.
struct Visit {
    Core& core;
    net::Exchange& exchange;
    net::PathValues path;  // what stood in the holes of the route's pattern
    std::optional<access::Principal> principal = {};
    std::string body = {};
};
using RouteHandler = net::Task<void> (*)(Visit& visit);

// Who may call a route: whoever holds a scope, or everybody, which has to be said. There is no default.
struct OpenToAll {};
inline constexpr OpenToAll open_to_all;
struct Needs {
    access::Scope scope;
};
class RouteAccess {
public:
    constexpr RouteAccess(OpenToAll) {}
    constexpr RouteAccess(Needs needs) : scope_(needs.scope) {}
    bool open() const { return !scope_; }
    access::Scope scope() const { return *scope_; }

private:
    std::optional<access::Scope> scope_;
};

// What a body may weigh. A route that takes none reads none.
struct BodyLimit {
    std::size_t bytes;
};
inline constexpr BodyLimit no_body{0};

// What may be asked over HTTP, one line an endpoint. Of two that fit, the first is taken.
struct Route {
    std::string_view method;
    net::PathPattern path;
    RouteAccess access;
    BodyLimit body;
    RouteHandler answer;
};
std::span<const Route> all_routes();

struct RouteMatch {
    const Route* route;
    net::PathValues path;
};
struct NoRoute {
    std::string methods;  // those that the path knows, "GET, HEAD"; empty: there is no such path
};
// HEAD is answered as GET is; the server leaves the body out.
std::expected<RouteMatch, NoRoute> find_route(std::span<const Route> routes, std::string_view method,
                                              std::string_view path);

// Answers one exchange: the route is found, the caller judged, the body read and the handler called, in that
// order. What isn't in the table is 404, with nothing looked at but the head.
net::Task<void> serve_exchange(Core& core, net::Exchange& exchange);

}  // namespace openclaw::gateway
