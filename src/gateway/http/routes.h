#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/doorman.h"
#include "access/permit.h"
#include "chat/chat.h"
#include "gateway/http/enrolment.h"
#include "gateway/http/open_calls.h"
#include "gateway/http/silence.h"
#include "gateway/serving/lifetime.h"
#include "gateway/serving/reloader.h"
#include "gateway/serving/serving.h"
#include "net/http/route.h"
#include "net/loop/loop_owned.h"
#include "net/server/http_server.h"

namespace openclaw::gateway {

// Takes over an exchange that asks for a websocket.
using UpgradeHandler = std::function<net::Task<void>(net::Exchange& exchange, ServingPointer serving)>;

// What answers over HTTP work with. Owned by the gateway, outlives every exchange.
struct RouteMeans {
    net::Loop& loop;
    net::TaskGroup& tasks;
    const Clock& clock;
    const Lifetime& life;
    const Swapped<Serving>& serving;
    access::Doorman& doorman;
    net::LoopOwned<access::TailnetWhois>& whois;
    net::LoopOwned<Reloader>& reloader;
    net::LoopOwned<OpenCalls>& open_calls;
    chat::Chat& chat;
    usage::Usage& usage;
    net::LoopOwned<Enrolment>& enrolment;
    UpgradeHandler upgrade;
    Silence silence = {};
};

// One HTTP request on its way to an answer.
struct Visit {
    const RouteMeans& means;
    net::Exchange& exchange;
    ServingPointer serving;             // as it stood when the request came
    net::PathValues path;               // what stood in the holes of the route's pattern
    std::optional<OpenCall> call = {};  // who asked, where the route is not open to all
    std::string body = {};
};
using RouteHandler = net::Task<void> (*)(Visit& visit);

// What a body may weigh. A route that takes none reads none.
struct BodyLimit {
    std::size_t bytes;
};
inline constexpr BodyLimit no_body{0};

// What may be asked over HTTP, one line an endpoint. Of two that fit, the first is taken.
struct Route {
    std::string_view method;
    net::PathPattern path;
    access::Needs needed;
    BodyLimit body;
    RouteHandler handler;
    access::Restricted restricted = access::Restricted::refused;
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
// order. What isn't in the table is 404, with nothing looked at but the head; of a page that calls what is
// under /v1 its origin is judged first. Pages of an allowed origin may call what is under /v1: their browsers
// are told so, before and with every answer.
net::Task<void> serve_exchange(const RouteMeans& means, net::Exchange& exchange);

}  // namespace openclaw::gateway
