#include "gateway/http/routes.h"

#include <array>

#include "base/text.h"
#include "gateway/http/error_response.h"
#include "gateway/http/handlers.h"
#include "gateway/ws/serve_websocket.h"

namespace openclaw::gateway {

namespace {

using access::Scope;

constexpr BodyLimit conversation{1u << 20};

constexpr std::array route_table = {
    Route{"GET", "/healthz", open_to_all, no_body, http::healthz},
    Route{"GET", "/health", open_to_all, no_body, http::healthz},
    Route{"GET", "/readyz", open_to_all, no_body, http::readyz},
    Route{"GET", "/ready", open_to_all, no_body, http::readyz},
    Route{"POST", "/v1/chat/completions", Needs{Scope::write}, conversation, http::chat_completions},
};

bool is_upgrade(const net::Request& request) {
    const auto upgrade = request.headers.find("upgrade");
    return upgrade && equal_ignoring_case(trimmed(*upgrade), "websocket");
}

std::optional<Secret> bearer_of(const net::Headers& headers) {
    const auto value = headers.find("authorization");
    if (!value) return std::nullopt;
    const auto text = trimmed(*value);
    if (text.size() < 8 || !equal_ignoring_case(text.substr(0, 7), "bearer ")) return std::nullopt;
    return Secret(trimmed(text.substr(7)));
}

std::expected<access::Principal, net::Response> admit_visitor(Core& core, const net::Exchange& exchange) {
    const auto& headers = exchange.request().headers;
    const auto address = client_address(headers, exchange.peer(), core.settings.browser);
    const auto& owner = exchange.peer().owner;
    const auto now = core.parts.clock.steady();
    const auto note = [&](access::Denial denial) {
        core.refusals.tell(now, "http", "refused {} {} remote={} reason={}", exchange.request().method,
                           printable(exchange.request().path()), address, name_of(denial));
    };
    if (!owner)
        if (auto wait = core.limiter.locked_for(address, now)) {
            note(access::Denial::too_many_guesses);
            return std::unexpected(too_many_guesses_response(*wait));
        }
    auto admitted =
        access::admit({.secret = bearer_of(headers), .socket_owner = owner}, core.settings.access);
    if (admitted) {
        core.limiter.record_success(address);
        return std::move(*admitted);
    }
    if (admitted.error() == access::Denial::wrong_secret) core.limiter.record_failure(address, now);
    note(admitted.error());
    return std::unexpected(unauthorized_response());
}

// False when the caller was refused, and answered.
net::Task<bool> judge(Visit& visit, access::Scope needed) {
    auto principal = admit_visitor(visit.core, visit.exchange);
    if (!principal) {
        co_await visit.exchange.respond(std::move(principal.error()));
        co_return false;
    }
    visit.exchange.seat().prove();
    if (!principal->may(needed)) {
        co_await visit.exchange.respond(
            api_error(403, fmt::format("missing scope: {}", name_of(needed)), "MISSING_SCOPE"));
        co_return false;
    }
    visit.principal = std::move(*principal);
    co_return true;
}

// False when it can't be had, and that was answered.
net::Task<bool> read_body(Visit& visit, BodyLimit limit) {
    if (limit.bytes == 0) co_return true;
    auto body = co_await visit.exchange.read_body(limit.bytes);
    if (!body) {
        const auto [status, reason] = body.error();
        if (status != 0) co_await visit.exchange.respond(api_error(status, reason, "invalid_request_error"));
        co_return false;
    }
    visit.body = std::move(*body);
    co_return true;
}

net::Task<void> serve_route(Core& core, net::Exchange& exchange, RouteMatch match) {
    const auto& route = *match.route;
    Visit visit{core, exchange, std::move(match.path)};
    if (!route.access.open() && !co_await judge(visit, route.access.scope())) co_return;
    if (!co_await read_body(visit, route.body)) co_return;
    co_await route.answer(visit);
}

net::Response no_route_response(const NoRoute& none) {
    if (none.methods.empty()) return plain_response(404, "Not Found");
    auto response = plain_response(405, "Method Not Allowed");
    response.headers.add("Allow", none.methods);
    return response;
}

bool speaks(const Route& route, std::string_view method) {
    return route.method == method || (route.method == "GET" && method == "HEAD");
}

void add_method(std::string& methods, std::string_view method) {
    if (!methods.empty()) methods += ", ";
    methods += method;
    if (method == "GET") methods += ", HEAD";
}

}  // namespace

std::span<const Route> all_routes() {
    return route_table;
}

std::expected<RouteMatch, NoRoute> find_route(std::span<const Route> routes, std::string_view method,
                                              std::string_view path) {
    NoRoute none;
    for (const auto& route : routes) {
        auto values = route.path.match(path);
        if (!values) continue;
        if (speaks(route, method)) return RouteMatch{&route, std::move(*values)};
        add_method(none.methods, route.method);
    }
    return std::unexpected(std::move(none));
}

net::Task<void> serve_exchange(Core& core, net::Exchange& exchange) {
    const auto& request = exchange.request();
    const bool upgrade = is_upgrade(request);
    auto match = find_route(route_table, request.method, request.path());
    if (!upgrade && !match) {
        co_await exchange.respond(no_route_response(match.error()));
        co_return;
    }
    if (!upgrade && match->route->access.open()) {
        co_await serve_route(core, exchange, std::move(*match));
        co_return;
    }
    core.refresh();
    if (auto reason =
            access::refused_as_cross_site(request.headers, exchange.peer(), core.settings.browser)) {
        core.refusals.tell(core.parts.clock.steady(), "http", "refused {} remote={} reason={}",
                           printable(request.path()), exchange.peer().address, *reason);
        co_await exchange.respond(api_error(403, *reason, "forbidden"));
    } else if (upgrade) {
        co_await serve_websocket(core, exchange);
    } else {
        co_await serve_route(core, exchange, std::move(*match));
    }
}

}  // namespace openclaw::gateway
