#pragma once

#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/gateway/inviting.h"

namespace openclaw::cli {

// Hands a phone or browser its certificate by a link: shows it, waits until it was opened, compares the
// words, and only after the yes makes key and certificate, of which the file can be fetched once. A
// certificate whose file nobody fetched is revoked. `importer` as find_importer has it.
Exit hand_over_by_link(Context& context, CertDesk& desk, const access::NewClient& client,
                       const GatewayDoor& door, access::Importer importer);

}  // namespace openclaw::cli
