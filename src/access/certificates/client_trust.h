#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/certificates/certificates.h"
#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::access {

// Reads the gateway's own authority; nothing when none was made. `corrupt` and `denied` close the door for
// its certificates; anything else may pass.
using OwnAuthorityReader = std::function<Result<std::optional<OwnAuthority>>(const config::Config& config)>;

// Whose certificates count, and what of it can't be used as it is written.
struct ReadTrust {
    ClientTrust trust;
    std::vector<std::string> problems = {};  // "place: why"
};

// What gateway.tls.clientCa, clientPins, clientCrl and clientScopes say, with the own authority. Without TLS
// it is nobody. `before` is what counted until now: it goes on where a file can't be read just now. Without
// it (at the start) settings and files of foreign authorities that can't be used are an error; what is wrong
// with our own authority never is, but closes the door for its certificates.
Result<ReadTrust> read_client_trust(const config::Config& config, platform::FileSystem& files,
                                    const OwnAuthorityReader& own, const ClientTrust* before, TimePoint now);

// The files that these settings name.
std::vector<platform::Path> client_trust_files(const config::Config& config);

}  // namespace openclaw::access
