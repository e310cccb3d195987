#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/form.h"
#include "net/loop/loop.h"
#include "net/server/http_server.h"

namespace openclaw::test {

// A token endpoint on loopback that rotates refresh tokens and notices each that is sent twice.
class TokenServer {
public:
    struct Answer {
        int status = 200;
        std::string body = {};
        bool cuts = false;  // no answer at all
    };
    explicit TokenServer(net::Loop& loop)
        : loop_(loop), server_(std::in_place, loop, net::ServerLimits{}, [this](net::Exchange& exchange) {
              return serve(exchange);
          }) {
        auto listener = net::listen_tcp(loop, "127.0.0.1", 0);
        port_ = (*listener)->port();
        server_->serve(std::move(*listener));
    }
    ~TokenServer() { loop_.run_until(server_->stop(Milliseconds(0))); }

    std::string url() const { return fmt::format("http://127.0.0.1:{}/token", port_); }
    std::string config(std::string_view more = "") const {
        return fmt::format(
            R"(auth: {{oauth: {{providers: {{lab: {{clientId: "c", tokenEndpoint: "{}"{}}}}}}}}})", url(),
            more);
    }

    std::deque<Answer> script;         // before the usual one
    std::function<void()> on_request;  // after a request arrived, before it is answered
    std::vector<std::string> spent;    // refresh tokens as they came
    std::size_t reused() const { return spent.size() - std::set(spent.begin(), spent.end()).size(); }

private:
    net::Task<void> serve(net::Exchange& exchange) {
        const auto body = co_await exchange.read_body(64 * 1024);
        const auto fields = body ? parse_form(*body) : std::nullopt;
        if (!fields) co_return;
        spent.emplace_back(only_value(*fields, "refresh_token").value_or(""));
        if (on_request) on_request();
        Answer answer{
            .body = fmt::format(
                R"({{"access_token":"access-{0}","refresh_token":"refresh-{0}","expires_in":3600}})",
                spent.size() + 1)};
        if (!script.empty()) {
            answer = script.front();
            script.pop_front();
        }
        if (answer.cuts) co_return;
        (void)co_await exchange.respond({.status = answer.status,
                                         .headers = {{"content-type", "application/json"}},
                                         .body = answer.body});
    }

    net::Loop& loop_;
    std::optional<net::HttpServer> server_;
    std::uint16_t port_ = 0;
};

}  // namespace openclaw::test
