#include "access/authority/server_names.h"

#include <algorithm>
#include <array>

#include "access/authority/ledger.h"
#include "access/network.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::array container_interfaces = {"docker", "br-", "veth", "virbr", "podman", "cni", "lxc"};

void add_once(std::vector<std::string>& list, const std::string& name) {
    if (std::ranges::find(list, name) == list.end()) list.push_back(name);
}

bool belongs_to_containers(const std::string& interface) {
    return std::ranges::any_of(container_interfaces,
                               [&](const char* prefix) { return interface.starts_with(prefix); });
}

bool is_lasting(const std::string& literal) {
    static constexpr std::string_view unique_local = "fc00::/7";
    const auto address = AddressBytes::parse(literal);
    if (!address || address->is_loopback()) return false;
    return address->is_ipv4() || Network::parse(unique_local)->contains(*address);
}

}  // namespace

ServerNames server_names(const std::string& host, const std::vector<platform::InterfaceAddress>& addresses,
                         const std::vector<std::string>& added) {
    ServerNames names;
    if (const auto name = parse_server_name(host);
        name && *name != "localhost" && !AddressBytes::parse(*name)) {
        const auto label = name->substr(0, name->find('.'));
        add_once(names.dns, label);
        add_once(names.dns, label + ".local");
        add_once(names.dns, *name);
    }
    add_once(names.dns, "localhost");
    for (const auto& [interface, address] : addresses)
        if (!belongs_to_containers(interface) && is_lasting(address)) add_once(names.addresses, address);
    add_once(names.addresses, "127.0.0.1");
    add_once(names.addresses, "::1");
    for (const auto& name : added) add_once(AddressBytes::parse(name) ? names.addresses : names.dns, name);
    return names;
}

ServerNames server_names_here(const std::vector<std::string>& added) {
    return server_names(platform::host_name(), platform::interface_addresses(), added);
}

namespace {

bool is_name_of(const std::string& name, const std::string& host) {
    if (!name.starts_with("*.")) return name == host;
    const auto dot = host.find('.');
    return dot != std::string::npos && host.substr(dot) == name.substr(1);
}

}  // namespace

bool names_host(const ServerNames& names, const std::string& host) {
    const auto fits = [&](const std::string& name) { return is_name_of(name, host); };
    return std::ranges::any_of(names.dns, fits) || std::ranges::any_of(names.addresses, fits);
}

}  // namespace openclaw::access
