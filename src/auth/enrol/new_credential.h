#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/enrol/pasted_secret.h"
#include "auth/profiles/profile.h"

namespace openclaw::auth {

// What is entered by hand, and what an issuer gives for a login.
enum class EnteredKind { api_key, token, login };
std::string_view name_of(EnteredKind kind);  // "api_key", "token", "oauth": the wire's words

// A credential that is about to be stored.
struct NewCredential {
    ProviderId provider;
    EnteredKind kind = EnteredKind::api_key;
    ProfileId id;
    std::optional<TimePoint> expires;

    bool operator==(const NewCredential&) const = default;
};

// What a person said about it; the provider is normalised and checked already.
struct NewCredentialRequest {
    ProviderId provider;
    EnteredKind kind = EnteredKind::api_key;
    std::optional<std::string> id = {};        // else "<provider>:manual" for a token, "<provider>:default"
    std::optional<std::string> lifetime = {};  // "30d"
};
// Judged before the secret is asked for. `invalid_input`: a name that can't be one or looks like a secret, an
// id that `store` holds for another provider, a lifetime that makes no sense.
Result<NewCredential> plan_credential(const NewCredentialRequest& request, const Store& store, TimePoint now);

// How the secret that is pasted for it is judged.
PasteRules paste_rules(const NewCredential& credential, bool any_shape);

// The record that is stored: with the secret, or with the place where the secret stands.
Profile profile_of(const NewCredential& credential, Secret secret, TimePoint now);
Profile profile_of(const NewCredential& credential, SecretRef reference, TimePoint now);

// Profiles that hold the same secret under another name. They share its limits, which surprises; it is
// allowed all the same.
std::vector<ProfileId> twins_of(const Profile& profile, const Store& store);

}  // namespace openclaw::auth
