#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "auth/profiles/provider_id.h"
#include "auth/profiles/secret_ref.h"
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
    bool operator==(const ApiKey&) const = default;
};
struct Token {  // static bearer, not refreshable
    Secret token;
    std::optional<TimePoint> expires;  // missing: never expires
    bool operator==(const Token&) const = default;
};
struct OAuth {
    Secret access, refresh;
    std::optional<TimePoint> expires;    // missing: never known
    std::string account_id, project_id;  // ChatGPT and Chutes; Google's command line logins
    // How long its issuer makes access tokens, where that is known: `lifetimeMs`, a member of ours.
    std::optional<Milliseconds> lifetime = {};

    bool operator==(const OAuth&) const = default;
};
using Credential = std::variant<ApiKey, Token, OAuth>;

// "api_key", "token", "oauth": the wire's words.
std::string_view kind_name(const Credential& credential);
// What a request would carry: the key, the token or the access token.
const Secret& wire_secret(const Credential& credential);
// The file's name of that member: "key", "token" or "access".
std::string_view wire_field(const Credential& credential);

// A named way in to a provider.
struct Profile {
    ProfileId id;
    std::string provider;  // as stored: one of the spellings of a ProviderId
    Credential credential;
    std::string email;
    std::optional<TimePoint> added;  // when it was entered here; a member of ours (`addedAt`)
    std::string note;                // an oddity that was understood: "expires is in seconds"
    bool inherited = false;          // it lives in the main agent's file
    // Fields whose secret stands elsewhere ("key", "token", "access", "refresh"; `keyRef` and so on in the
    // file). The credential's own member is blank then.
    std::map<std::string, SecretRef, std::less<>> references = {};
    // The program whose login this is (`managedBy`, a member of ours): "qwen-cli". It alone may spend the
    // refresh token (program_login.h). Empty: the login is ours.
    std::string managed_by = {};
    // Who may use it, normalised ids, the agent it lives with included; absent: everybody who has it in his
    // own store or inherits it. A member of ours (`allowAgents`).
    std::optional<std::vector<std::string>> allowed_agents = {};

    const SecretRef* reference_of(std::string_view field) const;
    bool allows(std::string_view agent_id) const;
    // Of a login: whether there is something to renew it with, in the record or where the record points to.
    bool has_refresh_token() const;
    bool operator==(const Profile&) const = default;
};

constexpr std::string_view manual_reason = "manual";  // why a rest that a person set is one

// A person lets it rest (`models auth cooldown set`).
struct Bench {
    TimePoint since, until;
    std::string why = {};

    bool operator==(const Bench&) const = default;
};

// What went wrong with a credential, or with one model of it, and how long it rests for that. Times of rests
// are read through rest.h alone.
struct Trouble {
    std::optional<TimePoint> last_failure, cooldown_until, disabled_until;
    std::string disabled_reason;
    std::int64_t error_count = 0;
    std::map<std::string, std::int64_t> failure_counts;  // reason -> count
    // What the provider last said, redacted. Members of ours in usageStats (`lastFailure`), ignored by the
    // reference, as are when one request tries whether a long rest is over (`trialAt`) and `benched`.
    std::string last_failure_text, last_failure_reason;
    int last_failure_status = 0;
    std::optional<TimePoint> trial_at;
    bool end_is_named = false;  // the provider said when its rest ends; else we guessed
    std::optional<Bench> bench;

    bool operator==(const Trouble&) const = default;
};
struct ModelTrouble : Trouble {
    std::string model;

    bool operator==(const ModelTrouble&) const = default;
};

// How a credential has fared. The trouble in it is the whole account's.
struct UsageStats : Trouble {
    std::optional<TimePoint> last_used;  // when a request last proved the credential
    // The fingerprint of the secret that all this is about, so that another one under the same id starts
    // clean. A member of ours, like `models`: trouble with one model only.
    std::string credential;
    std::vector<ModelTrouble> models;

    const ModelTrouble* find_model(std::string_view model) const;
    bool operator==(const UsageStats&) const = default;
};

// A record of the file that can't be used; it costs that record only.
struct DamagedProfile {
    ProfileId id;
    std::string provider;  // when readable
    std::string problem;   // "no key", "type is not one of api_key, token, oauth"
    bool inherited = false;

    bool operator==(const DamagedProfile&) const = default;
};

// A file whose text is damaged: what is intact in it is served, and nothing is written to it.
struct DamagedFile {
    std::string path;
    std::string problem;  // "damaged at byte 812 (line 31): 4 of 5 records are intact"

    bool operator==(const DamagedFile&) const = default;
};

// Where a profile was imported from (`imports`, a member of ours). It stays when the profile goes, so that
// an import never brings back what was removed.
struct ImportRecord {
    std::string path;
    std::string fingerprint;  // of what was found there; empty: the first write took it over unasked
    std::optional<TimePoint> at = {};

    bool operator==(const ImportRecord&) const = default;
};

// A credential that stands in a database of a newer OpenClaw (newer_store.h) and isn't here as it is there.
// No request uses it.
struct Elsewhere {
    std::string file;
    ProfileId id;
    std::string provider;  // normalised
    bool changed = false;  // it was taken over, and has changed there since

    bool operator==(const Elsewhere&) const = default;
};

// What auth-profiles.json says. Plain values, in file order.
struct Store {
    std::vector<Profile> profiles;
    std::vector<DamagedProfile> damaged;
    std::vector<std::pair<std::string, std::vector<ProfileId>>> order;  // keys as stored, in file order
    std::map<std::string, ProfileId> last_good;                         // keys as stored
    std::unordered_map<std::string, UsageStats> usage;                  // by the text of a ProfileId
    std::map<ProfileId, ImportRecord> imports = {};                     // of this file only
    std::vector<DamagedFile> damaged_files = {};  // the agent's own, the one it inherits from
    std::vector<Elsewhere> elsewhere = {};        // what is not taken over yet

    const Profile* find(const ProfileId& id) const;
    const UsageStats* usage_of(const ProfileId& id) const;
    const std::vector<ProfileId>* order_of(const ProviderId& provider) const;

    bool operator==(const Store&) const = default;
};

// All that a log must not hold of it: keys, tokens, access and refresh tokens, as far as they stand in it.
std::vector<const Secret*> secrets_of(const Store& store);

}  // namespace openclaw::auth
