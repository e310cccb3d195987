#include "access/browser_guard.h"

#include <algorithm>

#include "base/text.h"
#include "config/settings/page_origin.h"
#include "config/texts.h"

namespace openclaw::access {

namespace {

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

// What to write for it to be let in, where it can be written at all.
std::string shown(const std::optional<std::string>& form, std::string_view otherwise) {
    constexpr std::size_t shown_max = 100;
    return form && form->size() <= shown_max ? *form : std::string(otherwise);
}

}  // namespace

bool host_is_expected(std::string_view host, const BrowserPolicy& policy) {
    const auto name = host_of(host);
    return is_local_name(name) || contains(policy.hosts, name);
}

bool was_sent_by_another_page(const net::Headers& headers) {
    const auto site = lowered(trimmed(headers.find("sec-fetch-site").value_or("none")));
    const bool ours = site == "none" || site == "same-origin";
    return !ours && lowered(trimmed(headers.find("sec-fetch-mode").value_or(""))) != "navigate";
}

BrowserPolicy BrowserPolicy::from(const config::Config& config, const std::vector<std::string>& own_names) {
    BrowserPolicy policy{.origins = {}, .hosts = own_names, .proxies = {}};
    for (const auto& text : config::texts_at(config, "gateway.controlUi.allowedOrigins")) {
        if (auto origin = config::page_origin(text)) {
            policy.hosts.push_back(host_of(authority_of(*origin)));
            policy.origins.push_back(std::move(*origin));
        } else if (const auto host = config::host_name(text)) {
            policy.hosts.push_back(host_of(*host));
        }
    }
    for (const auto& text : config::texts_at(config, "gateway.trustedProxies"))
        if (const auto network = Network::parse(text)) policy.proxies.push_back(*network);
    return policy;
}

bool BrowserPolicy::allows_page(std::string_view origin) const {
    const auto page = config::page_origin(origin);
    return page && contains(origins, *page);
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
        return fmt::format(
            "host not allowed (use localhost, or add \"{}\" to gateway.controlUi.allowedOrigins)",
            shown(config::host_name(host), "gateway.example.com"));
    const bool by_certificate = peer.certificate != nullptr;
    const auto origin = headers.find("origin");
    if (!origin) {
        if (by_certificate && was_sent_by_another_page(headers))
            return "sent by a page of another site (open the gateway's own page)";
        return std::nullopt;
    }
    const auto page = lowered(trimmed(*origin));
    const bool ours = !authority_of(page).empty() && authority_of(page) == lowered(host);
    if (ours && (!by_certificate || page.starts_with("https://"))) return std::nullopt;
    if (policy.allows_page(page)) return std::nullopt;
    return fmt::format(
        "origin not allowed (open the page from the gateway's own address, or add \"{}\" to "
        "gateway.controlUi.allowedOrigins)",
        shown(config::page_origin(page), "https://app.example.com"));
}

}  // namespace openclaw::access
