#include "auth/profiles/profile.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace openclaw::auth {

std::string_view kind_name(const Credential& credential) {
    constexpr std::array<std::string_view, 3> names = {"api_key", "token", "oauth"};
    return names[credential.index()];
}

const Secret& wire_secret(const Credential& credential) {
    if (const auto* key = std::get_if<ApiKey>(&credential)) return key->key;
    if (const auto* token = std::get_if<Token>(&credential)) return token->token;
    return std::get<OAuth>(credential).access;
}

std::vector<const Secret*> secrets_of(const Store& store) {
    std::vector<const Secret*> secrets;
    for (const auto& profile : store.profiles) {
        if (const auto& secret = wire_secret(profile.credential); !secret.empty()) secrets.push_back(&secret);
        const auto* login = std::get_if<OAuth>(&profile.credential);
        if (login && !login->refresh.empty()) secrets.push_back(&login->refresh);
    }
    return secrets;
}

const ModelTrouble* UsageStats::find_model(std::string_view model) const {
    const auto found = std::ranges::find(models, model, &ModelTrouble::model);
    return found == models.end() ? nullptr : &*found;
}

std::string_view wire_field(const Credential& credential) {
    constexpr std::array<std::string_view, 3> fields = {"key", "token", "access"};
    return fields[credential.index()];
}

bool Profile::has_refresh_token() const {
    const auto* login = std::get_if<OAuth>(&credential);
    return login && (!login->refresh.blank() || reference_of("refresh"));
}

const SecretRef* Profile::reference_of(std::string_view field) const {
    const auto found = references.find(field);
    return found == references.end() ? nullptr : &found->second;
}

const Profile* Store::find(const ProfileId& id) const {
    const auto found = std::ranges::find(profiles, id, &Profile::id);
    return found == profiles.end() ? nullptr : &*found;
}

const UsageStats* Store::usage_of(const ProfileId& id) const {
    const auto found = usage.find(id.text);
    return found == usage.end() ? nullptr : &found->second;
}

const std::vector<ProfileId>* Store::order_of(const ProviderId& provider) const {
    const ProviderId wanted(provider);
    for (const auto& [key, ids] : order)
        if (ProviderId(key) == wanted) return &ids;
    return nullptr;
}

bool Profile::allows(std::string_view agent_id) const {
    return !allowed_agents || std::ranges::find(*allowed_agents, agent_id) != allowed_agents->end();
}

}  // namespace openclaw::auth
