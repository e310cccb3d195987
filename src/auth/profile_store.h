#pragma once

#include <functional>
#include <memory>

#include "auth/profile.h"
#include "base/clock.h"
#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::auth {

using platform::FileSystem;
using platform::Path;

// One agent's auth-profiles.json, and the main agent's behind it: inherited by reading through, never
// copied (W-11). Unknown members, at every level, survive a write.
class ProfileStore {
public:
    // `own` is the agent's folder; `main` the main agent's, the same for the main agent itself.
    ProfileStore(FileSystem& files, Path own_folder, Path main_folder);

    // Own and inherited profiles merged, the agent's own first in every clash. A missing file is an empty
    // store; a damaged one is `corrupt` and names the file.
    Result<Store> load() const;
    Path file() const;

    // Each locks, re-reads, changes and replaces atomically. They write to the file that holds the profile.
    Result<void> put(const Profile& profile);  // adds or replaces; keeps unknown members
    Result<bool> remove(const ProfileId& id);  // and its usage, order and lastGood entries
    Result<void> set_order(const std::string& provider, std::vector<ProfileId> ids);
    Result<bool> clear_order(const std::string& provider);
    Result<void> record_success(const ProfileId& id, TimePoint now);
    // `change` turns the fresh usage into the new one (see cooldown.h).
    Result<void> update_usage(const ProfileId& id, const std::function<UsageStats(UsageStats)>& change);

private:
    FileSystem& files_;
    Path own_, main_;
};

}  // namespace openclaw::auth
