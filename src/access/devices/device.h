#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/scope.h"
#include "access/secret_digest.h"
#include "base/clock.h"

namespace openclaw::access {

// What a device is known by: its key, and what it said of itself when it was paired.
struct DeviceCard {
    std::string id;          // SHA-256 of the public key, hex
    std::string public_key;  // base64url of its 32 bytes
    std::string name = {}, platform = {}, client_id = {}, client_mode = {}, address = {};

    bool operator==(const DeviceCard&) const = default;
};

// What a device may do in one role, and by which tokens it comes.
struct DeviceGrant {
    std::string role;  // "operator", "node"
    Scopes scopes;
    std::uint64_t number = 0;          // another one when what it has opened is to end
    std::vector<SecretDigest> tokens;  // the newest last
    TimePoint created{};
    std::optional<TimePoint> rotated, revoked;
    // Until then the device's key alone opens, and gets a token by it: it was approved while it waited.
    std::optional<TimePoint> claim_until;

    bool operator==(const DeviceGrant&) const = default;
};

struct Device {
    DeviceCard card;
    std::vector<DeviceGrant> grants;  // one a role
    TimePoint created{}, approved{};
    // Somebody took it off: kept where the reference's file says that it is paired.
    std::optional<TimePoint> removed;
    bool is_references = false;  // stands in the reference's file alone

    const DeviceGrant* find_grant(std::string_view role) const;
    DeviceGrant* find_grant(std::string_view role);
    Scopes scopes() const;  // of all roles that aren't revoked
    bool operator==(const Device&) const = default;
};

// Of one role: enough for a client that keeps its state in several places.
constexpr std::size_t device_tokens_max = 4;
// How long an approved device may take to come and fetch its token.
constexpr Milliseconds device_claim_time = std::chrono::hours(1);

// "device:" and its id: who it is where principals are named.
std::string principal_id(const DeviceCard& card);
// "phone (a7c7b6e1)"; of a device without a name its platform.
std::string shown_name(const DeviceCard& card);
bool covers(Scopes held, Scopes asked);
Scopes united(Scopes one, Scopes other);

}  // namespace openclaw::access
