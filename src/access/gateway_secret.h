#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::access {

// What the lock asks for. `mtls`: a certificate of whoever connects over the network, and nothing else;
// beside a token or password one is taken where it is given (certificates/certificates.h).
enum class AccessMode { token, password, mtls };
std::string_view name_of(AccessMode mode);

// What the command line says about the lock; it wins over everything else.
struct SecretFlags {
    std::optional<AccessMode> mode;  // --auth
    std::optional<Secret> token;     // --token
    std::optional<Secret> password;  // --password
};

// One place where the secret could stand, whether or not it is the one in use.
struct SecretCandidate {
    std::string place;  // "--token", "OPENCLAW_GATEWAY_TOKEN (~/.openclaw/.env)", "gateway.auth.token",
                        // "~/.openclaw/credentials/gateway-token"
    Secret value;
};

// The shared secret that daemon and clients of this state directory use, and where it was found.
struct GatewaySecret {
    AccessMode mode = AccessMode::token;
    // Strongest first: flag, environment, config, generated file. The first is in use; empty: none is set.
    std::vector<SecretCandidate> candidates;

    bool is_needed() const { return mode != AccessMode::mtls; }
    const SecretCandidate* chosen() const { return candidates.empty() ? nullptr : &candidates.front(); }
    // "OPENCLAW_GATEWAY_TOKEN #3fa9c1d2, gateway.auth.token #77120acb": what a mismatch is explained with.
    std::string described(std::string_view fingerprint_key) const;
};

// The one function that daemon and command line share, so that they can't disagree. Reads only. A token
// file that others may read or that can't be read is an error, not an absence; a mode that isn't one is
// refused. In mode mtls there is none.
Result<GatewaySecret> resolve_gateway_secret(const config::Config& config, platform::FileSystem& files,
                                             const SecretFlags& flags);

// The same for the daemon at its start: makes <sd>/credentials/gateway-token (0600) when nothing is set and
// the mode is token. In password mode nothing is made up: no password is an error.
Result<GatewaySecret> ensure_gateway_secret(const config::Config& config, platform::FileSystem& files,
                                            const SecretFlags& flags);

}  // namespace openclaw::access
