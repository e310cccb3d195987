#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "auth/credential_rules.h"
#include "auth/resolver.h"

namespace openclaw::auth {

// One thing that a decision looks at, as far as time doesn't matter. Small: a decision walks over them all.
struct Slot {
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    Verdict fixed = Verdict::in_reserve;  // in_reserve: time decides
    Source source = Source::profile;
    std::uint32_t detail = 0;   // index into Group::details
    std::int64_t ends = never;  // from then on `at_end`
    Verdict at_end = Verdict::expired;
    std::int64_t rests_from = never, rests_until = never;  // resting in [from, until)
};

// What only a description needs.
struct SlotDetail {
    const Profile* profile = nullptr;
    ProfileId id;  // also of one that isn't stored
    std::string kind, place, reason;
    std::optional<Secret> secret;
    const config::Variable* variable = nullptr;
};

// Everything of one provider, in the order in which it is tried.
struct Group {
    std::string provider;
    std::vector<Slot> profiles, others;
    std::vector<SlotDetail> details;
    bool explicit_order = false;
    std::string order_origin;
};

struct Index::Prepared {
    const Store& store;
    const config::Config& config;
    Surroundings surroundings;
    CredentialRules rules;
    std::map<std::string, Group, std::less<>> groups;
};

Group build_group(const std::string& provider, const std::vector<const Profile*>& stored,
                  const std::vector<const DamagedProfile*>& damaged, const Index::Prepared& prepared);

// "cooling for 4m after 429 rate limit", and so on for every verdict.
std::string reason_for(const Slot& slot, const SlotDetail& detail, Verdict verdict, const Group& group,
                       const UsageStats* usage, bool pinned, TimePoint now);

}  // namespace openclaw::auth
