#pragma once

#include "auth/choice/resolver.h"
#include "platform/file_system.h"

namespace openclaw::auth {

// Stores of old state directories (~/.clawdbot and its like) beside the one in use: its config may be read
// from there while its credentials are not. For whoever finds no credential in the store that counts.
std::vector<UnusedStore> find_unused_stores(platform::FileSystem& files, const config::Paths& paths);

// Looks on the disk for what the resolver may not look for itself. Reads nothing unless the environment
// makes it matter.
Surroundings look_around(platform::FileSystem& files, const config::Config& config,
                         std::string fingerprint_key);
// The same, with what is sealed in the store and the config opened, as far as the key is at hand here, and,
// where the store holds nothing, the stores that nobody reads.
Surroundings look_around(platform::FileSystem& files, const config::Config& config,
                         std::string fingerprint_key, const Store& store, TimePoint now);

}  // namespace openclaw::auth
