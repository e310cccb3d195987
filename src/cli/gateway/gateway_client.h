#pragma once

#include <string>

#include "cli/parser/command.h"
#include "gateway/client/ask.h"
#include "gateway/client/gateway_client.h"

namespace openclaw::cli {

using gateway::GatewayClient;
using gateway::GatewayEvent;
using gateway::GatewayFrame;
using gateway::GatewayResponse;
using gateway::GatewayTarget;
using gateway::OnEvent;
using GatewayOptions = gateway::ClientOptions;

// What a command that talks to the gateway accepts; read with gateway_options().
namespace gateway_option {
inline constexpr Option url{.name = "--url",
                            .value_name = "URL",
                            .help = "Another gateway: ws://HOST:PORT or wss://HOST:PORT",
                            .excludes = "--local"};
inline constexpr Option token{
    .name = "--token",
    .value_name = "TOKEN",
    .help = "The gateway's token; other users may see it for a moment, so prefer --token-file",
    .secret = true,
    .excludes = "--local"};
inline constexpr Option token_file{.name = "--token-file",
                                   .value_name = "FILE",
                                   .help = "Read the gateway's token from a file ('-': standard input)",
                                   .completes = "file",
                                   .excludes = "--local"};
inline constexpr Option password{
    .name = "--password",
    .value_name = "TEXT",
    .help = "The gateway's password; other users may see it for a moment, so prefer --password-file",
    .secret = true,
    .excludes = "--local"};
inline constexpr Option password_file{.name = "--password-file",
                                      .value_name = "FILE",
                                      .help = "Read the gateway's password from a file ('-': standard input)",
                                      .completes = "file",
                                      .excludes = "--local"};
}  // namespace gateway_option

// Reads the options above and, where the command has it, --timeout in milliseconds.
Result<GatewayOptions> gateway_options(Context& context, const Arguments& arguments);

// What this command knows of where it runs; loads the config.
gateway::ClientHost client_host(Context& context);
// See gateway/client.
Result<GatewayTarget> resolve_target(Context& context, const GatewayOptions& options);
// Which gateway a command asks, with what proof, and what of this host's config decided that.
void print_gateway_target(Context& context, const GatewayOptions& options);
Result<json::value> ask_gateway(Context& context, const GatewayOptions& options, std::string method,
                                json::object params = {}, bool until_final = false);

}  // namespace openclaw::cli
