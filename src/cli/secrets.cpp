#include "cli/secrets.h"

#include "access/gateway_secret.h"
#include "auth/choice/key_pool.h"
#include "auth/choice/provider_table.h"
#include "auth/store/profile_store.h"
#include "config/settings/secrets.h"
#include "credentials/credentials.h"

namespace openclaw::cli {
namespace {

// Of the environment and the config, and the gateway's own.
std::vector<Secret> secrets_of(platform::FileSystem& files, const config::Config& config) {
    std::vector<Secret> secrets;
    for (const auto& provider : auth::provider_variables) {
        for (const std::string_view name : provider.variables) {
            if (const auto value = config.environment().find_filled(name)) secrets.emplace_back(*value);
        }
        const auto live = config.environment().find_filled(auth::live_variable(provider.provider));
        if (live) secrets.emplace_back(*live);
        for (auto& pooled : auth::pooled_keys(provider.provider, config.environment()))
            secrets.push_back(std::move(pooled.key));
    }
    if (const auto secret = access::resolve_gateway_secret(config, files, {})) {
        for (const auto& candidate : secret->candidates) secrets.push_back(candidate.value);
    }
    for (const auto& literal : config::literal_secrets(config.value())) secrets.emplace_back(literal);
    return secrets;
}

}  // namespace

void register_secrets(Redactor& redactor, platform::FileSystem& files, const config::Config& config) {
    const auto secrets = secrets_of(files, config);
    std::vector<const Secret*> held;
    for (const auto& secret : secrets) held.push_back(&secret);
    redactor.hold("config and environment", held);
}

void register_stored_secrets(Redactor& redactor, platform::FileSystem& files, const config::Config& config) {
    for (const auto& agent : config.agents()) {
        auth::ProfileStore store(files, auth::store_folders(config, agent));
        if (const auto loaded = store.load())
            redactor.hold(credentials::place_of_store(agent.id), auth::secrets_of(**loaded));
    }
}

}  // namespace openclaw::cli
