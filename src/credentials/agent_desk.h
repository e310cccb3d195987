#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "auth/choice/resolver.h"
#include "auth/sources/held_references.h"
#include "auth/store/credential_store.h"
#include "config/config.h"
#include "credentials/outcome_writer.h"
#include "credentials/reading.h"
#include "net/loop/loop.h"

namespace openclaw::credentials {

// The credentials of one agent under one config, as decisions read them: what is stored, with what requests
// have learned since, and the index over both. Lives on the loop's thread.
struct AgentDesk {
    AgentDesk(net::Loop& loop, std::string agent_id, std::shared_ptr<const config::Config> under);

    const std::string agent;
    const std::shared_ptr<const config::Config> config;
    std::string own_file, main_file;                // that its own and inherited profiles stand in
    std::shared_ptr<auth::CredentialStore> source;  // shared with the desks that look at the same files
    auth::CredentialStore::Snapshot seen = {};      // as it was last read
    std::shared_ptr<auth::Store> store = {};        // the same with what was learned; what `index` borrows
    std::shared_ptr<const auth::SourceValues> values = {};
    std::unique_ptr<auth::Index> index = {};
    // What must be asked for a provider before a request of it, by provider: found once for each index.
    std::map<std::string, std::vector<auth::HeldReference>> asked = {};
    // Its logins that are renewed here, by provider: found once for each index.
    struct Login {
        auth::ProfileId profile;
        std::optional<TimePoint> expires;
        std::optional<Milliseconds> lifetime;
    };
    std::map<std::string, std::vector<Login>> logins = {};
    std::optional<Error> problem = {};  // why there is nothing to decide on

    bool stale = true;     // to be read again before the next decision
    bool unsure = false;   // it was read while somebody wrote: again, once that has ended
    bool reading = false;  // somebody is reading it
    net::Event read;       // and has ended
    std::chrono::steady_clock::time_point read_at{};
    std::optional<std::chrono::steady_clock::time_point> damaged_since = {};  // of a store that was whole
    bool closed = false;               // whether something sealed could not be opened
    std::vector<std::string> notices;  // that were logged: each is said once

    const std::string& file_of(const auth::Profile& profile) const {
        return profile.inherited ? main_file : own_file;
    }

    // Takes over what was read while no write of its files was under way, or else only what is certain: which
    // credentials there are. True when these differ from before.
    bool take(Reading found, const OutcomeWriter& writer, bool certain);
    // The profile's record is another one now.
    void set_usage(const auth::ProfileId& id, auth::UsageStats usage);
    auth::UsageStats usage_of(const auth::ProfileId& id) const;
    const auth::Profile* find(const auth::ProfileId& id) const;
    bool holds(const auth::ProfileId& id,
               const std::string& file) const;  // the profile of that name in that file

private:
    void take_store(std::shared_ptr<auth::Store> changed, const OutcomeWriter& writer, bool certain);
    void take_use(const std::vector<auth::ProfileId>& used, const OutcomeWriter& writer);
    auth::UsageStats known_of(const auth::Profile& profile, const OutcomeWriter& writer) const;

    std::set<auth::ProfileId> touched_;  // whose records were set here since the store was last read
};

}  // namespace openclaw::credentials
