#pragma once

#include <string>

#include "cli/gateway/inviting.h"

namespace openclaw::cli {

// Hands a phone or browser its certificate by a link: shows it, waits until it was opened, compares the
// words, and only after the yes makes key and certificate, of which the file can be fetched once. A
// certificate whose file nobody fetched is revoked. `importer` as find_importer has it.
Exit hand_over_by_link(Context& context, const config::Config& config, const access::NewClient& client,
                       const GatewayDoor& door, const std::string& importer);

}  // namespace openclaw::cli
