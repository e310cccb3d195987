#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/network.h"
#include "access/scope.h"
#include "config/config.h"
#include "net/http/http.h"
#include "net/stream/stream.h"

namespace openclaw::access {

// What the config says of proxies that say who is calling: gateway.trustedProxies and
// gateway.auth.trustedProxy.*.
struct ProxyRules {
    std::vector<Network> networks;
    std::string user_header;
    std::vector<std::string> required_headers;
    std::vector<std::string> users;  // of whom alone is believed; empty: whoever the proxy lets through
    bool allow_loopback = false;     // any program on this host could say that it is the proxy
    std::map<std::string, Scopes, std::less<>>
        scopes;  // gateway.auth.identityScopes, by user in small letters

    static ProxyRules from(const config::Config& config);
    bool trusts(const std::string& address) const;
    bool allows(std::string_view user) const;  // without a difference of case, as addresses of mail are
    // Of a user without an entry: what talking takes, and nothing that rules.
    Scopes scopes_of(std::string_view user) const;
    bool operator==(const ProxyRules&) const = default;
};

// Scopes by user, in small letters, as gateway.auth.identityScopes gives them.
std::map<std::string, Scopes, std::less<>> identity_scopes(const config::Config& config);
Scopes scopes_of_identity(const std::map<std::string, Scopes, std::less<>>& scopes, std::string_view user);

// How a request came, and what its headers say: nothing of it is believed before the peer is known.
struct Passage {
    std::string peer;          // the address of the connection's other end
    bool loopback = false;     // which is on this host
    bool forwarded = false;    // headers say that somebody passed it on
    std::string user = {};     // what the user header says, if there is one and no more than one
    std::string missing = {};  // the first required header that isn't there
};
// `rules` null: no header names a user.
Passage passage_of(const net::Headers& headers, const net::Peer& peer, const ProxyRules* rules);

}  // namespace openclaw::access
