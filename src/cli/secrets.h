#pragma once

#include "base/redact.h"
#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::cli {

// Tells the redactor every secret that this process can know of: variables, the gateway's own, config keys
// and the stored credentials of all agents. What can't be read can't be printed either.
void register_secrets(Redactor& redactor, platform::FileSystem& files, const config::Config& config);

}  // namespace openclaw::cli
