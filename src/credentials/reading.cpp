#include "credentials/reading.h"

#include <unordered_map>

namespace openclaw::credentials {
namespace {

using Told = std::function<void(const Secret&)>;

void tell(const auth::Credential& credential, const Told& on_secret) {
    const auto hears = [&](const Secret& secret) {
        if (!secret.empty()) on_secret(secret);
    };
    if (const auto* key = std::get_if<auth::ApiKey>(&credential)) hears(key->key);
    if (const auto* token = std::get_if<auth::Token>(&credential)) hears(token->token);
    if (const auto* login = std::get_if<auth::OAuth>(&credential)) {
        hears(login->access);
        hears(login->refresh);
    }
}

// Only of what is new: one profile more among thousands is told of alone.
void tell_new_secrets(const auth::Store& store, const auth::Store* before, const Told& on_secret) {
    std::unordered_map<std::string_view, const auth::Profile*> known;
    if (before)
        for (const auto& profile : before->profiles) known.emplace(profile.id.text, &profile);
    for (const auto& profile : store.profiles) {
        const auto found = known.find(profile.id.text);
        if (found == known.end() || !(found->second->credential == profile.credential))
            tell(profile.credential, on_secret);
    }
}

std::vector<auth::ProfileId> differently_used(const auth::Store& left, const auth::Store& right) {
    std::vector<auth::ProfileId> ids;
    for (const auto& [id, usage] : right.usage) {
        const auto before = left.usage.find(id);
        if (before == left.usage.end() || !(before->second == usage)) ids.push_back({id});
    }
    for (const auto& [id, usage] : left.usage)
        if (!right.usage.contains(id)) ids.push_back({id});
    return ids;
}

}  // namespace

Reading read_again(auth::CredentialStore& store, const auth::CredentialStore::Snapshot& before,
                   const Told& on_secret) {
    Reading reading{.now = store.snapshot(), .changed = {}, .used = {}};
    if (!reading.now || reading.now->store == before.store) return reading;
    const auto& now = *reading.now->store;
    if (before.store && reading.now->credentials == before.credentials) {
        reading.used = differently_used(*before.store, now);
        return reading;
    }
    if (on_secret) tell_new_secrets(now, before.store.get(), on_secret);
    reading.changed = std::make_shared<auth::Store>(now);
    return reading;
}

}  // namespace openclaw::credentials
