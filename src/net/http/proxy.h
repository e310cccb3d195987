#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "net/http/http.h"

namespace openclaw::net {

// Proxies from the environment, read as curl and undici do: HTTPS_PROXY for https targets, HTTP_PROXY for
// http ones, ALL_PROXY for those that have none, NO_PROXY for exceptions. The lower-case spelling wins,
// also when it is empty (that means: none). HTTP_PROXY in upper case is ignored under CGI, where a request
// header could set it. Proxies speak http:// (without a scheme too); https:// and socks ones are refused
// rather than passed by.
struct ProxySettings {
    std::optional<Url> for_http;
    std::optional<Url> for_https;
    // "Basic …", from the proxy URL's user info
    std::optional<Secret> http_authorization, https_authorization;
    std::vector<std::string> excluded;  // NO_PROXY entries

    using Lookup = std::function<std::optional<std::string>(std::string_view)>;
    static Result<ProxySettings> from(const Lookup& variable);
};

// The proxy that a request goes through.
struct Proxy {
    Url url;
    std::optional<Secret> authorization;
};

// None for a target that NO_PROXY names, and none for this machine (localhost, *.localhost, 127.0.0.0/8,
// ::1): a proxy elsewhere can't reach it, and what we say to a local model server stays here. (curl and
// undici need NO_PROXY for that; Go does as we do.)
std::optional<Proxy> find_proxy(const ProxySettings& settings, const Url& target);

// Whether one NO_PROXY entry names the target: `*`, a name with its subdomains (`example.com`,
// `.example.com`, `*.example.com`), an IP literal or CIDR block, each but the last with an optional port.
bool excludes(std::string_view entry, const Url& target);

}  // namespace openclaw::net
