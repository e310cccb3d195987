#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/profiles/profile.h"
#include "config/config.h"

namespace openclaw::auth {

// An entry of auth.profiles: which profiles take part, and of what kind the config believes them to be.
struct ConfiguredProfile {
    ProfileId id;
    ProviderId provider;
    std::string mode;  // "api_key", "oauth", "token"
    std::string email;
};

// A header of the config that carries a credential: what the owner wrote goes out as it stands.
struct ConfiguredHeader {
    std::string path;   // "models.providers.corp.headers.Authorization"
    std::string model;  // the id whose entry holds it; empty: it is the provider's
    std::optional<Secret> value;
    std::optional<Result<SecretRef>> reference;  // it points to another place, rightly or wrongly
};

// What models.providers.<id> says about credentials.
struct ConfiguredProvider {
    std::string key;  // as written in the config
    std::string base_url;
    std::optional<Secret> api_key;
    std::optional<Result<SecretRef>> reference;  // apiKey points to another place, rightly or wrongly
    std::string auth;                            // "api-key", "aws-sdk", "oauth", "token" or empty
    bool auth_header = true;
    std::vector<ConfiguredHeader> headers = {};  // at most one of the provider and one of each model
};

// What the config decides about credentials, read from it once.
struct CredentialRules {
    std::vector<ConfiguredProfile> profiles;                            // file order
    std::vector<std::pair<std::string, std::vector<ProfileId>>> order;  // normalised provider, file order
    std::vector<std::pair<std::string, ConfiguredProvider>> providers;  // normalised id

    static CredentialRules from(const config::Config& config);

    const ConfiguredProfile* find_profile(const ProfileId& id) const;
    const std::vector<ProfileId>* order_of(std::string_view provider) const;  // an empty list counts
    // The exact key, else the first one that means the same provider.
    const ConfiguredProvider* find_provider(std::string_view provider) const;
};

// No header can carry a line break or another control character: such a secret was pasted wrongly.
bool can_be_sent(const Secret& secret);

// Whether a server at this address is this machine or in its own network, so that one without a key is
// believable: localhost, *.local, loopback and private addresses.
bool is_local_url(std::string_view url);

}  // namespace openclaw::auth
