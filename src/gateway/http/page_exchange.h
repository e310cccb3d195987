#pragma once

#include "gateway/http/routes.h"

namespace openclaw::gateway {

// An exchange whose caller is a page of an allowed origin: every answer says so, for browsers let a page
// read only what names its origin. The rest is the exchange that it stands in front of, and that outlives it.
class PageExchange final : public net::Exchange {
public:
    PageExchange(net::Exchange& inner, std::string origin) : inner_(inner), origin_(std::move(origin)) {}

    const net::Request& request() const override { return inner_.request(); }
    const net::Peer& peer() const override { return inner_.peer(); }
    bool over_tls() const override { return inner_.over_tls(); }
    net::Abort gone() const override { return inner_.gone(); }
    net::Seat& seat() override { return inner_.seat(); }
    net::Task<std::expected<std::string, net::Refusal>> read_body(std::size_t bytes_max) override {
        return inner_.read_body(bytes_max);
    }
    net::Task<Result<void>> respond(net::Response response) override;
    net::Task<Result<void>> start_stream(int status, net::Headers headers) override;
    net::Task<Result<void>> write(std::string_view piece) override { return inner_.write(piece); }
    net::Task<Result<void>> finish() override { return inner_.finish(); }
    void cut_stalled() override { inner_.cut_stalled(); }
    net::Task<Result<net::Upgraded>> upgrade(net::WebSocketLimits limits) override {
        return inner_.upgrade(limits);
    }

private:
    net::Exchange& inner_;
    std::string origin_;
};

// A browser's question whether a page may send a request at all, asked before it, without a credential.
bool is_preflight(const net::Request& request);
// Yes, with the methods that the path knows and the headers that the page wants to send.
net::Response preflight_response(const net::Request& request, std::string_view methods);

}  // namespace openclaw::gateway
