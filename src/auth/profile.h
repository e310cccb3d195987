#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/secret.h"

namespace openclaw::auth {

// "anthropic:work". Free text; a strong type, so that it isn't mixed up with a provider or a model.
struct ProfileId {
    std::string text;
    auto operator<=>(const ProfileId&) const = default;
};

struct ApiKey {
    Secret key;
};
struct Token {  // static bearer, not refreshable
    Secret token;
    std::optional<TimePoint> expires;
};
struct OAuth {
    Secret access, refresh;
    std::optional<TimePoint> expires;  // missing: never known
};
using Credential = std::variant<ApiKey, Token, OAuth>;

// "api_key", "token", "oauth": the wire's words.
std::string_view kind_name(const Credential& credential);

// A named way in to a provider.
struct Profile {
    ProfileId id;
    std::string provider;  // as stored; compare through normalised_provider
    Credential credential;
    std::string email;
};

struct UsageStats {
    std::optional<TimePoint> last_used, last_failure, cooldown_until, disabled_until;
    std::string disabled_reason;
    std::int64_t error_count = 0;
    std::map<std::string, std::int64_t> failure_counts;  // reason -> count
    // What the provider last said, redacted, and when a request last proved the credential. Members of
    // ours in usageStats (`lastFailure`), ignored by the reference.
    std::string last_failure_text, last_failure_reason;
    int last_failure_status = 0;
};

// A record of the file that can't be used; it costs that record only.
struct DamagedProfile {
    ProfileId id;
    std::string provider;  // when readable
    std::string problem;   // "no key", "type is not one of api_key, token, oauth"
};

// What auth-profiles.json says. Plain values, in file order.
struct Store {
    std::vector<Profile> profiles;
    std::vector<DamagedProfile> damaged;
    std::map<std::string, std::vector<ProfileId>> order;  // key as stored
    std::map<std::string, ProfileId> last_good;           // key as stored
    std::map<ProfileId, UsageStats> usage;

    const Profile* find(const ProfileId& id) const;
    const UsageStats* usage_of(const ProfileId& id) const;
};

// "Z.AI" -> "zai" (model-auth 4.1).
std::string normalised_provider(std::string_view provider);

}  // namespace openclaw::auth
