#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "auth/profiles/profile.h"

namespace openclaw::auth {

// How long after its last failure a credential whose rest we guessed is tried on demand: where nothing else
// is usable, nobody waits for the end of a guess. What was refused will most likely be refused again.
constexpr Milliseconds demand_pace = std::chrono::seconds(5);
constexpr Milliseconds demand_pace_of_refused = std::chrono::minutes(1);
// No rest lasts longer, whatever a file, a config or a provider says.
constexpr Milliseconds rest_max = std::chrono::days(31);
// An ended rest that nobody has put to the test for so long is forgotten.
constexpr Milliseconds trial_span = std::chrono::hours(24);

// Why, until when and for what a credential isn't used.
struct Rest {
    enum class Kind { cooldown, disabled } kind = Kind::cooldown;  // disabled: billing, or by a person
    TimePoint until;
    std::string reason = {};  // "billing" or "manual" when disabled; else the failure's, empty when unknown
    std::string model = {};   // empty: the whole account rests
    std::optional<TimePoint> trial_at = {};  // one request tries it then, before `until`
    // We guessed its end: from then on a request that has nothing else to use tries it.
    std::optional<TimePoint> on_demand = {};

    TimePoint ready_at() const { return trial_at.value_or(until); }
    // When a request that has nothing else to use tries it again.
    TimePoint tried_at() const { return std::min(on_demand.value_or(until), ready_at()); }
};

// The same without the time: it rests in [from, until); then, in [until, trial_until), one request at a time
// tries whether it works again (half-open). A rest that a person set has no trial.
struct RestWindow {
    TimePoint from, until, trial_until;
    Rest rest;
    bool contains(TimePoint now) const { return from <= now && now < until; }
    bool wants_trial(TimePoint now) const { return until <= now && now < trial_until; }
};

// Whether the last word on it was that the credential is not accepted.
bool was_refused(const Trouble& trouble);

// The one that failures began. A clock that was set back lengthens nothing: before its own start
// a rest is over, and none outlasts the longest that its start allows.
std::optional<RestWindow> rest_window(const Trouble& trouble);
// All, those that a person set included: of the whole account, then of each model.
std::vector<RestWindow> rest_windows(const UsageStats& usage);

// The rest that ends last, of those that concern a model; an empty model: the account's only. It is tried on
// demand only where all of them may be.
std::optional<Rest> rest_of(const UsageStats& usage, TimePoint now, std::string_view model = {});
// All that rests now, the account first.
std::vector<Rest> rests_of(const UsageStats& usage, TimePoint now);
// A rest is over, and no request has yet shown that the credential works again.
bool wants_trial(const UsageStats& usage, TimePoint now, std::string_view model = {});

// Stands for a secret in a record: a keyed fingerprint and, behind it, which key that was.
std::string credential_print(const Secret& secret, std::string_view fingerprint_key);
// Whether the record is about this secret and not about one that stood under the same name before. A record
// without a fingerprint (another program's, a login's, whose tokens change) or with another host's is taken
// at its word.
bool is_about(const UsageStats& usage, const Secret& secret, std::string_view fingerprint_key);
bool is_about(const UsageStats& usage, std::string_view print);  // the secret's credential_print()
// The record of a profile as far as it is about the credential that is stored now; null: a clean start.
const UsageStats* usage_about(const Store& store, const Profile& profile, std::string_view fingerprint_key);

}  // namespace openclaw::auth
