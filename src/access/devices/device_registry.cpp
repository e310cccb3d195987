#include "access/devices/device_registry.h"

#include "access/devices/device_store.h"

namespace openclaw::access {

namespace {

std::shared_ptr<const Identity> identity_of(const Device& device, const DeviceGrant& grant) {
    return std::make_shared<const Identity>(Identity{.id = principal_id(device.card),
                                                     .shown = "device " + shown_name(device.card),
                                                     .proof = Proof::device,
                                                     .scopes = grant.scopes,
                                                     .limits = {},
                                                     .generation = grant.number});
}

}  // namespace

std::shared_ptr<const DeviceRegistry> DeviceRegistry::read(platform::FileSystem& files,
                                                           const config::Paths& paths) {
    return std::make_shared<const DeviceRegistry>(DeviceStore(files, paths).devices());
}

DeviceRegistry::DeviceRegistry(const Result<std::vector<Device>>& devices) {
    if (!devices) {
        problem_ = "the devices can't be read: " + devices.error().message;
        return;
    }
    for (const auto& device : *devices) {
        paired_.insert(device.card.id);
        for (const auto& grant : device.grants) {
            if (grant.revoked) continue;
            auto identity = identity_of(device, grant);
            opened_.push_back({identity->id, grant.number});
            known_.emplace(std::pair(device.card.id, grant.role), Known{grant, std::move(identity)});
        }
    }
}

const DeviceRegistry::Known* DeviceRegistry::find(const ProvenDevice& device) const {
    const auto found = known_.find({device.id(), device.role()});
    return found == known_.end() ? nullptr : &found->second;
}

// All are compared in any case, so that the time doesn't tell which one was meant.
std::shared_ptr<const Identity> DeviceRegistry::find_by_token(const ProvenDevice& device,
                                                              const Secret& token) const {
    const auto* known = find(device);
    if (!known || token.empty()) return nullptr;
    const SecretDigest offered(token);
    bool right = false;
    for (const auto& digest : known->grant.tokens) right = (digest == offered) || right;
    return right ? known->identity : nullptr;
}

// A clock that was set back makes the time no longer than it was.
std::shared_ptr<const Identity> DeviceRegistry::find_by_key(const ProvenDevice& device, TimePoint now) const {
    const auto* known = find(device);
    if (!known || !known->grant.claim_until) return nullptr;
    const auto left = *known->grant.claim_until - now;
    return left > Milliseconds(0) && left <= device_claim_time ? known->identity : nullptr;
}

bool DeviceRegistry::is_paired(std::string_view device_id) const {
    return paired_.contains(device_id);
}

}  // namespace openclaw::access
