#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/client/answer_frames.h"
#include "gateway/client/target.h"
#include "net/loop/loop.h"
#include "net/loop/task.h"

namespace openclaw::net {
class WebSocket;
}

namespace openclaw::gateway {

// A connection with the handshake done. One coroutine uses it; frames are taken in the order of arrival.
class GatewayClient {
public:
    // `unavailable`: nothing answers there. `denied`: it refused us; the hint names each secret's source and
    // fingerprint, and what to do; or what answers on this host is a stranger's program (AnsweringUser), to
    // which nothing was sent. `timed_out`.
    static net::Task<Result<std::unique_ptr<GatewayClient>>> connect(net::Loop& loop, GatewayTarget target,
                                                                     Milliseconds timeout);
    ~GatewayClient();

    std::string send(std::string_view method, json::object params);  // gives the request's id
    net::Task<Result<GatewayFrame>> receive(Milliseconds deadline);
    // Sends and waits for the answer; events that come meanwhile go to `on_event`. With `until_final` an
    // answer whose status is "accepted" is waited past (method `agent`).
    net::Task<Result<json::value>> call(std::string method, json::object params, Milliseconds deadline,
                                        OnEvent on_event = {}, bool until_final = false);
    net::Task<void> close();

    const json::object& hello() const { return hello_; }  // the payload of hello-ok
    const GatewayTarget& target() const { return target_; }

private:
    GatewayClient(std::unique_ptr<net::WebSocket> socket, GatewayTarget target);

    std::unique_ptr<net::WebSocket> socket_;
    GatewayTarget target_;
    json::object hello_;
    int requests_ = 0;
};

}  // namespace openclaw::gateway
