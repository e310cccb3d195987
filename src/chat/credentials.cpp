#include "chat/credentials.h"

namespace openclaw::chat {

std::string label_of(const auth::Candidate& credential) {
    switch (credential.source) {
        case auth::Source::profile:
            return credential.profile.text;
        case auth::Source::environment:
            return "env: " + credential.place;
        case auth::Source::config_key:
            return credential.place;
        case auth::Source::ambient:
            return credential.place.empty() ? "the provider's own login" : credential.place;
        case auth::Source::keyless:
            return "no key";
    }
    return {};
}

Credentials::Agent& Credentials::agent_of(const std::string& agent_id, const ConfigPointer& config) {
    auto& agent = agents_[agent_id];
    // A reload may move an agent's folder.
    if (agent.profiles == nullptr || agent.config != config) {
        agent.index.reset();
        agent.store.reset();
        agent.config = config;
        // An unknown agent gets this far only to record; refreshed() refuses it.
        agent.profiles = std::make_shared<auth::ProfileStore>(files_, auth::store_folders(*config, agent_id));
    }
    return agent;
}

Result<Credentials::Agent*> Credentials::refreshed(const std::string& agent_id, const ConfigPointer& config) {
    if (config->find_agent(agent_id) == nullptr) return fail(Code::not_found, "no agent {}", agent_id);
    auto& agent = agent_of(agent_id, config);
    auto store = agent.profiles->load();
    if (!store) return std::unexpected(std::move(store).error());
    if (agent.index == nullptr || agent.store != *store) {
        agent.index.reset();
        agent.store = std::move(*store);
        agent.index = std::make_unique<auth::Index>(*agent.store, *agent.config);
    }
    return &agent;
}

Result<auth::Resolution> Credentials::resolve(const auth::ResolveRequest& request,
                                              const ConfigPointer& config) {
    const auto agent = refreshed(request.agent_id, config);
    if (!agent) return std::unexpected(agent.error());
    return auth::resolve(request, *(*agent)->index, clock_.now());
}

Result<std::shared_ptr<const auth::Store>> Credentials::stored(const std::string& agent_id,
                                                               const ConfigPointer& config) {
    const auto agent = refreshed(agent_id, config);
    if (!agent) return std::unexpected(agent.error());
    return (*agent)->store;
}

net::Task<std::optional<auth::Rest>> Credentials::record_failure(std::string agent_id,
                                                                 auth::Candidate credential,
                                                                 providers::Failure failure,
                                                                 ConfigPointer config) {
    if (credential.source != auth::Source::profile) co_return std::nullopt;
    const auth::FailureEvent event{failure.reason, failure.retry_after, failure.status, failure.message};
    const auto rules = auth::CooldownRules::from(*config, credential.provider);
    const auto now = clock_.now();
    auto after = std::make_shared<auth::UsageStats>();
    std::move_only_function<Result<void>()> work = [profiles = agent_of(agent_id, config).profiles,
                                                    id = credential.profile, event, rules, now, after] {
        return profiles->update_usage(id, [&](auth::UsageStats before) {
            return *after = auth::after_failure(std::move(before), event, rules, now);
        });
    };
    const auto written = co_await loop_.blocking(std::move(work));
    // The turn goes on: a full disk must not take away the answer that the next credential can give.
    if (!written)
        log_.error("auth", "recording a failure of {}: {}", label_of(credential), written.error().message);
    co_return auth::rest_of(*after, now);
}

net::Task<void> Credentials::record_success(std::string agent_id, auth::Candidate credential,
                                            ConfigPointer config) {
    if (credential.source != auth::Source::profile) co_return;
    std::move_only_function<Result<void>()> work = [profiles = agent_of(agent_id, config).profiles,
                                                    id = credential.profile, now = clock_.now()] {
        return profiles->record_success(id, now);
    };
    const auto written = co_await loop_.blocking(std::move(work));
    if (!written)
        log_.error("auth", "recording the use of {}: {}", label_of(credential), written.error().message);
}

}  // namespace openclaw::chat
