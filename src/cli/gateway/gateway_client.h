#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"
#include "base/secret.h"
#include "cli/parser/command.h"
#include "net/http/http.h"
#include "net/loop/loop.h"
#include "net/loop/task.h"

namespace openclaw::net {
class WebSocket;
}

namespace openclaw::cli {

// What a command that talks to the gateway accepts; read with gateway_options().
namespace gateway_option {
inline constexpr Option url{
    .name = "--url", .value_name = "URL", .help = "Another gateway: ws://HOST:PORT or wss://HOST:PORT"};
inline constexpr Option token{
    .name = "--token",
    .value_name = "TOKEN",
    .help = "The gateway's token; other users may see it for a moment, so prefer --token-file",
    .secret = true};
inline constexpr Option token_file{.name = "--token-file",
                                   .value_name = "FILE",
                                   .help = "Read the gateway's token from a file ('-': standard input)",
                                   .completes = "file"};
inline constexpr Option password{
    .name = "--password",
    .value_name = "TEXT",
    .help = "The gateway's password; other users may see it for a moment, so prefer --password-file",
    .secret = true};
inline constexpr Option password_file{.name = "--password-file",
                                      .value_name = "FILE",
                                      .help = "Read the gateway's password from a file ('-': standard input)",
                                      .completes = "file"};
}  // namespace gateway_option

struct GatewayOptions {
    std::optional<std::string> url;
    std::optional<Secret> token, password;
    Milliseconds timeout = std::chrono::seconds(10);
};
// Reads the options above and, where the command has it, --timeout in milliseconds.
Result<GatewayOptions> gateway_options(Context& context, const Arguments& arguments);

// One way to a gateway, and what to prove ourselves with.
struct GatewayTarget {
    std::string socket;  // the admin socket's path; empty: by `url`. The kernel says who we are.
    net::Url url;
    std::optional<Secret> token, password;
    std::string described;  // "ws://127.0.0.1:18789", "~/.openclaw/gateway.sock"
    std::string secrets;    // "OPENCLAW_GATEWAY_TOKEN #3fa9c1d2, gateway.auth.token #77120acb"
};
// The admin socket of this state directory when it exists and no flag names another way; else --url; else
// gateway.remote.* when gateway.mode is remote; else this host's port with the secret that the daemon itself
// would use. A secret of this host's files is never sent to another host.
Result<GatewayTarget> resolve_target(Context& context, const GatewayOptions& options);

// A frame that the gateway sent.
struct GatewayResponse {
    std::string id;
    bool ok = false;
    json::value payload;
    Error error;  // when not ok
};
struct GatewayEvent {
    std::string name;
    json::object payload;
};
using GatewayFrame = std::variant<GatewayResponse, GatewayEvent>;
using OnEvent = std::function<void(const GatewayEvent&)>;

// A connection with the handshake done. One coroutine uses it; frames are taken in the order of arrival.
class GatewayClient {
public:
    // `unavailable`: nothing answers there. `denied`: it refused us; the hint names each secret's source and
    // fingerprint, and what to do. `timed_out`.
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

// Connects, asks one thing and leaves: for commands that need no more.
Result<json::value> ask_gateway(Context& context, const GatewayOptions& options, std::string method,
                                json::object params = {}, bool until_final = false);

// The text of a protocol error in one place: code and message of an ErrorShape.
Error error_of_frame(const json::object& error);

}  // namespace openclaw::cli
