#include "access/arrival.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::access {

namespace {

// The last entry that no trusted proxy added is the one that a trusted proxy saw.
std::optional<std::string> forwarded_for(const net::Headers& headers, const BrowserPolicy& policy) {
    std::string forwarded;
    for (const auto& [name, value] : headers.fields())
        if (equal_ignoring_case(name, "x-forwarded-for")) forwarded += (forwarded.empty() ? "" : ",") + value;
    const auto entries = split(forwarded, ',');
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        auto address = std::string(trimmed(*entry));
        if (!AddressBytes::parse(address)) address = host_of(address);
        if (AddressBytes::parse(address) && !policy.trusts(address)) return address;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> bearer_text(const net::Headers& headers) {
    const auto value = headers.find("authorization");
    if (!value) return std::nullopt;
    const auto text = trimmed(*value);
    if (text.size() < 8 || !equal_ignoring_case(text.substr(0, 7), "bearer ")) return std::nullopt;
    return trimmed(text.substr(7));
}

std::optional<Secret> bearer_of(const net::Headers& headers) {
    const auto text = bearer_text(headers);
    return text ? std::optional(Secret(*text)) : std::nullopt;
}

SecretOfRequest secret_of(const net::Headers& headers) {
    constexpr std::string_view key_headers[] = {"x-api-key", "api-key"};
    const auto bearer = bearer_text(headers);
    std::optional<std::string_view> chosen = bearer;
    bool some_key = bearer && bearer->starts_with(key_prefix), several = false;
    for (const auto& [name, value] : headers.fields()) {
        const bool holds_key = std::ranges::any_of(
            key_headers, [&](std::string_view each) { return equal_ignoring_case(name, each); });
        if (!holds_key) continue;
        const auto text = trimmed(value);
        some_key = some_key || text.starts_with(key_prefix);
        several = several || (chosen && !equal_in_constant_time(*chosen, text));
        if (!chosen) chosen = text;
    }
    // What stands there for somebody else, without a key of ours, is none of our business.
    if (!some_key) return {.secret = bearer ? std::optional(Secret(*bearer)) : std::nullopt};
    if (several) return {.several = true};
    return {.secret = Secret(*chosen), .key = read_key(*chosen)};
}

std::string_view client_of(const net::Headers& headers) {
    const auto text = trimmed(headers.find("user-agent").value_or(""));
    return text.substr(0, text.find(' '));
}

Guesser guesser_of(const net::Headers& headers, const net::Peer& peer, const BrowserPolicy& policy) {
    if (policy.trusts(peer.address))
        if (auto client = forwarded_for(headers, policy))
            return {.address = std::move(*client), .through_this_host = peer.loopback};
    return {.address = peer.address};
}

}  // namespace openclaw::access
