#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/profile.h"
#include "config/config.h"

namespace openclaw::auth {

// Where a credential stands.
enum class Source {
    profile,      // auth-profiles.json
    environment,  // a variable: `place` is its name, `variable_source` where it was set
    config_key,   // models.providers.<p>.apiKey
    ambient,      // AWS, gcloud: the provider's own chain
    keyless,      // a local server or the demo provider that wants none
};

// Why a candidate is or isn't tried. `chosen` and `in_reserve` are usable; the rest say why not.
enum class Verdict {
    chosen,      // the next request uses it
    in_reserve,  // tried next, should those before it fail
    cooling,     // until `until`; used only as the last resort or when pinned
    disabled,    // billing, until `until`
    expired,     // since `until`
    blank,
    damaged,
    excluded_by_order,   // an explicit order doesn't name it
    excluded_by_config,  // auth.profiles names others of this provider only
    provider_mismatch,   // config and store disagree
    mode_mismatch,
    not_allowed_here,  // belongs to another agent
    not_stored,        // order, config or pin names it, the store has no such id
    not_set,           // a variable or config key that was looked at and is absent or blank
};

struct Candidate {
    Source source = Source::profile;
    ProfileId profile;  // for Source::profile
    std::string provider;
    std::string kind;   // "api_key", "token", "oauth", "none"
    std::string place;  // store file, variable name, config path
    Verdict verdict = Verdict::not_set;
    std::string reason;  // for a person: "cooling for 4 min after 429 rate limit"
    std::optional<TimePoint> until;
    std::optional<Secret> secret;  // what the wire would carry; absent when there is none
};

// What may be asked of the resolver.
struct ResolveRequest {
    std::string provider;
    std::string agent_id;             // whose store this is
    std::string model;                // bare model id; cooldowns can be per model
    std::optional<ProfileId> pinned;  // preferred first, cooling or not
    bool pin_is_locked = false;       // nothing else may be used
};

// Everything the decision looked at, in the order in which a request would try it: usable ones first.
struct Resolution {
    std::string provider;  // normalised
    std::vector<Candidate> candidates;
    bool explicit_order = false;
    std::string order_origin;  // "store", "config", "profiles in config" or ""

    const Candidate* chosen() const;  // null: no usable credential
    bool needs_none() const;          // keyless
};

// The one function that says which credential a request uses (promise 1): pure, over the given values.
// Profiles by order (model-auth 5), then environment (4.2), then the config key, then ambient ones. Cooling
// profiles stay as a last resort behind everything usable, environment and config included.
Resolution resolve(const ResolveRequest& request, const Store& store, const config::Config& config,
                   TimePoint now);

}  // namespace openclaw::auth
