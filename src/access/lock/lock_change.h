#pragma once

#include <string>
#include <vector>

#include "access/authority/authorities.h"
#include "access/gateway_secret.h"
#include "config/files/writer.h"

namespace openclaw::access {

// What has to be done so that the gateway is locked as somebody wants it. Empty: it is so already.
struct LockChange {
    std::vector<config::Edit> edits;  // of the config
    bool makes_token = false;         // <sd>/credentials/gateway-token
    bool makes_authorities = false;   // <sd>/gateway/authority, or the certificate of the gateway itself

    bool empty() const { return edits.empty() && !makes_token && !makes_authorities; }
};

// For a lock by token, whatever it is locked by now. The config may be one with problems: this is also how
// one is mended whose lock can't be used. `denied` when a token stands there that can't be read.
Result<LockChange> change_to_token(const config::Config& config, platform::FileSystem& files);

// For a lock by certificates: beside the token, or, with `only`, by them alone. Where the config names no
// certificate for the gateway, it shows the one of its own authority. `invalid_input` for certificates alone
// where nobody has one that counts: then nobody but the owner could come in.
enum class CertificateLock { beside_token, only };
Result<LockChange> change_to_certificates(const config::Config& config, platform::FileSystem& files,
                                          Authorities& authorities, CertificateLock which, TimePoint now);

// Clients whose certificate of our authority counts now.
Result<std::vector<CertificateRecord>> clients_with_certificates(Authorities& authorities, TimePoint now);

// A line for each edit, for people: "gateway.auth.mode: \"none\" becomes \"token\"". Never a secret's value.
std::vector<std::string> described(const LockChange& change, const config::Config& config);

// Does it: the token first, so that no moment is without a lock. The authorities are made before
// (Authorities::make). Gives the files that changed.
Result<std::vector<platform::Path>> carry_out(const LockChange& change, const config::Config& config,
                                              platform::FileSystem& files, config::ConfigWriter writer);

}  // namespace openclaw::access
