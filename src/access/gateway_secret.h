#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/earlier_secret.h"
#include "base/result.h"
#include "base/secret.h"
#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::access {

// What the lock asks for. `mtls`: a certificate of whoever connects over the network, and nothing else;
// beside a token or password one is taken where it is given (certificates/certificates.h). `trusted_proxy`: a
// proxy says who is calling. `none`: nothing, on a gateway that only this host can reach.
enum class AccessMode { token, password, mtls, trusted_proxy, none };
std::string_view name_of(AccessMode mode);
// `invalid_input` for another name, with the nearest one.
Result<AccessMode> access_mode_named(std::string_view name);
// Whether a shared secret opens it.
constexpr bool wants_secret(AccessMode mode) {
    return mode == AccessMode::token || mode == AccessMode::password;
}

// What the command line says about the lock; it wins over everything else.
struct SecretFlags {
    std::optional<AccessMode> mode;  // --auth
    std::optional<Secret> token;     // --token
    std::optional<Secret> password;  // --password
};

// What kind of place, for whoever writes another secret there.
enum class SecretPlace : std::uint8_t {
    flag,
    process,          // a variable of the process, or of the login shell
    variable_file,    // a variable in a .env file
    config_variable,  // env.vars.* of the config
    config,
    token_file,
};

SecretPlace place_kind(config::VariableSource source);

// One place where the secret could stand, whether or not it is the one in use.
struct SecretCandidate {
    std::string place;  // "--token", "OPENCLAW_GATEWAY_TOKEN (~/.openclaw/.env)", "gateway.auth.token",
                        // "~/.openclaw/credentials/gateway-token"
    Secret value;
    SecretPlace kind = SecretPlace::flag;
    std::string variable = {};  // its name, if it is one
    std::string inside = {};    // the file, or the path in the config, that it stands in
};

// The shared secret that daemon and clients of this state directory use, and where it was found.
struct GatewaySecret {
    AccessMode mode = AccessMode::token;
    // Strongest first: flag, environment, config, generated file. The first is in use; empty: none is set.
    std::vector<SecretCandidate> candidates;
    // In mode token: the one before it, where it is right for a while yet.
    std::optional<EarlierSecret> earlier = {};
    std::optional<Error> earlier_problem =
        {};  // why the one before opens nothing though a file of it is there

    bool is_needed() const { return wants_secret(mode); }
    const SecretCandidate* chosen() const { return candidates.empty() ? nullptr : &candidates.front(); }
    // "OPENCLAW_GATEWAY_TOKEN #3fa9c1d2, gateway.auth.token #77120acb": what a mismatch is explained with.
    std::string described(std::string_view fingerprint_key) const;
};

// The one function that daemon and command line share, so that they can't disagree. Reads only. A token
// file that others may read or that can't be read is an error, not an absence; an unknown mode is refused. In
// a mode without a shared secret there is none, wherever one stands.
Result<GatewaySecret> resolve_gateway_secret(const config::Config& config, platform::FileSystem& files,
                                             const SecretFlags& flags);

// The same for the daemon at its start: makes <sd>/credentials/gateway-token (0600) when nothing is set and
// the mode is token. In password mode nothing is made up: no password is an error.
Result<GatewaySecret> ensure_gateway_secret(const config::Config& config, platform::FileSystem& files,
                                            const SecretFlags& flags);

// A new token, as the reference makes them: 48 hex characters.
Secret new_token();
// Puts it into <sd>/credentials/gateway-token, in the place of what stands there.
Result<void> write_token_file(const config::Paths& paths, platform::FileSystem& files, const Secret& token);

}  // namespace openclaw::access
