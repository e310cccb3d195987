#include "gateway/serving/options.h"

#include <arpa/inet.h>
#include <ifaddrs.h>

#include <charconv>

#include "base/text.h"

namespace openclaw::gateway {

namespace {

Result<std::uint16_t> parse_port(std::string_view text, std::string_view source) {
    const auto digits = trimmed(text);
    unsigned port = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || problem != std::errc() || end != digits.data() + digits.size() || port > 65535)
        return hinted(fail(Code::invalid_input, "invalid port \"{}\" in {}", printable(text), source),
                      "use a number from 1 to 65535");
    return static_cast<std::uint16_t>(port);
}

Result<void> choose_port(Endpoint& endpoint, const config::Config& config, const Options& options) {
    const auto take = [&](std::string_view text, std::string_view source) -> Result<void> {
        auto port = parse_port(text, source);
        if (!port) return std::unexpected(port.error());
        endpoint.port = *port;
        endpoint.port_source = source;
        return {};
    };
    if (options.port) return take(*options.port, "--port");
    for (std::string_view name : {"OPENCLAW_GATEWAY_PORT", "CLAWDBOT_GATEWAY_PORT"})
        if (auto value = config.environment().find_filled(name)) return take(*value, name);
    if (const auto* value = config.find("gateway.port")) return take(json::serialize(*value), "gateway.port");
    endpoint.port_source = "default";
    return {};
}

bool is_loopback(const std::string& literal) {
    return literal == "::1" || literal.starts_with("127.");
}

bool is_literal(const std::string& address) {
    in6_addr buffer{};
    return inet_pton(AF_INET, address.c_str(), &buffer) == 1 ||
           inet_pton(AF_INET6, address.c_str(), &buffer) == 1;
}

// An address of 100.64.0.0/10, which Tailscale gives out.
std::optional<std::string> find_tailnet_address() {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return std::nullopt;
    std::optional<std::string> found;
    for (const auto* item = list; item && !found; item = item->ifa_next) {
        if (!item->ifa_addr || item->ifa_addr->sa_family != AF_INET) continue;
        const auto& address = reinterpret_cast<const sockaddr_in*>(item->ifa_addr)->sin_addr;
        if ((ntohl(address.s_addr) >> 22) != (0x64400000u >> 22)) continue;
        char text[INET_ADDRSTRLEN];
        if (inet_ntop(AF_INET, &address, text, sizeof text)) found = text;
    }
    freeifaddrs(list);
    return found;
}

Result<void> choose_addresses(Endpoint& endpoint, const config::Config& config) {
    if (endpoint.bind == "loopback" || endpoint.bind == "auto") {
        endpoint.addresses = {"127.0.0.1", "::1"};
    } else if (endpoint.bind == "lan") {
        endpoint.addresses = {"0.0.0.0"};
    } else if (endpoint.bind == "tailnet") {
        auto address = find_tailnet_address();
        if (!address)
            return hinted(fail(Code::unavailable, "no tailnet address on this host"),
                          "start Tailscale first, or set gateway.bind to \"loopback\"");
        endpoint.addresses = {*address};
    } else if (endpoint.bind == "custom") {
        auto host = config.text("gateway.customBindHost").value_or("");
        if (!is_literal(host))
            return hinted(fail(Code::invalid_input,
                               "gateway.bind is \"custom\", but gateway.customBindHost is "
                               "not an IP address"),
                          "set gateway.customBindHost, or gateway.bind to \"loopback\"");
        endpoint.addresses = {host};
    } else {
        return hinted(fail(Code::invalid_input, "invalid bind \"{}\"", printable(endpoint.bind)),
                      "use loopback, lan, tailnet, auto or custom");
    }
    endpoint.loopback_only = std::ranges::all_of(endpoint.addresses, is_loopback);
    return {};
}

}  // namespace

Result<Endpoint> resolve_endpoint(const config::Config& config, const Options& options) {
    Endpoint endpoint;
    if (auto chosen = choose_port(endpoint, config, options); !chosen) return std::unexpected(chosen.error());
    endpoint.bind = options.bind ? *options.bind : config.text("gateway.bind").value_or("loopback");
    if (auto chosen = choose_addresses(endpoint, config); !chosen) return std::unexpected(chosen.error());
    return endpoint;
}

std::uint16_t port_apart_from(std::uint16_t port) {
    constexpr std::uint16_t ports_apart = 20;
    return static_cast<std::uint16_t>(port > UINT16_MAX - ports_apart ? port - ports_apart
                                                                      : port + ports_apart);
}

std::string taken_port_hint(std::uint16_t port) {
    return fmt::format(
        "another program listens there: end it, or run the gateway on another port: `openclaw gateway run "
        "--port {}`",
        port_apart_from(port));
}

}  // namespace openclaw::gateway
