#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/choice/resolver.h"
#include "auth/models/model_ref.h"
#include "auth/report/truth.h"

namespace openclaw::auth {

// How long a credential is good for, as far as it can be known.
enum class Health { ok, fixed, expiring, expired, unknown };  // fixed: it never expires
std::string_view name_of(Health health);  // "ok", "static", "expiring", "expired", "missing"

constexpr Milliseconds warn_before = std::chrono::hours(24);

struct ProfileHealth {
    const Profile* profile = nullptr;
    ProviderId provider;
    std::string label;  // id and e-mail
    Health health = Health::unknown;
    std::optional<TimePoint> expires;
    Truth truth;
};
Health health_of(const Profile& profile, TimePoint now);

// One provider as it stands: what a request to it would use, and everything else that was looked at.
struct ProviderStatus {
    Resolution resolution;
    std::vector<ProfileHealth> profiles;
    std::size_t api_keys = 0, tokens = 0, logins = 0;
    Truth truth;  // of what its next request would use
    std::vector<const DamagedProfile*> damaged;
    bool listed = false;  // has a credential of some kind, usable or not
    bool in_use = false;  // a model in use is of this provider
    Health health = Health::unknown;
};

// Whether a model can be answered, by the resolver's word alone.
struct ModelCheck {
    ModelRef model;
    std::string role;  // "default", "fallback#1", "image", "image fallback#1"
    int exit = 0;      // 0 fine, 1 nothing usable or its end unknown, 2 the last one ends within a day
    std::string reason;
    std::string uses;             // "profile anthropic:work: the first ready one in order"; empty: nothing
    std::string unsendable = {};  // why no request can be sent, whatever the credential; empty: one can
    std::optional<Candidate> chosen = {};  // the same for programs; its secret removed
    std::string fingerprint = {};          // of that secret
};

struct StatusRequest {
    const Store& store;
    const config::Config& config;
    const config::AgentEntry& agent;
    bool agent_given = false;  // by --agent
    std::string store_file;
    std::string fingerprint_key;
    Surroundings surroundings;
    TimePoint now;
    const LiveRests* live = nullptr;  // what the gateway remembers; null: the files alone are known
    // Why no request to a model can be sent, whatever the credential; empty text: one can. May be empty.
    std::function<std::string(const ModelRef&)> unsendable = {};
    bool reveal = false;         // whole secrets instead of fingerprints
    std::size_t shown_max = 20;  // profiles of one provider in the text; the JSON document has them all
};

// Everything that `models status` says. Pure: no network, no file.
struct StatusReport {
    ModelPlan plan;
    std::vector<ProviderStatus> providers;  // sorted by id; those not `listed` only matter to the health list
    std::vector<std::string> missing;       // in use, but nothing at all is known of a credential
    std::vector<ModelCheck> checks;
    std::vector<std::string> damaged;        // "anthropic:old: no key"
    std::vector<std::string> damaged_files;  // "/…/auth-profiles.json is damaged at byte 812 (line 31): …"
    bool shell_enabled = false;
    std::vector<std::string> shell_applied;

    int exit() const;                // of --check: 1 before 2 before 0
    std::string check_line() const;  // why, in one line
};
StatusReport make_status_report(const StatusRequest& request);

// Of a candidate whose secret stands elsewhere: `source`, `provider`, `id`, and how the last look there went
// (`state`: read, last_good, not_asked, failed). Never a value, never ciphertext.
json::object source_json(const Candidate& candidate);
// What `models status --json` prints: the reference's document; members of ours come last in their objects.
json::object status_json(const StatusReport& report, const StatusRequest& request);
// "#3fa9c1d2", "missing", or the secret itself where the request says so.
std::string shown_secret(const Secret& secret, const StatusRequest& request);
// "anthropic:work=token:#3fa9c1d2 [cooldown 4m]"
std::string masked_label(const Profile& profile, const StatusRequest& request);
// In the order of the file, as labels are listed.
std::vector<const Profile*> in_file_order(const std::vector<ProfileHealth>& profiles);
// What is damaged, what of it is served, and what to do.
std::string damaged_file_text(const DamagedFile& file, const config::Paths& paths);
std::string damaged_label(const DamagedProfile& record);  // "anthropic:old=invalid (no key)"
json::object effective_json(const ProviderStatus& status, const StatusRequest& request);
// What the environment and the config give a provider, beside its profiles: {"env": ..., "modelsJson": ...}.
json::object other_sources_json(const ProviderStatus& status, const StatusRequest& request);
// "anthropic (2)": how many logins and tokens, by provider.
std::vector<std::string> providers_with_logins(const StatusReport& report);
std::vector<std::string> status_text(const StatusReport& report, const StatusRequest& request);

}  // namespace openclaw::auth
