#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace openclaw::access {

// A device's own key and signature, as connect carries them.
struct DeviceClaim {
    std::string id, public_key, signature;
    std::int64_t signed_at_ms = 0;
    std::optional<std::string> nonce;
};

// What the device signed besides its own members.
struct DeviceContext {
    std::string client_id, client_mode, role, token, platform, device_family;
    std::vector<std::string> scopes;  // as sent
    std::string challenge;            // our nonce
    bool nonce_may_be_missing = false;
};

struct DeviceProblem {
    std::string message;  // "device signature invalid"
    std::string code;     // "DEVICE_AUTH_SIGNATURE_INVALID"
};

// A device whose key was proven just now: what was signed holds the nonce of this very connection. Only
// prove_device makes one. It says who somebody is and grants nothing.
class ProvenDevice {
public:
    const std::string& id() const { return id_; }
    const std::string& public_key() const { return public_key_; }  // base64url of the 32 bytes
    const std::string& role() const { return role_; }              // as it was signed

private:
    friend std::expected<std::optional<ProvenDevice>, DeviceProblem> prove_device(
        const DeviceClaim& claim, const DeviceContext& context, TimePoint now);
    ProvenDevice(std::string id, std::string public_key, std::string role)
        : id_(std::move(id)), public_key_(std::move(public_key)), role_(std::move(role)) {}
    std::string id_, public_key_, role_;
};

// Whether the claim is what it says. Nothing for one without a nonce, as the first version of the payload has
// it: somebody else may have sent the same before, so it names the device and proves nothing.
std::expected<std::optional<ProvenDevice>, DeviceProblem> prove_device(const DeviceClaim& claim,
                                                                       const DeviceContext& context,
                                                                       TimePoint now);

// The id that belongs to a public key, in any form that clients send it; nothing for what is no key.
std::optional<std::string> device_id_of(const std::string& public_key);

}  // namespace openclaw::access
