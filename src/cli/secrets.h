#pragma once

#include "base/redact.h"
#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::cli {

// Tells the redactor every secret that the config and the environment hold now, and the gateway's own.
void register_secrets(Redactor& redactor, platform::FileSystem& files, const config::Config& config);
// And those that are stored in plain, of all agents, until their owner tells it more. What can't be read
// can't be printed either.
void register_stored_secrets(Redactor& redactor, platform::FileSystem& files, const config::Config& config);

}  // namespace openclaw::cli
