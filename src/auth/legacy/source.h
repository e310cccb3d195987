#pragma once

#include <string>
#include <vector>

#include "auth/profiles/profile.h"
#include "platform/file_system.h"

namespace openclaw::auth::legacy {

using platform::FileSystem;
using platform::Path;

// Credentials that stand elsewhere, as auth-profiles.json would hold them.
struct Source {
    Path file;
    std::string what;   // "the store of OpenClaw 2026.9"
    std::string agent;  // whose they are; empty: the main agent's
    json::object document;
    std::string managed_by;  // set when another program keeps renewing them
};

// Something that isn't taken over, and why.
struct Left {
    std::string source;
    std::string what;  // a profile's id, or a kind of thing: "sessions"
    std::string provider, kind;
    std::string reason;
    bool failure = false;  // it should have been taken over

    bool operator==(const Left&) const = default;
};

struct Found {
    std::vector<Source> sources;
    std::vector<Left> left;
};

// auth.json of one agent, and credentials/oauth.json. A missing file is nothing, a damaged one is in `left`.
void find_auth_json(FileSystem& files, const Path& file, const std::string& agent, Found& found);
void find_oauth_json(FileSystem& files, const Path& file, Found& found);
// auth-profiles.json, with auth-state.json beside it where the two were apart.
void find_profiles_json(FileSystem& files, const Path& file, const std::string& agent, Found& found);
// The SQLite databases of the newest reference: the shared one (state/openclaw.sqlite), or an agent's
// (openclaw-agent.sqlite), whose own record says which agent's; `agent` is used when it doesn't.
void find_database(FileSystem& files, const Path& file, const std::string& agent, Found& found);

// The logins of other programs on this host: those that are used unasked, and those named.
void find_program_logins(FileSystem& files, const Path& home, const std::vector<std::string>& named,
                         Found& found);

// Everything that a state directory, an agent's folder or one of the files above holds; `agent` where the
// place doesn't say whose it is. `not_found` when there is no such path, `invalid_input` when nothing in it
// is known.
Result<Found> find_at(FileSystem& files, const Path& path, const std::string& agent);

}  // namespace openclaw::auth::legacy
