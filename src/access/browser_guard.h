#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "net/http/http.h"
#include "net/stream/stream.h"

namespace openclaw::access {

// What the config says about who stands in front of us and which pages may call.
struct BrowserPolicy {
    std::vector<std::string> origins;          // gateway.controlUi.allowedOrigins, lower case
    std::vector<std::string> trusted_proxies;  // gateway.trustedProxies: addresses or networks
    static BrowserPolicy from(const config::Config& config);
};

// Why a request is refused before anybody asks who it is, or nothing. A page of another origin may not call
// us with a browser's help (cross-site requests), nor may a name that somebody pointed at this host (DNS
// rebinding): on loopback the Host must be localhost, an address, a *.ts.net name or an allowed origin's.
std::optional<std::string> refused_as_cross_site(const net::Headers& headers, const net::Peer& peer,
                                                 const BrowserPolicy& policy);

// Whose guesses are counted: the peer, or the client that a trusted proxy names. Headers of anybody else
// count for nothing.
std::string client_address(const net::Headers& headers, const net::Peer& peer, const BrowserPolicy& policy);

}  // namespace openclaw::access
