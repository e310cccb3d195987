#pragma once

#include <optional>

#include "auth/enrol/agent_credentials.h"
#include "auth/profiles/program_login.h"
#include "config/files/writer.h"

namespace openclaw::auth {

// What became of a credential that was to be removed.
struct RemovedCredential {
    ProfileId id;
    Path file;                              // that held it, or would have
    bool was_stored = true;                 // false: only the config still knew it
    std::optional<config::Written> config;  // when the config named it and nobody stores it any more
    // It goes on being read from the file of this program, which alone can log out.
    const ProgramLogin* still_read_from = nullptr;
};

// Takes a profile out of the agent's store, damaged or not, with all that is recorded about it, and out of
// the config's auth.profiles and auth.order, unless another agent stores one of that name. The secret goes
// first: it is what people want to be rid of. When the config can't be written then, the error says so, and
// the same call ends it later: a name that only the config still knows can be removed too. Fails with
// `not_found`; `invalid_input` for one that the agent inherits, which isn't its to remove, or that is another
// program's.
Result<RemovedCredential> remove_credential(AgentCredentials& credentials, config::ConfigWriter& writer,
                                            const ProfileId& id);

// What the login of another program is called and where it stands, for a person.
std::string described(const ProgramLogin& login, const config::Paths& paths);

// The agent's own profiles of a provider, any spelling of it, in file order.
std::vector<ProfileId> own_profiles_of(const Store& store, std::string_view provider);
// The providers that the profiles are for, normalised, each once. One that is damaged or unknown has none.
std::vector<std::string> providers_of(const Store& store, std::span<const ProfileId> ids);

}  // namespace openclaw::auth
