#include "cli/secrets.h"

#include "access/gateway_secret.h"
#include "auth/choice/key_pool.h"
#include "auth/choice/provider_table.h"
#include "auth/store/profile_store.h"
#include "config/settings/secrets.h"

namespace openclaw::cli {

namespace {

void add_credential(Redactor& redactor, const auth::Credential& credential) {
    if (const auto* key = std::get_if<auth::ApiKey>(&credential)) redactor.add(key->key);
    if (const auto* token = std::get_if<auth::Token>(&credential)) redactor.add(token->token);
    if (const auto* login = std::get_if<auth::OAuth>(&credential)) {
        redactor.add(login->access);
        redactor.add(login->refresh);
    }
}

}  // namespace

void register_secrets(Redactor& redactor, platform::FileSystem& files, const config::Config& config) {
    for (const auto& provider : auth::provider_variables) {
        for (const std::string_view name : provider.variables) {
            if (const auto value = config.environment().find_filled(name)) redactor.add(Secret(*value));
        }
        const auto live = config.environment().find_filled(auth::live_variable(provider.provider));
        if (live) redactor.add(Secret(*live));
        for (const auto& pooled : auth::pooled_keys(provider.provider, config.environment()))
            redactor.add(pooled.key);
    }
    if (const auto secret = access::resolve_gateway_secret(config, files, {})) {
        for (const auto& candidate : secret->candidates) redactor.add(candidate.value);
    }
    for (const auto& literal : config::literal_secrets(config.value())) redactor.add(Secret(literal));
}

void register_stored_secrets(Redactor& redactor, platform::FileSystem& files, const config::Config& config) {
    for (const auto& agent : config.agents()) {
        auth::ProfileStore store(files, auth::store_folders(config, agent));
        const auto loaded = store.load();
        if (!loaded) continue;
        for (const auto& profile : (*loaded)->profiles) add_credential(redactor, profile.credential);
    }
}

}  // namespace openclaw::cli
