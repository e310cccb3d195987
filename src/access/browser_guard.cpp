#include "access/browser_guard.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::access {

namespace {

std::vector<std::string> texts_at(const config::Config& config, std::string_view path) {
    std::vector<std::string> found;
    const auto* value = config.find(path);
    if (!value || !value->is_array()) return found;
    for (const auto& item : value->get_array())
        if (item.is_string()) found.push_back(lowered(trimmed(item.get_string())));
    return found;
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::ranges::find(list, text) != list.end();
}

std::string_view authority_of(std::string_view origin) {
    const auto scheme = origin.find("://");
    return scheme == std::string_view::npos ? std::string_view{} : origin.substr(scheme + 3);
}

bool is_local_name(const std::string& name) {
    return name == "localhost" || name.ends_with(".localhost") || name.ends_with(".ts.net") ||
           AddressBytes::parse(name).has_value();
}

bool host_is_expected(std::string_view host, const BrowserPolicy& policy) {
    const auto name = host_of(host);
    return is_local_name(name) || std::ranges::any_of(policy.origins, [&](const std::string& origin) {
               return host_of(authority_of(origin)) == name;
           });
}

}  // namespace

BrowserPolicy BrowserPolicy::from(const config::Config& config) {
    BrowserPolicy policy{.origins = texts_at(config, "gateway.controlUi.allowedOrigins"), .proxies = {}};
    for (const auto& text : texts_at(config, "gateway.trustedProxies"))
        if (const auto network = Network::parse(text)) policy.proxies.push_back(*network);
    return policy;
}

bool BrowserPolicy::trusts(std::string_view address) const {
    const auto bytes = AddressBytes::parse(address);
    return bytes &&
           std::ranges::any_of(proxies, [&](const Network& network) { return network.contains(*bytes); });
}

std::optional<std::string> refused_as_cross_site(const net::Headers& headers, const net::Peer& peer,
                                                 const BrowserPolicy& policy) {
    const auto host = headers.find("host").value_or("");
    const bool behind_proxy = policy.trusts(peer.address);
    if (peer.loopback && !behind_proxy && !host_is_expected(host, policy))
        return "host not allowed (use localhost, or allow the name in gateway.controlUi.allowedOrigins)";
    const auto origin = headers.find("origin");
    if (!origin) return std::nullopt;
    const auto page = lowered(trimmed(*origin));
    if (!authority_of(page).empty() && authority_of(page) == lowered(host)) return std::nullopt;
    if (contains(policy.origins, page)) return std::nullopt;
    return "origin not allowed (open the page from the gateway's own address, or allow it in "
           "gateway.controlUi.allowedOrigins)";
}

}  // namespace openclaw::access
