#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auth/choice/credential_rules.h"
#include "auth/choice/resolver.h"
#include "auth/choice/skipping.h"
#include "auth/rests/rest.h"
#include "auth/sources/source_settings.h"

namespace openclaw::auth {

// One thing that a decision looks at, as far as time doesn't matter. Small: a decision walks over them all.
struct Slot {
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    Verdict fixed = Verdict::in_reserve;  // in_reserve: time decides
    Source source = Source::profile;
    std::uint32_t detail = 0;   // index into Group::details
    std::int64_t ends = never;  // from then on `at_end`
    Verdict at_end = Verdict::expired;
    bool limited = false;  // to some agents: whether the one who asks is among them decides
    bool header = false;   // one that the owner wrote: where it counts, nothing else is sent
    bool unread = false;   // its secret stands elsewhere and hasn't been read: there is nothing to send
    // By what profiles of one provider are sorted where nobody gave an order: kind, then when they were last
    // used.
    std::uint8_t rank = 0;
    std::int64_t used = 0;
    std::uint32_t first_rest = 0, rests = 0;  // in Group::rests
    std::uint32_t rests_room = 0;             // places that are the slot's there
};

// A RestWindow as a decision reads it: numbers only.
struct SlotRest {
    std::int64_t from, until, trial_until;
    std::int64_t demand;  // from then on it is tried where nothing else is usable; Slot::never
    std::uint32_t model;  // 0: the account; else one more than its index in Group::models
};

// A secret that stands elsewhere.
struct Referral {
    SecretRef reference;
    SourceValue source = {};   // what `reference` gave; its value is the detail's `secret`
    bool asked_later = false;  // it will be asked when a request needs it
};

// What only a description needs.
struct SlotDetail {
    const Profile* profile = nullptr;
    ProfileId id;           // also of one that isn't stored
    std::string_view kind;  // one of the names of Candidate::kind
    std::string place, reason;
    std::optional<Secret> secret;
    std::string print = {};  // credential_print() of the secret, once it was asked for
    const config::Variable* variable = nullptr;
    const UsageStats* usage = nullptr;      // as far as it is about this secret
    const UsageStats* any_usage = nullptr;  // of the name, whatever secret it had
    std::unique_ptr<Referral> referral = {};
};

// Everything of one provider. A slot keeps its place; what changes when something was used is `order`.
struct Group {
    ProviderId provider;
    bool is_near = false;                // its server stands in the same house
    std::vector<Slot> profiles, others;  // `others` are tried after the profiles, as they stand
    std::vector<std::uint32_t> order;    // of the profiles: indices, in the order in which they are tried
    std::size_t sorted = 0;  // so many of `order`, from the front, are sorted by kind and last use
    std::vector<SlotDetail> details;
    std::vector<SlotRest> rests;
    std::vector<std::string> models;                            // that rests are about
    std::unordered_map<std::string_view, std::uint32_t> by_id;  // indices into `profiles`
    mutable Skipping skipping;                                  // along `order`

    // The headers that the owner wrote: the model whose entry holds it, or "", and the place in `others`.
    std::vector<std::pair<std::string, std::uint32_t>> headers;

    // The one that goes out with requests of this model; null: none.
    const Slot* header_for(std::string_view model) const;
    std::uint32_t number_of(std::string_view model) const;  // as in SlotRest; 0 when none is about it
    const Slot* find(const ProfileId& id) const;
    bool explicit_order = false;
    std::string order_origin;
    std::vector<std::string> notices;  // orders that are ignored, and why
};

struct Index::Prepared {
    const Store& store;
    const config::Config& config;
    Surroundings surroundings;
    CredentialRules rules;
    SourceSettings sources;
    std::map<std::string, Group, std::less<>> groups;
    std::map<std::string, Group, std::less<>> asked =
        {};  // of providers without profiles, once they were asked for
};

Group build_group(const ProviderId& provider, const std::vector<const Profile*>& stored,
                  const std::vector<const DamagedProfile*>& damaged, const Index::Prepared& prepared);

// The record of this profile has changed: its rests, and where it stands in the order.
void take_usage(Group& group, std::uint32_t slot, const Index::Prepared& prepared);

// A window as a decision reads it, of the account.
SlotRest slot_rest(const RestWindow& window);

// credential_print() of the detail's secret, made when it is first asked for.
const std::string& print_of(SlotDetail& detail, const Index::Prepared& prepared);

// What a reason is made of besides the slot.
struct Told {
    Verdict verdict;
    const UsageStats* usage;
    std::string_view model;
    bool pinned, on_trial;
    const SlotDetail* header;            // what the owner wrote and is sent in its place; null: none
    std::optional<TimePoint> on_demand;  // nothing is usable: it is tried then, although it rests
    TimePoint now;
};
// "cooling for another 4 min after 429 rate limit", and so on for every verdict.
std::string reason_for(const Slot& slot, const SlotDetail& detail, const Group& group, const Told& told);

}  // namespace openclaw::auth
