#include "access/browser_guard.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

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

// The 16 bytes of an address, IPv4 as IPv4-mapped.
std::optional<std::array<unsigned char, 16>> bytes_of(const std::string& text) {
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
    if (inet_pton(AF_INET, text.c_str(), bytes.data() + 12) != 1) return std::nullopt;
    bytes[10] = bytes[11] = 0xff;
    return bytes;
}

// "10.0.0.0/8", "fd00::/8" or a single address. What can't be read matches nobody.
bool is_in(const std::string& address, std::string_view network) {
    const auto slash = network.find('/');
    const auto left = bytes_of(address), right = bytes_of(std::string(network.substr(0, slash)));
    if (!left || !right) return false;
    unsigned bits = 128;
    if (slash != std::string_view::npos) {
        const auto text = network.substr(slash + 1);
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), bits);
        if (problem != std::errc() || end != text.data() + text.size()) return false;
        if (network.find(':') == std::string_view::npos) bits += 96;
        if (bits > 128) return false;
    }
    for (unsigned bit = 0; bit < bits; ++bit)
        if ((((*left)[bit / 8] ^ (*right)[bit / 8]) >> (7 - bit % 8)) & 1) return false;
    return true;
}

bool is_trusted_proxy(const std::string& address, const BrowserPolicy& policy) {
    return std::ranges::any_of(policy.trusted_proxies,
                               [&](const std::string& network) { return is_in(address, network); });
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
    const bool behind_proxy = is_trusted_proxy(peer.address, policy);
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
    if (!is_trusted_proxy(peer.address, policy)) return peer.address;
    // The last entry that no trusted proxy added is the one that a trusted proxy saw.
    std::string forwarded;
    for (const auto& [name, value] : headers.fields())
        if (equal_ignoring_case(name, "x-forwarded-for")) forwarded += (forwarded.empty() ? "" : ",") + value;
    auto entries = split(forwarded, ',');
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        auto address = std::string(trimmed(*entry));
        if (!is_address(address)) address = host_name(address);
        if (is_address(address) && !is_trusted_proxy(address, policy)) return address;
    }
    return peer.address;
}

}  // namespace openclaw::access
