#pragma once

#include <string>
#include <vector>

#include "platform/file_system.h"

namespace openclaw::gateway {

// A unit of systemd's that starts a gateway: of this program, of the reference, or of one of its earlier
// names.
struct GatewayUnit {
    std::string name;  // "openclaw-gateway.service"
    platform::Path file;
    std::string scope;    // "user", "system"
    std::string program;  // "openclaw", "moltbot", "clawdbot"
};

// Looks into the user's units, and with `deep` into the system's. Best effort: what can't be read is passed
// over.
std::vector<GatewayUnit> find_gateway_units(platform::FileSystem& files, const platform::Path& home,
                                            bool deep);

}  // namespace openclaw::gateway
