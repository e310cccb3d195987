#include "gateway/http/error_response.h"
#include "gateway/http/handlers.h"

namespace openclaw::gateway::http {

namespace {

net::Response with_no_store(net::Response response) {
    response.headers.add("Cache-Control", "no-store");
    return response;
}

}  // namespace

net::Task<void> healthz(Visit& visit) {
    net::Response live{.status = 200, .headers = {}, .body = R"({"ok":true,"status":"live"})"};
    live.headers.add("Content-Type", "application/json; charset=utf-8");
    live.headers.add("Cache-Control", "no-store");
    co_await visit.exchange.respond(std::move(live));
}

// Says why not, by names that give nothing away to somebody who isn't known.
net::Task<void> readyz(Visit& visit) {
    json::array failing;
    if (visit.means.life.stopping) failing.emplace_back("stopping");
    const bool ready = failing.empty();
    co_await visit.exchange.respond(with_no_store(json_response(
        ready ? 200 : 503, json::object{{"ready", ready},
                                        {"failing", std::move(failing)},
                                        {"uptimeMs", visit.means.life.uptime(visit.means.clock).count()}})));
}

}  // namespace openclaw::gateway::http
