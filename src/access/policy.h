#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "access/certificate_judge.h"
#include "access/device_judge.h"
#include "access/gateway_secret.h"
#include "access/key_judge.h"
#include "access/principal.h"
#include "access/secret_digest.h"
#include "access/tailnet.h"
#include "access/trusted_proxy.h"

namespace openclaw::access {

// The lock as it stands: what each proof is compared with, and who comes in by it. Made at the start and at
// each reload, never changed.
struct Policy {
    struct SharedSecret {
        SecretDigest digest;
        bool guessable;  // a password, or a token like one: trying must be made slow
        std::shared_ptr<const Identity> identity;
    };
    AccessMode mode = AccessMode::token;
    std::optional<SharedSecret> secret = {};  // none: nobody gets in by secret
    // The one before it, where it is right for a while yet.
    struct EarlierSecretHeld {
        EarlierSecret secret;
        std::shared_ptr<const Identity> identity;
    };
    std::optional<EarlierSecretHeld> earlier = {};
    // Who comes in by a proxy's word; null in any other mode.
    std::shared_ptr<const ProxyRules> proxies = {};
    std::uint64_t proxies_generation = 0;
    // Who comes in by the word of Tailscale's daemon; null: nobody.
    std::shared_ptr<const TailnetRules> tailnet = {};
    std::uint64_t tailnet_generation = 0;
    std::shared_ptr<const Identity> anybody = {};  // in mode none: whoever comes; null in any other
    std::uint32_t owner_uid = 0;
    std::shared_ptr<const Identity> owner;
    std::shared_ptr<const CertificateJudge> certificates = nullptr;  // whose count; null: nobody's
    // Both are told apart from the rest (Doorman::use_keys, use_devices); null: none open it.
    std::shared_ptr<const KeyJudge> keys = nullptr;
    std::shared_ptr<const DeviceJudge> devices = nullptr;  // beside a token or a password

    // A certificate that has ended, or isn't valid yet, is held against nobody where a secret decides.
    bool tolerates(const CertificateVerdict& verdict) const {
        return verdict.is_out_of_time() && mode != AccessMode::mtls;
    }
};
Policy policy_of(const GatewaySecret& secret, std::string_view fingerprint_key, std::uint32_t owner_uid);

}  // namespace openclaw::access
