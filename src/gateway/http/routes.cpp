#include "gateway/http/routes.h"

#include <array>

#include "base/text.h"
#include "gateway/http/error_response.h"
#include "gateway/http/handlers.h"
#include "gateway/http/page_exchange.h"

namespace openclaw::gateway {

namespace {

using access::Needs;
using access::open_to_all;
using access::open_to_strangers;
using access::Restricted;
using access::Scope;

constexpr BodyLimit conversation{1u << 20};

// The code of an invitation or the key of a certificate is what counts on /enrol: its handlers judge it.
constexpr std::array route_table = {
    Route{"GET", "/healthz", open_to_all, no_body, http::healthz},
    Route{"GET", "/health", open_to_all, no_body, http::healthz},
    Route{"GET", "/readyz", open_to_all, no_body, http::readyz},
    Route{"GET", "/ready", open_to_all, no_body, http::readyz},
    Route{"POST", "/v1/chat/completions", Needs::one_of(Scope::write, Scope::chat), conversation,
          http::chat_completions, Restricted::served},
    Route{"GET", "/enrol", open_to_strangers, no_body, http::enrol_page},
    Route{"GET", "/enrol/server-root.crt", open_to_strangers, no_body, http::enrol_server_root},
    Route{"POST", "/enrol/join", open_to_strangers, no_body, http::enrol_join},
    Route{"POST", "/enrol/renew", open_to_strangers, no_body, http::enrol_renew},
    Route{"POST", "/enrol/open", open_to_strangers, no_body, http::enrol_open},
    Route{"POST", "/enrol/wait", open_to_strangers, no_body, http::enrol_wait},
    Route{"POST", "/enrol/file", open_to_strangers, no_body, http::enrol_file},
};

bool is_upgrade(const net::Request& request) {
    const auto upgrade = request.headers.find("upgrade");
    return upgrade && equal_ignoring_case(trimmed(*upgrade), "websocket");
}

access::Offered offered_by(const RouteMeans& means, net::Exchange& exchange) {
    const auto& headers = exchange.request().headers;
    const auto& peer = exchange.peer();
    auto said = access::secret_of(headers);
    return {.secret = std::move(said.secret),
            .socket_owner = peer.owner,
            .certificate = peer.certificate,
            .passage = means.doorman.passage_of(headers, peer),
            .key = std::move(said.key),
            .several_secrets = said.several};
}

access::Judgement judge_caller(const RouteMeans& means, net::Exchange& exchange, const Serving& serving,
                               const access::Offered& offered) {
    const auto& request = exchange.request();
    const auto& peer = exchange.peer();
    return means.doorman.judge(offered,
                               {.surface = "http",
                                .verb = request.method,
                                .object = request.path(),
                                .client = access::client_of(request.headers),
                                .guesser = access::guesser_of(request.headers, peer, serving.browser)});
}

net::Response refusal_response(const access::Refused& refused) {
    if (refused.remark) return certificate_refused_response(*refused.remark);
    if (refused.key) return key_refused_response(*refused.key);
    if (refused.denial == access::Denial::keys_closed) return keys_closed_response();
    if (refused.denial == access::Denial::several_secrets) return several_secrets_response();
    return refused.wait ? too_many_guesses_response(*refused.wait) : unauthorized_response();
}

bool is_json(const net::Headers& headers) {
    const auto type = headers.find("content-type").value_or("");
    return equal_ignoring_case(trimmed(type.substr(0, type.find(';'))), "application/json");
}

// A form of any page could send a text with the certificate or the tailnet's address of whoever looks at it,
// but never JSON by that name.
bool could_be_a_form(const access::Principal& principal, const Route& route, const net::Request& request) {
    const bool comes_along =
        principal.proof() == access::Proof::certificate || principal.proof() == access::Proof::tailscale;
    return comes_along && route.body.bytes > 0 && !is_json(request.headers);
}

void note_denied(const Visit& visit, const access::Principal& principal, std::string_view reason) {
    const auto& peer = visit.exchange.peer();
    visit.means.doorman.note({.outcome = access::Outcome::denied,
                              .transport = peer.owner ? "socket" : "http",
                              .peer = peer.address,
                              .principal = principal.id(),
                              .verb = visit.exchange.request().method,
                              .what = visit.exchange.request().path(),
                              .reason = reason});
}

// False when the caller was refused, and answered.
net::Task<bool> judge(Visit& visit, const Route& route) {
    auto offered = offered_by(visit.means, visit.exchange);
    if (auto rules = visit.means.doorman.tailnet_for(offered))
        if (auto question = access::tailnet_question(visit.exchange.request().headers, visit.exchange.peer(),
                                                     visit.serving->browser))
            offered.tailnet = co_await visit.means.whois->ask(std::move(rules), std::move(*question));
    auto principal = judge_caller(visit.means, visit.exchange, *visit.serving, offered);
    if (!principal) {
        co_await visit.exchange.respond(refusal_response(principal.error()));
        co_return false;
    }
    visit.exchange.seat().prove();
    const auto permit = access::permit(*principal, route.needed, route.restricted);
    if (permit == access::Permit::missing_scope) {
        note_denied(visit, *principal, fmt::format("missing scope: {}", name_of(route.needed)));
        co_await visit.exchange.respond(
            api_error(403, fmt::format("missing scope: {}", name_of(route.needed)), "MISSING_SCOPE"));
        co_return false;
    }
    if (permit == access::Permit::restricted) {
        note_denied(visit, *principal, "not open to restricted clients");
        co_await visit.exchange.respond(
            api_error(403, "not open to clients that are restricted", "forbidden"));
        co_return false;
    }
    if (could_be_a_form(*principal, route, visit.exchange.request())) {
        note_denied(visit, *principal, "could be another page's form");
        co_await visit.exchange.respond(api_error(
            415, "without a secret, the Content-Type must be application/json", "invalid_request_error"));
        co_return false;
    }
    visit.call.emplace(*visit.means.open_calls, std::move(*principal));
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
    if (visit.call && visit.call->withdrawn().requested()) {  // while it was on its way
        co_await visit.exchange.respond(unauthorized_response());
        co_return false;
    }
    visit.body = std::move(*body);
    co_return true;
}

// False when it was refused, and answered: a key that sends the same again and again is in a loop.
net::Task<bool> let_through(Visit& visit) {
    const auto keys = visit.means.doorman.lock()->keys;
    if (!keys || !visit.call || visit.body.empty()) co_return true;
    const auto& principal = visit.call->principal();
    const auto limit = visit.serving->repeat_limit;
    const auto wait = keys->refuse_repeat(principal, visit.body, limit, visit.means.clock.steady());
    if (!wait) co_return true;
    visit.means.doorman.refusals().tell(
        visit.means.clock.steady(), "http",
        "refused {} {} remote={} reason={} sends the same over {} times a minute",
        visit.exchange.request().method, printable(visit.exchange.request().path()),
        visit.exchange.peer().address, principal.shown(), limit);
    co_await visit.exchange.respond(repeated_call_response(limit, *wait));
    co_return false;
}

net::Task<void> serve_route(const RouteMeans& means, net::Exchange& exchange, RouteMatch match) {
    const auto& route = *match.route;
    Visit visit{means, exchange, means.serving.take(), std::move(match.path)};
    if (route.needed.scope() && !co_await judge(visit, route)) co_return;
    // Who is let in no longer and doesn't read either would keep his answer for as long as a write may take.
    net::Abort::Subscription withdrawn;
    if (visit.call) withdrawn = visit.call->withdrawn().on_request([&exchange] { exchange.cut_stalled(); });
    if (!co_await read_body(visit, route.body)) co_return;
    if (!co_await let_through(visit)) co_return;
    co_await route.handler(visit);
}

// What programs ask, and pages of allowed origins may ask.
bool is_api(std::string_view path) {
    return path == "/v1" || path.starts_with("/v1/");
}

net::Response no_route_response(const NoRoute& none, std::string_view path) {
    if (is_api(path)) return none.methods.empty() ? no_endpoint_response() : no_method_response(none.methods);
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

namespace {

// Where a certificate is required, whoever shows none that counts learns nothing: neither whether the gateway
// is well nor what paths there are.
bool asks_everybody(const RouteMeans& means, const net::Peer& peer, const Route* route) {
    return !peer.owner && means.doorman.lock()->mode == access::AccessMode::mtls &&
           !(route && route->needed.open_to_strangers());
}

net::Task<void> serve_api(const RouteMeans& means, net::Exchange& exchange,
                          std::expected<RouteMatch, NoRoute> match) {
    const auto& request = exchange.request();
    if (match)
        co_await serve_route(means, exchange, std::move(*match));
    else if (is_preflight(request) && !match.error().methods.empty())
        co_await exchange.respond(preflight_response(request, match.error().methods));
    else
        co_await exchange.respond(no_route_response(match.error(), request.path()));
}

}  // namespace

net::Task<void> serve_exchange(const RouteMeans& means, net::Exchange& exchange) {
    const auto& request = exchange.request();
    const bool upgrade = is_upgrade(request);
    const auto origin = request.headers.find("origin");
    const bool by_page = !upgrade && origin && is_api(request.path());
    auto match = find_route(route_table, request.method, request.path());
    const bool closed = asks_everybody(means, exchange.peer(), match && !upgrade ? match->route : nullptr);
    if (!closed && !upgrade && !by_page && !match) {
        co_await exchange.respond(no_route_response(match.error(), request.path()));
        co_return;
    }
    if (!closed && !upgrade && match && !match->route->needed.scope()) {
        co_await serve_route(means, exchange, std::move(*match));
        co_return;
    }
    co_await means.reloader->up_to_date();
    auto serving = means.serving.take();
    const bool judged_later =
        upgrade ? exchange.peer().certificate != nullptr : match && match->route->needed.scope();
    if (closed && !judged_later) {
        if (auto judged = judge_caller(means, exchange, *serving, offered_by(means, exchange)); !judged) {
            co_await exchange.respond(refusal_response(judged.error()));
            co_return;
        }
    }
    if (auto reason = access::refused_as_cross_site(request.headers, exchange.peer(), serving->browser)) {
        means.doorman.note({.outcome = access::Outcome::refused,
                            .transport = upgrade ? "ws" : "http",
                            .peer = exchange.peer().address,
                            .verb = request.method,
                            .what = request.path(),
                            .reason = *reason});
        means.doorman.refusals().tell(means.clock.steady(), "http", "refused {} remote={} reason={}",
                                      printable(request.path()), exchange.peer().address, *reason);
        co_await exchange.respond(api_error(403, *reason, "forbidden"));
    } else if (upgrade) {
        co_await means.upgrade(exchange, std::move(serving));
    } else if (by_page && serving->browser.allows_page(*origin)) {
        PageExchange page(exchange, std::string(trimmed(*origin)));
        co_await serve_api(means, page, std::move(match));
    } else {
        co_await serve_api(means, exchange, std::move(match));
    }
}

}  // namespace openclaw::gateway
