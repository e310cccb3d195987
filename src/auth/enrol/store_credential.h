#pragma once

#include <optional>

#include "auth/choice/resolver.h"
#include "auth/enrol/agent_credentials.h"
#include "config/files/writer.h"

namespace openclaw::auth {

// What became of a credential that was to be stored.
struct StoredCredential {
    ProfileId id;
    Path file;  // the store that holds it now
    std::optional<config::Written> config;
    // Why the config could not be written, although the entry there would have changed nothing about who is
    // used: the credential is stored and works. Either this or `config` is there.
    std::optional<Error> config_problem;
};

// Stores a profile with the agent, new or in place of the one of that name, and lets the config follow
// (config_entries.h). First the store, then the config, which is asked under its own lock: of two that are
// stored at once, one sees the other. When the config can't follow and would leave the profile out, the store
// gets back what it held: a credential that is stored and not used is nothing that anybody asked for. The
// errors are those of ProfileStore::enter and ConfigWriter::update.
Result<StoredCredential> store_credential(AgentCredentials& credentials, config::ConfigWriter& writer,
                                          const Profile& profile);

// What the next request to the provider makes of a profile that was just stored.
struct NextUse {
    enum class Kind {
        none,        // it isn't used: the candidate's reason says why
        in_reserve,  // `other` goes first
        takes_over,  // it goes first; until now the profile `other` did
        first,
    };
    Kind kind;
    const Candidate* stored;           // of the decision after
    const Candidate* other = nullptr;  // of the decision after, or for `takes_over` of the one before
};
// From the resolver's decisions before and after; borrows both. Nothing when it can't be read back.
std::optional<NextUse> next_use(const Resolution& before, const Resolution& after, const ProfileId& id);

}  // namespace openclaw::auth
