#include "gateway/access/browser_guard.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"

namespace openclaw::gateway {

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

// "[::1]:18789" -> "::1", "localhost:18789" -> "localhost"
std::string host_name(std::string_view host) {
    host = trimmed(host);
    if (host.starts_with('[')) return lowered(host.substr(1, host.find(']') - 1));
    return lowered(host.substr(0, host.find(':')));
}

std::string_view authority_of(std::string_view origin) {
    const auto scheme = origin.find("://");
    return scheme == std::string_view::npos ? std::string_view{} : origin.substr(scheme + 3);
}

bool is_address(const std::string& text) {
    in6_addr buffer{};
    return inet_pton(AF_INET, text.c_str(), &buffer) == 1 || inet_pton(AF_INET6, text.c_str(), &buffer) == 1;
}

bool is_local_name(const std::string& name) {
    return name == "localhost" || name.ends_with(".localhost") || name.ends_with(".ts.net") ||
           is_address(name);
}

bool host_is_expected(std::string_view host, const BrowserPolicy& policy) {
    const auto name = host_name(host);
    return is_local_name(name) || std::ranges::any_of(policy.origins, [&](const std::string& origin) {
               return host_name(authority_of(origin)) == name;
           });
}

}  // namespace

BrowserPolicy BrowserPolicy::from(const config::Config& config) {
    return {.origins = texts_at(config, "gateway.controlUi.allowedOrigins"),
            .trusted_proxies = texts_at(config, "gateway.trustedProxies")};
}

std::optional<std::string> refused_as_cross_site(const net::Headers& headers, const net::Peer& peer,
                                                 const BrowserPolicy& policy) {
    const auto host = headers.find("host").value_or("");
    const bool behind_proxy = contains(policy.trusted_proxies, peer.address);
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

std::string client_address(const net::Headers& headers, const net::Peer& peer, const BrowserPolicy& policy) {
    if (!contains(policy.trusted_proxies, peer.address)) return peer.address;
    // The last entry that no trusted proxy added is the one that a trusted proxy saw.
    std::string forwarded;
    for (const auto& [name, value] : headers.fields())
        if (equal_ignoring_case(name, "x-forwarded-for")) forwarded += (forwarded.empty() ? "" : ",") + value;
    auto entries = split(forwarded, ',');
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        auto address = std::string(trimmed(*entry));
        if (!is_address(address)) address = host_name(address);
        if (is_address(address) && !contains(policy.trusted_proxies, address)) return address;
    }
    return peer.address;
}

}  // namespace openclaw::gateway
