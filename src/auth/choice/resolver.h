#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/profiles/credential_name.h"
#include "auth/profiles/profile.h"
#include "config/config.h"

namespace openclaw::auth {

// Why a candidate is or isn't tried. `chosen` and `in_reserve` are usable; the rest say why not.
enum class Verdict {
    chosen,         // the next request uses it
    in_reserve,     // tried next, should those before it fail
    needs_refresh,  // an OAuth login in its place of the order; its access token ended at `until`
    cooling,        // until `until`; used only when pinned
    disabled,       // billing or by a person, until `until`; used only when pinned
    on_trial,       // its rest is over and another request tries it just now: used when nothing else is
    expired,        // since `until`
    blank,
    damaged,
    excluded_by_order,   // an explicit order doesn't name it
    excluded_by_config,  // auth.profiles names others of this provider only
    excluded_by_pin,     // another one is pinned and nothing else may be used
    provider_mismatch,   // config and store disagree
    mode_mismatch,
    not_allowed_here,  // its allowAgents doesn't name this agent
    not_stored,        // order, config or pin names it, the store has no such id
    not_set,           // a variable or config key that was looked at and is absent or blank
    unavailable,       // a reference whose source gives nothing
};
std::string_view name_of(Verdict verdict);
constexpr bool is_usable(Verdict verdict) {
    return verdict == Verdict::chosen || verdict == Verdict::in_reserve;
}

// The kind of a header that the owner wrote into the config: it goes out as it stands, and no key with it.
constexpr std::string_view header_kind = "header";

struct Candidate {
    Source source = Source::profile;
    ProfileId profile;  // for Source::profile
    ProviderId provider;
    std::string kind;   // "api_key", "token", "oauth", "header", "aws-sdk", "cli", "none"
    std::string place;  // store file, variable name, config path
    Verdict verdict = Verdict::not_set;
    std::string reason;  // for a person: "cooling for 4 min after 429 rate limit"
    std::optional<TimePoint> until;
    std::optional<TimePoint> ready;  // of one that rests: when it is tried again, at the latest `until`
    bool on_demand = false;          // chosen although it rests: we guessed that, and nothing else is usable
    // Its rest is over, or it is tried on demand, and the request that uses it is the trial: of this model,
    // or
    // "", of the account.
    std::optional<std::string> trial;
    std::optional<TimePoint> expires;  // of the credential itself, when it is known to end
    std::optional<Secret> secret;      // what the wire would carry; absent when there is none
    std::optional<config::VariableSource> variable_source;
    std::string variable_place;  // the .env file or config path that set it
    // Where the secret stands, when the record only points to it, and how the last look there went.
    std::optional<SecretRef> reference = {};
    std::string source_problem = {};               // empty: it gave the value
    bool source_asked = false;                     // false: it will be asked when a request needs it
    std::optional<TimePoint> source_read_at = {};  // when the value was read
};

std::string credential_name(const Candidate& credential);

class LiveRests;  // live_rests.h
// The record of a credential that no store has one for, as far as it is about the secret that stands there
// now; null: none, or it is a stored profile's.
const UsageStats* remembered_of(const LiveRests* live, const Candidate& credential,
                                std::string_view fingerprint_key);

// Which credential of a provider: where it stands, and the profile's id or the place.
struct CredentialKey {
    Source source;
    std::string place;
    bool operator==(const CredentialKey&) const = default;
};
CredentialKey key_of(const Candidate& credential);

// What may be asked of the resolver.
struct ResolveRequest {
    ProviderId provider;
    std::string agent_id;                   // whose store this is; empty: the default agent's
    std::string model;                      // bare model id; empty: only rests of the whole account count
    std::optional<ProfileId> pinned;        // preferred first, cooling or not
    bool pin_is_locked = false;             // nothing else may be used
    const LiveRests* live = nullptr;        // what the gateway remembers; a command knows the files alone
    std::vector<CredentialKey> tried = {};  // choose() passes over what this request has tried in vain
    bool on_demand = true;  // what we let rest by a guess may be tried, should nothing be usable
};

// A store that nothing reads, because it stands in a state directory of old beside the one in use.
struct UnusedStore {
    std::string file;    // "~/.clawdbot/agents/main/agent/auth-profiles.json"
    std::string folder;  // "~/.clawdbot"
};

// Everything the decision looked at, in the order in which a request would try it: usable ones first, an
// OAuth login that needs a refresh in its place among them, then those that rest (soonest ready first), then
// the rest.
struct Resolution {
    ProviderId provider;
    std::vector<Candidate> candidates;
    bool explicit_order = false;
    std::string order_origin;  // "store", "config", "profiles in config" or ""
    // An order all of whose profiles are gone is ignored rather than locking everything out; said here.
    std::vector<std::string> notices = {};
    std::vector<UnusedStore> unused = {};   // where credentials may stand that nobody looks for
    std::vector<Elsewhere> elsewhere = {};  // this provider's in databases of a newer OpenClaw: no candidates

    const Candidate* chosen() const;  // null: no usable credential
    // When the first of those that rest is ready again, if nothing is usable and something rests.
    std::optional<TimePoint> ready_at() const;
};

// What a decision needs to know that stands neither in the store nor in the config nor in the environment.
struct Surroundings {
    bool google_login = false;  // gcloud's application default credentials exist (look_around.h)
    std::shared_ptr<const SourceValues> values = {};  // what references to files, commands and seals give
    // Tells a replaced secret from the one that a rest is about; may be empty.
    std::string fingerprint_key = {};
    // References to files and commands that `values` doesn't hold will be asked when a request needs them:
    // usable, without a secret. For showing; a request has asked before it decides.
    bool asked_when_needed = false;
    std::vector<UnusedStore> unused = {};  // look_around.h
};

// A store and a config prepared for many decisions: who is tried in which order, as far as time doesn't
// matter. Borrows both; build a new one when profiles, orders or the config change, and call take_usage()
// when only usage does. One thread uses it.
class Index {
public:
    Index(const Store& store, const config::Config& config, Surroundings surroundings = {});

    ~Index();
    Index(Index&&) noexcept;
    Index& operator=(Index&&) noexcept;

    // What is wrong with orders of providers that have profiles, each a sentence; see Resolution::notices.
    std::vector<std::string> notices() const;

    const Surroundings& surroundings() const;
    const Profile* find(const ProfileId& id) const;  // in the store
    // credential_print() of what is sent in a profile's name: made once for what stands in the store.
    std::string print_of(const ProfileId& id, const Secret& sent);
    // The store's record of this profile's use has changed; nothing else has.
    void take_usage(const ProfileId& id);

    struct Prepared;  // prepared_index.h
    Prepared& prepared() const { return *prepared_; }

private:
    template <class Use>
    void with_slot_of(const ProfileId& id, Use use) const;

    std::unique_ptr<Prepared> prepared_;
};

// The one function that says which credential a request uses: pure, over the given values. What is shown and
// what goes over the wire both come from it. Profiles by order, then the environment's variables, then the
// config key, then ambient ones. Resting profiles stand behind everything usable, environment and config
// included; one is chosen only when it is pinned. One whose rest is over is back in its place: the first
// request that takes it is its trial, to the others it rests until the trial's outcome is known. When nothing
// else is usable they take it all the same: a person who has one key only must not be refused because another
// turn is under way. Nor for a guess of ours: where nothing is usable, what rests without the provider having
// said how long is tried on demand, by one request at a time, 5 s after its last failure at the earliest, 1
// min after a refusal.
Resolution resolve(const ResolveRequest& request, const Index& index, TimePoint now);
Resolution resolve(const ResolveRequest& request, const Store& store, const config::Config& config,
                   TimePoint now, Surroundings surroundings = {});

// One stored profile as resolve() would list it, without all the others; nothing when it isn't listed.
std::optional<Candidate> find_candidate(const ResolveRequest& request, const ProfileId& profile,
                                        const Index& index, TimePoint now);

// The first of the same decision that has something to send, without describing all the others: what a
// request calls. Also passes over secrets that stand elsewhere and have not been read.
std::optional<Candidate> choose(const ResolveRequest& request, const Index& index, TimePoint now);

}  // namespace openclaw::auth
