#include "cli/commands/connect/gateway_place.h"

#include <algorithm>

#include "access/authority/server_names.h"
#include "access/enrolment/server_key.h"
#include "access/network.h"
#include "base/host_text.h"
#include "base/text.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/gateway/inviting.h"
#include "gateway/client/listeners.h"
#include "gateway/serving/options.h"

namespace openclaw::cli {

namespace {

constexpr std::string_view this_host = "127.0.0.1";

bool is_loopback(const std::string& host) {
    const auto address = access::AddressBytes::parse(host);
    return host == "localhost" || (address && address->is_loopback());
}

bool is_every_address(const std::string& address) {
    return address == "0.0.0.0" || address == "::";
}

std::vector<std::string> hosts_in(const access::ServerNames& names) {
    auto hosts = names.dns;
    hosts.insert(hosts.end(), names.addresses.begin(), names.addresses.end());
    return hosts;
}

// By which the gateway is reached where it listens, the best one first.
std::vector<std::string> reached_by(const gateway::Endpoint& endpoint, const access::ServerNames& names) {
    if (endpoint.loopback_only) return {std::string(this_host), "localhost"};
    std::vector<std::string> hosts;
    if (std::ranges::any_of(endpoint.addresses, is_every_address)) {
        hosts = hosts_in(names);
        const auto usual = usual_host(names);
        std::erase(hosts, usual);
        hosts.insert(hosts.begin(), usual);
    } else {
        for (const bool loopback : {false, true})
            std::ranges::copy_if(endpoint.addresses, std::back_inserter(hosts),
                                 [&](const auto& host) { return is_loopback(host) == loopback; });
    }
    std::erase_if(hosts, [](const auto& host) { return host.starts_with('*') || host == "::1"; });
    return hosts;
}

// What its certificate says, and the file of our authority.
Result<void> look_at_certificate(Context& context, const config::Config& config, GatewayPlace& place,
                                 access::ServerNames& names) {
    const auto shown = access::shown_certificate(context.files, config);
    if (!shown && shown.error().code == Code::not_found)
        return hinted(fail(Code::not_found, "the gateway has no certificate yet"),
                      "start it once: it makes one, or says why the one that the config names can't be used");
    if (!shown) return std::unexpected(shown.error());
    names = shown->facts.names;
    place.known_by = shown->known_by;
    place.of_our_authority = shown->of_our_authority;
    if (!place.of_our_authority) return {};
    access::Authorities authorities(access::Authorities::means_of(context.files, context.clock, config));
    const auto roots = authorities.roots();
    if (!roots) return std::unexpected(roots.error());
    place.authority = authorities.folder() / access::root_file(access::AuthorityKind::server,
                                                               roots->server.front().generation, "crt");
    return {};
}

}  // namespace

std::string GatewayPlace::url(std::string_view scheme) const {
    return fmt::format("{}{}://{}", scheme, tls ? "s" : "", host_and_port(host, port));
}

Result<GatewayPlace> gateway_place(Context& context, const config::Config& config,
                                   const std::optional<std::string>& host) {
    const auto endpoint = gateway::resolve_endpoint(config, {});
    if (!endpoint) return std::unexpected(endpoint.error());
    const auto asked = host ? access::parse_server_name(*host) : Result<std::string>(std::string());
    if (!asked) return failed(asked.error(), "--host");
    GatewayPlace place{.host = *asked, .port = endpoint->port, .loopback_only = endpoint->loopback_only};
    place.listens = !gateway::listeners_of(place.port).empty();
    place.tls = config.flag_or_default("gateway.tls.enabled");
    access::ServerNames names;
    if (!place.tls)
        names = access::server_names_here({});
    else if (auto looked = look_at_certificate(context, config, place, names); !looked)
        return std::unexpected(looked.error());
    place.others = reached_by(*endpoint, names);
    if (place.host.empty()) place.host = place.others.front();
    std::erase(place.others, place.host);
    place.named = !place.tls || access::names_host(names, place.host);
    return place;
}

std::vector<std::string> notes_on(const GatewayPlace& place) {
    std::vector<std::string> notes;
    if (!place.listens)
        notes.push_back(
            fmt::format("note: nobody listens on port {} now: the gateway isn't started, or was "
                        "started with another --port",
                        place.port));
    if (place.loopback_only)
        notes.push_back("note: only programs on this host reach the gateway: gateway.bind is loopback");
    else if (!place.tls)
        notes.push_back(
            "warning: key and messages can be read on the network: gateway.tls.enabled isn't set");
    if (!place.loopback_only && !place.others.empty())
        notes.push_back(fmt::format("note: it is reached as {} as well: name one with --host",
                                    joined(place.others, ", ")));
    if (!place.named)
        notes.push_back(
            fmt::format("warning: the gateway's certificate doesn't name {}{}", place.host,
                        place.of_our_authority
                            ? fmt::format("; `openclaw gateway cert names add {}` changes that", place.host)
                            : ""));
    if (!place.authority.empty())
        notes.push_back(fmt::format("note: on another machine, copy {} there and name it where it lies",
                                    place.authority.string()));
    else if (place.tls)
        notes.push_back(
            "note: the certificate is one that you named: a program that doesn't know its "
            "issuer has to be told to trust it");
    return notes;
}

}  // namespace openclaw::cli
