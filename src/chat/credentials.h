#pragma once

#include <map>
#include <memory>
#include <string>

#include "auth/cooldown.h"
#include "auth/profile_store.h"
#include "auth/resolver.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/loop.h"
#include "providers/provider.h"

namespace openclaw::chat {

// The credentials of every agent as turns need them: asked through the one resolver, outcomes recorded.
// Lives on the loop's thread; the disk is waited for elsewhere.
class Credentials {
public:
    Credentials(net::Loop& loop, platform::FileSystem& files, const Clock& clock, Log& log)
        : loop_(loop), files_(files), clock_(clock), log_(log) {}

    using ConfigPointer = std::shared_ptr<const config::Config>;
    // Fails when the agent's store is damaged or can't be read: nothing is guessed then.
    Result<auth::Resolution> resolve(const auth::ResolveRequest& request, const ConfigPointer& config);
    Result<std::shared_ptr<const auth::Store>> stored(const std::string& agent_id,
                                                      const ConfigPointer& config);

    // Until when the credential rests now, if it does. What isn't a stored profile has no record.
    net::Task<std::optional<auth::Rest>> record_failure(std::string agent_id, auth::Candidate credential,
                                                        providers::Failure failure, ConfigPointer config);
    net::Task<void> record_success(std::string agent_id, auth::Candidate credential, ConfigPointer config);

private:
    struct Agent {
        std::shared_ptr<auth::ProfileStore> profiles;
        std::shared_ptr<const auth::Store> store;  // what `index` borrows, with `config`
        ConfigPointer config;
        std::unique_ptr<auth::Index> index;
    };
    Result<Agent*> refreshed(const std::string& agent_id, const ConfigPointer& config);
    Agent& agent_of(const std::string& agent_id, const ConfigPointer& config);

    net::Loop& loop_;
    platform::FileSystem& files_;
    const Clock& clock_;
    Log& log_;
    std::map<std::string, Agent> agents_;
};

// "anthropic:work", "env: ANTHROPIC_API_KEY", "models.providers.corp.apiKey".
std::string label_of(const auth::Candidate& credential);

}  // namespace openclaw::chat
