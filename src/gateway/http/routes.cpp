#include "gateway/http/routes.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "gateway/http/error_response.h"
#include "gateway/http/handlers.h"
#include "gateway/ws/serve_websocket.h"

namespace openclaw::gateway {

namespace {

constexpr std::array route_table = {
    Route{.method = "GET", .path = "/healthz", .needed = std::nullopt, .answer = http::healthz},
    Route{.method = "GET", .path = "/health", .needed = std::nullopt, .answer = http::healthz},
    Route{.method = "GET", .path = "/readyz", .needed = std::nullopt, .answer = http::readyz},
    Route{.method = "GET", .path = "/ready", .needed = std::nullopt, .answer = http::readyz},
    Route{.method = "POST",
          .path = "/v1/chat/completions",
          .needed = access::Scope::write,
          .answer = http::chat_completions},
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

net::Task<void> serve_route(Core& core, net::Exchange& exchange, const Route& route) {
    Visit visit{core, exchange, std::nullopt};
    if (route.needed) {
        auto principal = admit_visitor(core, exchange);
        if (!principal) {
            co_await exchange.respond(std::move(principal.error()));
            co_return;
        }
        if (!principal->may(*route.needed)) {
            co_await exchange.respond(
                api_error(403, fmt::format("missing scope: {}", name_of(*route.needed)), "MISSING_SCOPE"));
            co_return;
        }
        visit.principal = std::move(*principal);
    }
    co_await route.answer(visit);
}

net::Response wrong_method(const Route& known) {
    auto response = plain_response(405, "Method Not Allowed");
    response.headers.add("Allow", std::string(known.method));
    return response;
}

// HEAD is answered as GET; the server leaves the body out.
bool speaks(const Route& route, std::string_view method) {
    return route.method == method || (route.method == "GET" && method == "HEAD");
}

}  // namespace

std::span<const Route> all_routes() {
    return route_table;
}

net::Task<void> serve_exchange(Core& core, net::Exchange& exchange) {
    const auto& request = exchange.request();
    const auto path = request.path();
    const auto known = std::ranges::find(route_table, path, &Route::path);
    if (known != route_table.end() && !known->needed && speaks(*known, request.method) &&
        !is_upgrade(request)) {
        co_await serve_route(core, exchange, *known);
        co_return;
    }
    core.refresh();
    if (auto reason =
            access::refused_as_cross_site(request.headers, exchange.peer(), core.settings.browser)) {
        core.refusals.tell(core.parts.clock.steady(), "http", "refused {} remote={} reason={}",
                           printable(path), exchange.peer().address, *reason);
        co_await exchange.respond(api_error(403, *reason, "forbidden"));
        co_return;
    }
    if (is_upgrade(request)) {
        co_await serve_websocket(core, exchange);
    } else if (known == route_table.end()) {
        co_await exchange.respond(plain_response(404, "Not Found"));
    } else if (!speaks(*known, request.method)) {
        co_await exchange.respond(wrong_method(*known));
    } else {
        co_await serve_route(core, exchange, *known);
    }
}

}  // namespace openclaw::gateway
