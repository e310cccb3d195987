#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "gateway/core.h"
#include "net/server/http_server.h"

namespace openclaw::gateway {

// One HTTP request on its way to an answer. `principal` is set where the route needs one.
struct Visit {
    Core& core;
    net::Exchange& exchange;
    std::optional<access::Principal> principal;
};
using RouteHandler = net::Task<void> (*)(Visit& visit);

// What may be asked over HTTP: method, path, the scope it takes (none: open to all), who answers.
struct Route {
    std::string_view method;
    std::string_view path;
    std::optional<access::Scope> needed;
    RouteHandler answer = nullptr;
};
std::span<const Route> all_routes();

// Answers one exchange: probes first, then websocket upgrades, then the table. Nothing of a body is parsed
// before the caller is known. Everything that isn't in the table is 404.
net::Task<void> serve_exchange(Core& core, net::Exchange& exchange);

}  // namespace openclaw::gateway
