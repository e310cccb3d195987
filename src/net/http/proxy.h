#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "net/http/http.h"

namespace openclaw::net {

// How a proxy is asked. Through socks5 the target's name is looked up here, through socks5h by the proxy.
enum class ProxyKind { http, socks5, socks5h };

// A proxy that requests go through.
struct Proxy {
    ProxyKind kind = ProxyKind::http;
    Url url = {};  // only host and port count
    // From the address's user info, as it goes over the wire: "Basic …", or the message of RFC 1929.
    std::optional<Secret> credentials = {};
    std::string variable = {};  // that names it: "HTTPS_PROXY"

    bool socks() const { return kind != ProxyKind::http; }
};

// Adds what proves us to the proxy, if anything: the header line, or the SOCKS5 message.
void add_credentials(std::string& message, const Proxy& proxy);

// Proxies from the environment, read as curl and undici do: HTTPS_PROXY for https targets, HTTP_PROXY for
// http ones, ALL_PROXY for those that have none, NO_PROXY for exceptions. The lower-case spelling wins,
// also when it is empty (that means: none). HTTP_PROXY in upper case is ignored under CGI, where a request
// header could set it. Proxies speak http:// (without a scheme too), socks5:// or socks5h://.
struct ProxySettings {
    // No proxy, one, or why the one that is named can't be used.
    std::optional<Result<Proxy>> for_http, for_https;
    std::vector<std::string> excluded;  // NO_PROXY entries

    using Lookup = std::function<std::optional<std::string>(std::string_view)>;
    static ProxySettings from(const Lookup& variable);
    // What can't be used, each variable once. Messages show no value: it may hold a password.
    std::vector<Error> problems() const;
};

// None for a target that NO_PROXY names, and none for this machine (localhost, *.localhost, 127.0.0.0/8,
// ::1): a proxy elsewhere can't reach it, and what we say to a local model server stays here. (curl and
// undici need NO_PROXY for that; Go does as we do.) `unavailable` where the proxy can't be used: it is never
// passed by.
Result<std::optional<Proxy>> find_proxy(const ProxySettings& settings, const Url& target);

// Whether a host is this machine by its name or address: localhost, *.localhost, 127.0.0.0/8, ::1.
bool is_this_machine(std::string_view host);

// Whether one NO_PROXY entry names the target: `*`, a name with its subdomains (`example.com`,
// `.example.com`, `*.example.com`), an IP literal or CIDR block, each but the last with an optional port.
bool excludes(std::string_view entry, const Url& target);

}  // namespace openclaw::net
