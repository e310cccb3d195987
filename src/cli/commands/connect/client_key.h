#pragma once

#include "base/secret.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// What a client shows to the gateway: the key in --key-file.
Result<Secret> client_key(Context& context, const Arguments& arguments);

}  // namespace openclaw::cli
