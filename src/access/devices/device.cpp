#include "access/devices/device.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::access {

const DeviceGrant* Device::find_grant(std::string_view role) const {
    const auto found = std::ranges::find(grants, role, &DeviceGrant::role);
    return found == grants.end() ? nullptr : &*found;
}

DeviceGrant* Device::find_grant(std::string_view role) {
    const auto found = std::ranges::find(grants, role, &DeviceGrant::role);
    return found == grants.end() ? nullptr : &*found;
}

Scopes Device::scopes() const {
    Scopes all;
    for (const auto& grant : grants)
        if (!grant.revoked) all = united(all, grant.scopes);
    return all;
}

std::string principal_id(const DeviceCard& card) {
    return "device:" + card.id;
}

std::string shown_name(const DeviceCard& card) {
    const auto& name = !card.name.empty() ? card.name : !card.platform.empty() ? card.platform : "device";
    return fmt::format("{} ({})", printable(name), card.id.substr(0, 8));
}

bool covers(Scopes held, Scopes asked) {
    return held.narrowed_to(asked) == asked;
}

Scopes united(Scopes one, Scopes other) {
    auto names = one.names();
    for (auto& name : other.names()) names.push_back(std::move(name));
    return Scopes::named(names);
}

}  // namespace openclaw::access
