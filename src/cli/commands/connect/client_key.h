#pragma once

#include <optional>

#include "access/keys/key_record.h"
#include "cli/commands/connect/clients.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// What a client shows to the gateway.
struct ClientKey {
    Secret secret;
    std::optional<access::KeyRecord> made;  // nothing: it was given
};
// The key in --key-file; without it a new one, called as --name says, or as the client, and restricted as
// the options say. It opens nothing before keep().
Result<ClientKey> client_key(Context& context, const Arguments& arguments, const KnownClient& client);
// A running gateway knows it when this returns.
Result<void> keep(Context& context, const ClientKey& key);

}  // namespace openclaw::cli
