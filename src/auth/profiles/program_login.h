#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/profiles/profile.h"
#include "store/document.h"

namespace openclaw::auth {

// A login that another program on this host made and keeps renewing. A refresh token is good for one use:
// whoever else spends it logs that program out. So it is read, and never refreshed here.
struct ProgramLogin {
    std::string_view owner;  // `managedBy` of the profile: "qwen-cli"
    std::string_view name;   // "the Qwen CLI"
    std::string_view profile_id, provider;
    std::string_view file;    // below the home folder
    bool unasked;             // used without being imported, as the reference does
    std::string_view family;  // how the file is written: "oauth_creds", "claude", "codex"
};
std::span<const ProgramLogin> program_logins();
const ProgramLogin* find_program_login(std::string_view owner);

// What the file of such a login says. Fails with `corrupt` when it holds none. `modified` is the file's.
Result<Profile> parse_program_login(const ProgramLogin& login, const json::object& document,
                                    TimePoint modified);

// Who may spend a profile's refresh token. Nothing here refreshes a login that isn't ours.
struct RefreshOwner {
    bool ours = true;
    std::string name;    // "the Qwen CLI"
    std::string remedy;  // "its refresh belongs to the Qwen CLI: log in there again when it expires"
};
RefreshOwner refresh_owner(const Profile& profile);

// The store as it counts: a login of another program is the newer of what is stored and what its file says.
// Profiles that no file of ours holds are added at the end.
Store with_program_logins(Store store, std::span<const Profile> found);

// The files of those logins, each read again only when it has changed. A missing one is none; one that
// can't be read, because its program is just writing it, is as it was before. Usable from several threads.
class ProgramLoginFiles {
public:
    ProgramLoginFiles(platform::FileSystem& files, const platform::Path& home);

    // What was read, one for each of program_logins(); the same pointer until that file changes. Those that
    // count only once they are imported are read when `owners` names them.
    using Snapshots = std::vector<store::Document::Snapshot>;
    Snapshots load(std::span<const std::string> owners);
    std::vector<Profile> parse(const Snapshots& snapshots);

private:
    platform::FileSystem& files_;
    std::vector<std::unique_ptr<store::Document>> documents_;  // none without a home
    std::mutex last_mutex_;
    Snapshots last_;
};

}  // namespace openclaw::auth
