#include "config/environment/proxies.h"

namespace openclaw::config {

net::ProxySettings proxies_of(const Environment& environment) {
    // Blank counts as set: that is how a proxy is switched off in lower case.
    return net::ProxySettings::from([&](std::string_view name) -> std::optional<std::string> {
        const auto value = environment.find(name);
        return value ? std::optional<std::string>(*value) : std::nullopt;
    });
}

}  // namespace openclaw::config
