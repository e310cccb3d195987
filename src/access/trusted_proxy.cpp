#include "access/trusted_proxy.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/texts.h"

namespace openclaw::access {

namespace {

constexpr std::size_t user_bytes_max = 256;

// Headers that proxies add, whoever of them it is.
bool is_added_by_proxies(std::string_view name) {
    constexpr std::array names = {"forwarded", "x-real-ip", "via", "cf-connecting-ip", "true-client-ip"};
    const auto small = lowered(name);
    return small.starts_with("x-forwarded-") || small.starts_with("tailscale-") ||
           std::ranges::find(names, small) != names.end();
}

}  // namespace

std::map<std::string, Scopes, std::less<>> identity_scopes(const config::Config& config) {
    std::map<std::string, Scopes, std::less<>> scopes;
    const auto* users = as_object(config.find("gateway.auth.identityScopes"));
    if (!users) return scopes;
    for (const auto& [user, names] : *users) {
        std::vector<std::string> known;
        if (const auto* list = names.if_array())
            for (const auto& name : *list)
                if (name.is_string()) known.emplace_back(name.get_string());
        scopes.insert_or_assign(lowered(std::string_view(user)), Scopes::named(known));
    }
    return scopes;
}

Scopes scopes_of_identity(const std::map<std::string, Scopes, std::less<>>& scopes, std::string_view user) {
    const auto found = scopes.find(lowered(user));
    return found == scopes.end() ? Scopes{Scope::read, Scope::write} : found->second;
}

ProxyRules ProxyRules::from(const config::Config& config) {
    ProxyRules rules{
        .networks = {},
        .user_header = std::string(trimmed(config.text("gateway.auth.trustedProxy.userHeader").value_or(""))),
        .required_headers = config::texts_at(config, "gateway.auth.trustedProxy.requiredHeaders"),
        .users = config::texts_at(config, "gateway.auth.trustedProxy.allowUsers"),
        .allow_loopback = config.flag_or_default("gateway.auth.trustedProxy.allowLoopback"),
        .scopes = identity_scopes(config)};
    for (const auto& text : config::texts_at(config, "gateway.trustedProxies"))
        if (const auto network = Network::parse(text)) rules.networks.push_back(*network);
    return rules;
}

bool ProxyRules::trusts(const std::string& address) const {
    const auto parsed = AddressBytes::parse(address);
    return parsed && (allow_loopback || !parsed->is_loopback()) &&
           std::ranges::any_of(networks, [&](const Network& network) { return network.contains(*parsed); });
}

bool ProxyRules::allows(std::string_view user) const {
    return users.empty() ||
           std::ranges::any_of(users, [&](const auto& each) { return equal_ignoring_case(each, user); });
}

Scopes ProxyRules::scopes_of(std::string_view user) const {
    return scopes_of_identity(scopes, user);
}

Passage passage_of(const net::Headers& headers, const net::Peer& peer, const ProxyRules* rules) {
    Passage passage{.peer = peer.address, .loopback = peer.loopback};
    for (const auto& [name, value] : headers.fields()) passage.forwarded |= is_added_by_proxies(name);
    if (!rules) return passage;
    for (const auto& required : rules->required_headers)
        if (passage.missing.empty() && trimmed(headers.find(required).value_or("")).empty())
            passage.missing = required;
    // Of two, nobody can tell which one the proxy wrote.
    if (headers.count(rules->user_header) == 1) {
        const auto user = trimmed(*headers.find(rules->user_header));
        if (user.size() <= user_bytes_max) passage.user = printable(user);
    }
    return passage;
}

}  // namespace openclaw::access
