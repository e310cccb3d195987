#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/network.h"
#include "config/config.h"
#include "net/http/http.h"
#include "net/stream/stream.h"

namespace openclaw::access {

// What the config says about who stands in front of us and which pages may call.
struct BrowserPolicy {
    std::vector<std::string> origins;  // gateway.controlUi.allowedOrigins, canonical (config::page_origin)
    // The names in it, also those that stand there alone, and those of the certificate that the gateway
    // shows.
    std::vector<std::string> hosts;
    std::vector<Network> proxies;  // gateway.trustedProxies; what can't be read matches nobody
    bool trusts(std::string_view address) const;
    bool allows_page(std::string_view origin) const;  // of the origins above exactly one
    // `own_names`: of that certificate, lower case.
    static BrowserPolicy from(const config::Config& config, const std::vector<std::string>& own_names = {});
};

// Why a request is refused before anybody asks who it is, or nothing. A page of another origin may not call
// us with a browser's help (cross-site requests), nor may a name that somebody pointed at this host (DNS
// rebinding): on loopback the Host must be localhost, an address, a *.ts.net name, one of the gateway's own
// certificate or an allowed one. The words show what would have to be written.
//
// A certificate is sent along by the browser whoever asked it to, as a cookie is: a form, an image or a
// script of any page carries it. So where one was shown, an Origin that is ours has our scheme too, and what
// a browser marks as coming from another site is refused even without one, unless it is somebody following a
// link.
std::optional<std::string> refused_as_cross_site(const net::Headers& headers, const net::Peer& peer,
                                                 const BrowserPolicy& policy);

// Whether a Host is one by which no page of others could have come: localhost, an address, a *.ts.net name,
// one of the gateway's own certificate or an allowed one.
bool host_is_expected(std::string_view host, const BrowserPolicy& policy);
// Whether a browser marks a request as another page's. Another port of this host is another site to us,
// whatever browsers call it.
bool was_sent_by_another_page(const net::Headers& headers);

}  // namespace openclaw::access
