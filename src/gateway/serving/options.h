#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/gateway_secret.h"
#include "config/config.h"

namespace openclaw::gateway {

// The flags of `gateway run`.
struct Options {
    std::optional<std::string> port;  // as typed
    std::optional<std::string> bind;  // loopback, lan, auto, custom, tailnet
    access::SecretFlags secret;
};

// Where the gateway listens and where that was said.
struct Endpoint {
    std::uint16_t port = 18789;
    std::string port_source;             // "--port", "OPENCLAW_GATEWAY_PORT", "gateway.port", "default"
    std::vector<std::string> addresses;  // literals; the first must be free, the others are welcome
    std::string bind = "loopback";
    bool loopback_only = true;
};

// Port: flag, environment, config, 18789. Shared with the command line, which connects there. A bind is
// never widened as a fallback: what can't be bound is an error.
Result<Endpoint> resolve_endpoint(const config::Config& config, const Options& options);

// Another port for a gateway beside the one at `port`: twenty on, as far as the reference wants them apart.
std::uint16_t port_apart_from(std::uint16_t port);
// What to do where another program holds the port.
std::string taken_port_hint(std::uint16_t port);

}  // namespace openclaw::gateway
