#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/commands/connect/block.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// Where a client reaches the gateway of this host, and what it has to trust.
struct GatewayPlace {
    std::string host;
    std::uint16_t port = 0;
    bool tls = false;
    bool loopback_only = false;  // programs elsewhere don't reach it
    bool listens = true;         // somebody does there now, as far as the kernel says
    bool named = true;           // whether the certificate, where there is one, names the host
    bool of_our_authority = false;
    platform::Path authority = {};         // the file of our own, where the certificate is of it
    std::string known_by = {};             // SHA-256 of the authority's key, hex; empty without TLS
    std::vector<std::string> others = {};  // by which it is reached as well

    std::string url(std::string_view scheme) const;  // "http": "https://nas.local:18789"
};
// As the config says it, whether or not the gateway runs. `host`: the one that was asked for.
Result<GatewayPlace> gateway_place(Context& context, const config::Config& config,
                                   const std::optional<std::string>& host);

// What a person should know of the way there, a sentence each.
std::vector<std::string> notes_on(const GatewayPlace& place);

}  // namespace openclaw::cli
