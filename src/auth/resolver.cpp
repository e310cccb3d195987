#include "auth/resolver.h"

#include <algorithm>

#include "auth/cooldown.h"
#include "auth/prepared_index.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

// A slot with what the time and the request made of it.
struct Ranked {
    const Slot* slot;
    Verdict verdict;
};

Verdict verdict_at(const Slot& slot, std::int64_t now) {
    if (slot.fixed != Verdict::in_reserve) return slot.fixed;
    if (now >= slot.ends && slot.at_end == Verdict::expired) return Verdict::expired;
    if (now >= slot.rests_from && now < slot.rests_until) return Verdict::cooling;
    return now >= slot.ends ? slot.at_end : Verdict::in_reserve;
}

// Whether the order holds it (model-auth 5): only these can be pinned.
bool is_in_order(Verdict verdict) {
    return is_usable(verdict) || verdict == Verdict::needs_refresh || verdict == Verdict::cooling;
}

const Slot* find_pinned(const Group& group, const ResolveRequest& request) {
    if (!request.pinned) return nullptr;
    const auto is_pinned = [&](const Slot& slot) { return group.details[slot.detail].id == *request.pinned; };
    const auto found = std::ranges::find_if(group.profiles, is_pinned);
    return found == group.profiles.end() ? nullptr : &*found;
}

// The decision. A pinned profile is used even while it rests, a locked one or none; then the first that is
// ready. An OAuth login that needs a refresh is passed over.
const Slot* decide(const Group& group, const ResolveRequest& request, const Slot* pinned, std::int64_t now) {
    const Verdict pin = pinned ? verdict_at(*pinned, now) : Verdict::not_stored;
    if (pin == Verdict::in_reserve || pin == Verdict::cooling) return pinned;
    if (request.pinned && request.pin_is_locked) return nullptr;
    const auto is_ready = [&](const Slot& slot) { return verdict_at(slot, now) == Verdict::in_reserve; };
    for (const auto* slots : {&group.profiles, &group.others})
        if (const auto first = std::ranges::find_if(*slots, is_ready); first != slots->end()) return &*first;
    return nullptr;
}

// All of a group in the order in which a request would try it: what is ready, what rests, the rest.
std::vector<Ranked> in_order(const Group& group, std::int64_t now) {
    std::vector<Ranked> ranking, resting, unfit;
    ranking.reserve(group.profiles.size() + group.others.size());
    const auto sort_in = [&](const Slot& slot) {
        const Verdict verdict = verdict_at(slot, now);
        if (verdict == Verdict::in_reserve || verdict == Verdict::needs_refresh)
            ranking.push_back({&slot, verdict});
        else if (verdict == Verdict::cooling)
            resting.push_back({&slot, verdict});
        else
            unfit.push_back({&slot, verdict});
    };
    for (const auto& slot : group.profiles) sort_in(slot);
    for (const auto& slot : group.others) sort_in(slot);
    std::ranges::sort(resting, {}, [](const Ranked& entry) {
        return std::pair(entry.slot->rests_until, entry.slot->detail);
    });
    ranking.insert(ranking.end(), resting.begin(), resting.end());
    ranking.insert(ranking.end(), unfit.begin(), unfit.end());
    return ranking;
}

// The whole order with the decision in it. A pinned profile stands at the very front.
std::vector<Ranked> rank(const ResolveRequest& request, const Group& group, TimePoint time) {
    const auto now = to_ms(time);
    auto ranking = in_order(group, now);
    const auto* pinned = find_pinned(group, request);
    const auto* chosen = decide(group, request, pinned, now);
    const auto found = std::ranges::find(ranking, pinned, &Ranked::slot);
    if (found != ranking.end() && is_in_order(found->verdict)) std::rotate(ranking.begin(), found, found + 1);
    for (auto& entry : ranking) {
        const bool excluded = request.pinned && request.pin_is_locked && entry.slot != pinned;
        if (entry.slot == chosen)
            entry.verdict = Verdict::chosen;
        else if (excluded && is_in_order(entry.verdict))
            entry.verdict = Verdict::excluded_by_pin;
    }
    return ranking;
}

Candidate describe(const Ranked& ranked, const Group& group, const Index::Prepared& prepared,
                   const ResolveRequest& request, TimePoint now) {
    const Slot& slot = *ranked.slot;
    const SlotDetail& detail = group.details[slot.detail];
    const auto* usage = detail.profile ? prepared.store.usage_of(detail.id) : nullptr;
    const bool pinned = request.pinned && slot.source == Source::profile && detail.id == *request.pinned;
    Candidate candidate;
    candidate.source = slot.source;
    candidate.profile = detail.id;
    candidate.provider = group.provider;
    candidate.kind = detail.kind;
    candidate.place = detail.place;
    candidate.verdict = ranked.verdict;
    if (slot.ends != Slot::never && slot.ends > 0) candidate.expires = from_ms(slot.ends);
    const auto rest = usage ? rest_of(*usage, now) : std::nullopt;
    if (rest) candidate.until = rest->until;
    if (ranked.verdict == Verdict::cooling && rest && rest->kind == Rest::Kind::disabled)
        candidate.verdict = Verdict::disabled;
    if (ranked.verdict == Verdict::expired || ranked.verdict == Verdict::needs_refresh)
        candidate.until = candidate.expires;
    candidate.reason = reason_for(slot, detail, candidate.verdict, group, usage, pinned, now);
    candidate.secret = detail.secret;
    if (detail.variable) {
        candidate.variable_source = detail.variable->source;
        candidate.variable_place = detail.variable->place;
    }
    return candidate;
}

// A pin that points nowhere is said, not swallowed.
void add_missing_pin(Resolution& resolution, const ResolveRequest& request, const Store& store) {
    if (!request.pinned) return;
    const auto matches = [&](const Candidate& candidate) { return candidate.profile == *request.pinned; };
    if (std::ranges::any_of(resolution.candidates, matches)) return;
    const auto* other = store.find(*request.pinned);
    Candidate candidate;
    candidate.profile = *request.pinned;
    candidate.provider = other ? normalised_provider(other->provider) : resolution.provider;
    candidate.kind = other ? std::string(kind_name(other->credential)) : "";
    candidate.verdict = other ? Verdict::provider_mismatch : Verdict::not_stored;
    candidate.reason = other ? fmt::format("asked for, but it is for {}", other->provider)
                             : "asked for, but it is not stored";
    resolution.candidates.push_back(std::move(candidate));
}

// The prepared group, or one made now for a provider without profiles.
template <class Use>
auto with_group(const ResolveRequest& request, const Index::Prepared& prepared, Use use) {
    const std::string provider = normalised_provider(request.provider);
    const auto found = prepared.groups.find(provider);
    if (found != prepared.groups.end()) return use(found->second);
    return use(build_group(provider, {}, {}, prepared));
}

}  // namespace

const Candidate* Resolution::chosen() const {
    const auto found = std::ranges::find(candidates, Verdict::chosen, &Candidate::verdict);
    return found == candidates.end() ? nullptr : &*found;
}

bool Resolution::needs_none() const {
    const auto* candidate = chosen();
    return candidate && candidate->source == Source::keyless;
}

std::optional<TimePoint> Resolution::ready_at() const {
    if (chosen()) return std::nullopt;
    for (const auto& candidate : candidates)
        if (candidate.verdict == Verdict::cooling || candidate.verdict == Verdict::disabled)
            return candidate.until;
    return std::nullopt;
}

Index::Index(const Store& store, const config::Config& config, Surroundings surroundings)
    : prepared_(new Prepared{store, config, surroundings, CredentialRules::from(config), {}}) {
    std::map<std::string, std::vector<const Profile*>> stored;
    std::map<std::string, std::vector<const DamagedProfile*>> damaged;
    for (const auto& profile : store.profiles)
        stored[normalised_provider(profile.provider)].push_back(&profile);
    for (const auto& record : store.damaged) damaged[normalised_provider(record.provider)].push_back(&record);
    for (const auto& [provider, records] : damaged) stored[provider];
    for (const auto& [provider, profiles] : stored)
        prepared_->groups.emplace(provider, build_group(provider, profiles, damaged[provider], *prepared_));
}
Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

Resolution resolve(const ResolveRequest& request, const Index& index, TimePoint now) {
    const auto& prepared = index.prepared();
    return with_group(request, prepared, [&](const Group& group) {
        Resolution resolution{.provider = group.provider,
                              .candidates = {},
                              .explicit_order = group.explicit_order,
                              .order_origin = group.order_origin};
        for (const auto& ranked : rank(request, group, now))
            resolution.candidates.push_back(describe(ranked, group, prepared, request, now));
        add_missing_pin(resolution, request, prepared.store);
        return resolution;
    });
}

Resolution resolve(const ResolveRequest& request, const Store& store, const config::Config& config,
                   TimePoint now, Surroundings surroundings) {
    return resolve(request, Index(store, config, surroundings), now);
}

std::optional<Candidate> choose(const ResolveRequest& request, const Index& index, TimePoint now) {
    const auto& prepared = index.prepared();
    return with_group(request, prepared, [&](const Group& group) -> std::optional<Candidate> {
        const auto* slot = decide(group, request, find_pinned(group, request), to_ms(now));
        if (!slot) return std::nullopt;
        return describe({slot, Verdict::chosen}, group, prepared, request, now);
    });
}

}  // namespace openclaw::auth
