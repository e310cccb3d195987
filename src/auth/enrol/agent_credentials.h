#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "auth/store/profile_store.h"

namespace openclaw::auth {

// What a change of credentials works on: an agent, its store as it is now, and the config.
struct AgentCredentials {
    FileSystem& files;
    std::shared_ptr<const config::Config> config;
    const config::AgentEntry* agent;  // of `config`
    ProfileStore store;
    std::shared_ptr<const Store> profiles;
};

// Fails as ProfileStore::load does.
Result<std::unique_ptr<AgentCredentials>> open_credentials(FileSystem& files,
                                                           std::shared_ptr<const config::Config> config,
                                                           const config::AgentEntry& agent);

// By id; `not_found` with the nearest of the stored ones, those that `store` inherits included.
Result<const Profile*> stored_profile(const AgentCredentials& credentials, const ProfileId& id);
// The error alone, for what is looked for in more places than the store.
std::unexpected<Error> unknown_profile(const AgentCredentials& credentials, const ProfileId& id);

// A record that can't be used is stored all the same: it can be removed and named in an order.
const DamagedProfile* find_damaged(const Store& store, const ProfileId& id);

}  // namespace openclaw::auth
