#pragma once

#include "auth/choice/resolver.h"
#include "platform/file_system.h"

namespace openclaw::auth {

// Stores of old state directories (~/.clawdbot and its like), as long as the one in use has none: its config
// may be read from there while its credentials are not.
std::vector<UnusedStore> find_unused_stores(platform::FileSystem& files, const config::Paths& paths);

// Looks on the disk for what the resolver may not look for itself. Reads nothing unless the environment
// or what is missing makes it matter.
Surroundings look_around(platform::FileSystem& files, const config::Config& config,
                         std::string fingerprint_key);
// The same, with what is sealed in the store and the config opened, as far as the key is at hand here.
Surroundings look_around(platform::FileSystem& files, const config::Config& config,
                         std::string fingerprint_key, const Store& store, TimePoint now);

}  // namespace openclaw::auth
