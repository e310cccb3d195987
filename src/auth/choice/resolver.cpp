// A decision in three steps. What doesn't hang on time stands prepared in an Index: per provider the slots in
// their order, each small enough to walk over ten thousand of them (prepared_index.h). state_at() says what
// the clock, the request and its model make of one slot. decide() takes the first that serves; that is all
// that a request asks (choose). To show the decision, resolve() ranks all slots, puts the same decision into
// that row and describes each with its sentence: so what is shown can't differ from what is used.
#include "auth/choice/resolver.h"

#include <algorithm>

#include "auth/choice/prepared_index.h"
#include "auth/rests/live_rests.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

// The time, the agent and the request, as every slot is asked about them.
struct Moment {
    const Group& group;
    const LiveRests* live;
    std::string_view fingerprint_key, agent, model;
    TimePoint time;
    std::int64_t now = to_ms(time);
    std::uint32_t model_number = group.number_of(model);
    const Slot* header = group.header_for(model);
};

enum class Trial { account, model };

// What the time and the request made of a slot.
struct State {
    Verdict verdict;
    std::int64_t ready = 0;           // when a rest ends, as far as this request is concerned
    std::optional<Trial> trial = {};  // this request would be its trial
    // Of one that rests: from when on it is tried where nothing else is usable.
    std::int64_t demand = Slot::never;
};

struct Ranked {
    const Slot* slot;
    Verdict verdict;
    std::int64_t ready;
    std::optional<TimePoint> on_demand = {};  // when it is tried, as nothing else is usable
};

// What a request uses.
struct Decision {
    const Slot* slot = nullptr;
    bool on_demand = false;  // it rests
};

// What is remembered of a credential that no store has a record for.
const UsageStats* live_usage(const Slot& slot, const Moment& moment) {
    if (!moment.live || slot.source == Source::profile) return nullptr;
    const auto& detail = moment.group.details[slot.detail];
    const auto* usage =
        moment.live->usage_of(credential_name(moment.group.provider, slot.source, detail.place));
    const bool about = usage && (!detail.secret || is_about(*usage, *detail.secret, moment.fingerprint_key));
    return about ? usage : nullptr;
}

const UsageStats* usage_of(const Slot& slot, const Moment& moment) {
    const auto* stored = moment.group.details[slot.detail].usage;
    return stored ? stored : live_usage(slot, moment);
}

// Whether another request tries it, for the account or for this model.
bool is_on_trial(const Slot& slot, const Moment& moment, bool of_account) {
    if (!moment.live) return false;
    const auto& detail = moment.group.details[slot.detail];
    const auto name =
        credential_name(moment.group.provider, slot.source,
                        slot.source == Source::profile ? std::string_view(detail.id.text) : detail.place);
    return moment.live->tries(name, of_account ? std::string_view() : moment.model);
}

struct RestState {
    bool resting = false, account_rests = false, account_trial = false, model_trial = false;
    std::int64_t ready = 0, demand = 0;

    void add(const SlotRest& rest, bool of_account, std::int64_t now) {
        if (rest.from <= now && now < rest.until) {
            resting = true;
            account_rests = account_rests || of_account;
            ready = std::max(ready, rest.until);
            demand = std::max(demand, rest.demand);
        } else if (rest.until <= now && now < rest.trial_until) {
            (of_account ? account_trial : model_trial) = true;
        }
    }
};

RestState rest_state(const Slot& slot, const Moment& moment) {
    RestState state;
    for (std::uint32_t i = 0; i < slot.rests; ++i) {
        const auto& rest = moment.group.rests[slot.first_rest + i];
        if (rest.model == 0 || rest.model == moment.model_number)
            state.add(rest, rest.model == 0, moment.now);
    }
    const auto* usage = live_usage(slot, moment);
    if (!usage) return state;
    for (const auto& window : rest_windows(*usage))
        if (window.rest.model.empty() || window.rest.model == moment.model)
            state.add(slot_rest(window), window.rest.model.empty(), moment.now);
    return state;
}

// One request at a time tries what rests, and none soon after another.
State resting_state(const Slot& slot, const RestState& rest, const Moment& moment) {
    State state{.verdict = Verdict::cooling, .ready = rest.ready};
    // A login that has to be refreshed first has nothing to send.
    if (rest.demand == Slot::never || moment.now >= slot.ends) return state;
    state.trial = rest.account_rests ? Trial::account : Trial::model;
    state.demand = rest.demand;
    if (is_on_trial(slot, moment, rest.account_rests))
        state.demand = std::max(rest.demand, moment.now + demand_pace.count());
    return state;
}

State state_at(const Slot& slot, const Moment& moment) {
    if (slot.fixed != Verdict::in_reserve) return {.verdict = slot.fixed};
    if (&slot != moment.header && (moment.header || slot.header))
        return {.verdict = Verdict::excluded_by_config};
    if (slot.limited && !moment.group.details[slot.detail].profile->allows(moment.agent))
        return {.verdict = Verdict::not_allowed_here};
    if (moment.now >= slot.ends && slot.at_end == Verdict::expired) return {.verdict = Verdict::expired};
    if (slot.rests == 0 && (!moment.live || slot.source == Source::profile))
        return {.verdict = moment.now >= slot.ends ? slot.at_end : Verdict::in_reserve};
    const auto rest = rest_state(slot, moment);
    if (rest.resting) return resting_state(slot, rest, moment);
    if (moment.now >= slot.ends) return {.verdict = slot.at_end};
    const bool tried = (rest.account_trial && is_on_trial(slot, moment, true)) ||
                       (rest.model_trial && is_on_trial(slot, moment, false));
    if (tried) return {.verdict = Verdict::on_trial, .ready = moment.now};
    State state{.verdict = Verdict::in_reserve};
    if (rest.account_trial || rest.model_trial)
        state.trial = rest.account_trial ? Trial::account : Trial::model;
    return state;
}

// Whether the order holds it: only these can be pinned.
bool is_in_order(Verdict verdict) {
    return is_usable(verdict) || verdict == Verdict::needs_refresh || verdict == Verdict::cooling ||
           verdict == Verdict::on_trial;
}

const Slot* find_pinned(const Group& group, const ResolveRequest& request) {
    return request.pinned ? group.find(*request.pinned) : nullptr;
}

std::string_view place_of(const SlotDetail& detail, Source source) {
    return source == Source::profile ? std::string_view(detail.id.text) : std::string_view(detail.place);
}

bool was_tried(const Slot& slot, const Group& group, const ResolveRequest& request) {
    return std::ranges::any_of(request.tried, [&](const CredentialKey& key) {
        return key.source == slot.source && key.place == place_of(group.details[slot.detail], slot.source);
    });
}

// When a slot surely can't be used, whoever asks for whatever model.
Skipping::Span unusable_span(const Slot& slot, const Group& group) {
    if (slot.fixed != Verdict::in_reserve) return Skipping::Span::always();
    auto span = Skipping::Span::never();
    for (std::uint32_t i = 0; i < slot.rests; ++i) {
        const auto& rest = group.rests[slot.first_rest + i];
        if (rest.model == 0 && rest.until > span.until) span = {rest.from, rest.until};
    }
    return span;
}

// Calls `use` with the slots in the order in which they are tried, without those that surely can't be used,
// until it returns true.
template <class Use>
void walk(const Moment& moment, Use use) {
    const auto& group = moment.group;
    const auto slot_at = [&](std::size_t place) -> const Slot& { return group.profiles[group.order[place]]; };
    const auto span_at = [&](std::size_t place) { return unusable_span(slot_at(place), group); };
    const auto slots = group.order.size();
    for (std::size_t place = 0; place < slots;) {
        if (place % Skipping::block_size == 0 && group.skipping.passes(place, slots, moment.now, span_at))
            place += Skipping::block_size;
        else if (use(slot_at(place++)))
            return;
    }
    for (const auto& slot : group.others)
        if (use(slot)) return;
}

// Nothing is usable: of those whose rest we guessed, the one that is ready soonest, those that were refused
// last. Each is looked at, which no request does that has something to use.
template <class Fits>
const Slot* find_on_demand(const Moment& moment, Fits fits) {
    const Slot* found = nullptr;
    std::pair<bool, std::int64_t> best;
    const auto look_at = [&](const Slot& slot) {
        if (slot.fixed != Verdict::in_reserve || !fits(slot)) return;
        const auto state = state_at(slot, moment);
        if (state.verdict != Verdict::cooling || state.demand > moment.now) return;
        const auto* usage = usage_of(slot, moment);
        const std::pair place(usage && was_refused(*usage), state.ready);
        if (found && place >= best) return;
        found = &slot;
        best = place;
    };
    for (const auto place : moment.group.order) look_at(moment.group.profiles[place]);
    std::ranges::for_each(moment.group.others, look_at);
    return found;
}

// The decision. A pinned profile is used even while it rests, a locked one or none; then the first that is
// ready; then one that another request tries just now; then one that rests by our guess. An OAuth login that
// needs a refresh is passed over. `fits` says whether the request could send it at all.
template <class Fits>
Decision decide(const ResolveRequest& request, const Slot* pinned, const Moment& moment, Fits fits) {
    const auto state_of = [&](const Slot& slot) {
        return fits(slot) ? state_at(slot, moment).verdict : Verdict::unavailable;
    };
    const Verdict pin = pinned ? state_of(*pinned) : Verdict::not_stored;
    const bool on_trial_elsewhere = pin == Verdict::on_trial;
    // A login that rests and has to be refreshed first has nothing to send.
    const bool resting = pin == Verdict::cooling && moment.now < pinned->ends;
    if (pin == Verdict::in_reserve || resting) return {pinned};
    if (on_trial_elsewhere && request.pin_is_locked) return {pinned};
    if (request.pinned && request.pin_is_locked) return {};
    const Slot* chosen = nullptr;
    const Slot* on_trial = on_trial_elsewhere ? pinned : nullptr;
    walk(moment, [&](const Slot& slot) {
        const Verdict verdict = state_of(slot);
        if (verdict == Verdict::in_reserve) chosen = &slot;
        if (verdict == Verdict::on_trial && !on_trial) on_trial = &slot;
        return chosen != nullptr;
    });
    if (chosen || on_trial || !request.on_demand) return {chosen ? chosen : on_trial};
    chosen = find_on_demand(moment, fits);
    return {chosen, chosen != nullptr};
}

// All of a group in the order in which a request would try it: what is ready, what rests, the rest.
std::vector<Ranked> in_order(const Moment& moment) {
    std::vector<Ranked> ranking, resting, unfit;
    ranking.reserve(moment.group.profiles.size() + moment.group.others.size());
    const auto sort_in = [&](const Slot& slot) {
        const auto state = state_at(slot, moment);
        Ranked entry{&slot, state.verdict, state.ready};
        if (state.demand != Slot::never) entry.on_demand = from_ms(std::max(state.demand, moment.now));
        if (state.verdict == Verdict::in_reserve || state.verdict == Verdict::needs_refresh)
            ranking.push_back(entry);
        else if (state.verdict == Verdict::cooling || state.verdict == Verdict::on_trial)
            resting.push_back(entry);
        else
            unfit.push_back(entry);
    };
    for (const auto slot : moment.group.order) sort_in(moment.group.profiles[slot]);
    for (const auto& slot : moment.group.others) sort_in(slot);
    std::ranges::sort(resting, {},
                      [](const Ranked& entry) { return std::pair(entry.ready, entry.slot->detail); });
    ranking.insert(ranking.end(), resting.begin(), resting.end());
    ranking.insert(ranking.end(), unfit.begin(), unfit.end());
    return ranking;
}

// The whole order with the decision in it. A pinned profile stands at the very front.
std::vector<Ranked> rank(const ResolveRequest& request, const Moment& moment) {
    auto ranking = in_order(moment);
    const auto* pinned = find_pinned(moment.group, request);
    const auto decision = decide(request, pinned, moment, [](const Slot&) { return true; });
    const auto found = std::ranges::find(ranking, pinned, &Ranked::slot);
    if (found != ranking.end() && is_in_order(found->verdict)) std::rotate(ranking.begin(), found, found + 1);
    for (auto& entry : ranking) {
        const bool excluded = request.pinned && request.pin_is_locked && entry.slot != pinned;
        if (decision.slot && !decision.on_demand) entry.on_demand.reset();
        if (entry.slot == decision.slot)
            entry.verdict = Verdict::chosen;
        else if (excluded && is_in_order(entry.verdict))
            entry.verdict = Verdict::excluded_by_pin;
    }
    return ranking;
}

Candidate describe(const Ranked& ranked, const ResolveRequest& request, const Moment& moment) {
    const auto& group = moment.group;
    const Slot& slot = *ranked.slot;
    const SlotDetail& detail = group.details[slot.detail];
    const auto* usage = usage_of(slot, moment);
    const auto state = state_at(slot, moment);
    const bool pinned = request.pinned && slot.source == Source::profile && detail.id == *request.pinned;
    Candidate candidate;
    candidate.source = slot.source;
    candidate.profile = detail.id;
    candidate.provider = group.provider;
    candidate.kind = detail.kind;
    candidate.place = detail.place;
    candidate.verdict = ranked.verdict;
    if (slot.ends != Slot::never && slot.ends > 0) candidate.expires = from_ms(slot.ends);
    const auto rest = usage ? rest_of(*usage, moment.time, moment.model) : std::nullopt;
    if (rest) candidate.until = rest->until;
    if (rest) candidate.ready = std::min(rest->ready_at(), ranked.on_demand.value_or(rest->until));
    candidate.on_demand = ranked.on_demand && ranked.verdict == Verdict::chosen;
    if (ranked.verdict == Verdict::cooling && rest && rest->kind == Rest::Kind::disabled)
        candidate.verdict = Verdict::disabled;
    if (ranked.verdict == Verdict::expired || ranked.verdict == Verdict::needs_refresh)
        candidate.until = candidate.expires;
    const bool rests = state.verdict == Verdict::cooling;
    if (state.trial && rests == candidate.on_demand)
        candidate.trial = *state.trial == Trial::account ? "" : request.model;
    candidate.reason = reason_for(
        slot, detail, group,
        {.verdict = candidate.verdict,
         .usage = usage,
         .model = moment.model,
         .pinned = pinned,
         .on_trial = state.verdict == Verdict::on_trial,
         .header = moment.header && moment.header != &slot ? &group.details[moment.header->detail] : nullptr,
         .on_demand = ranked.on_demand,
         .now = moment.time});
    if (ranked.verdict != Verdict::not_allowed_here) candidate.secret = detail.secret;
    if (const auto* referral = detail.referral.get()) {
        candidate.reference = referral->reference;
        candidate.source_asked = !referral->asked_later;
        candidate.source_problem = referral->source.problem;
        candidate.source_read_at = referral->source.read_at;
    }
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
    candidate.provider = other ? ProviderId(other->provider) : resolution.provider;
    candidate.kind = other ? std::string(kind_name(other->credential)) : "";
    candidate.verdict = other ? Verdict::provider_mismatch : Verdict::not_stored;
    candidate.reason = other ? fmt::format("asked for, but it is for {}", other->provider)
                             : "asked for, but it is not stored";
    resolution.candidates.push_back(std::move(candidate));
}

Moment moment_of(const ResolveRequest& request, const Index::Prepared& prepared, const Group& group,
                 TimePoint now) {
    const std::string_view agent =
        request.agent_id.empty() ? prepared.config.default_agent().id : request.agent_id;
    return {.group = group,
            .live = request.live,
            .fingerprint_key = prepared.surroundings.fingerprint_key,
            .agent = agent,
            .model = request.model,
            .time = now};
}

// The prepared group; one for a provider without profiles is made when it is first asked for. Whoever asks
// names the provider, so that no more than so many are kept.
template <class Use>
auto with_group(const ResolveRequest& request, Index::Prepared& prepared, Use use) {
    constexpr std::size_t asked_max = 64;
    const ProviderId provider(request.provider);
    const auto found = prepared.groups.find(provider);
    if (found != prepared.groups.end()) return use(found->second);
    const auto asked = prepared.asked.find(provider);
    if (asked != prepared.asked.end()) return use(asked->second);
    auto made = build_group(provider, {}, {}, prepared);
    if (prepared.asked.size() >= asked_max) return use(made);
    return use(prepared.asked.emplace(provider, std::move(made)).first->second);
}

}  // namespace

CredentialKey key_of(const Candidate& credential) {
    const bool stored = credential.source == Source::profile;
    return {credential.source, stored ? credential.profile.text : credential.place};
}

std::string credential_name(const Candidate& credential) {
    const auto key = key_of(credential);
    return credential_name(credential.provider, key.source, key.place);
}

const UsageStats* remembered_of(const LiveRests* live, const Candidate& credential,
                                std::string_view fingerprint_key) {
    if (!live || credential.source == Source::profile) return nullptr;
    const auto* usage = live->usage_of(credential_name(credential));
    const bool about = usage && (!credential.secret || is_about(*usage, *credential.secret, fingerprint_key));
    return about ? usage : nullptr;
}

const Candidate* Resolution::chosen() const {
    const auto found = std::ranges::find(candidates, Verdict::chosen, &Candidate::verdict);
    return found == candidates.end() ? nullptr : &*found;
}

std::optional<TimePoint> Resolution::ready_at() const {
    if (chosen()) return std::nullopt;
    std::optional<TimePoint> soonest;
    for (const auto& candidate : candidates) {
        const bool rests = candidate.verdict == Verdict::cooling || candidate.verdict == Verdict::disabled;
        if (rests && (!soonest || candidate.ready < soonest)) soonest = candidate.ready;
    }
    return soonest;
}

Index::Index(const Store& store, const config::Config& config, Surroundings surroundings)
    : prepared_(new Prepared{
          store, config, surroundings, CredentialRules::from(config), SourceSettings::from(config), {}}) {
    std::map<std::string, std::vector<const Profile*>> stored;
    std::map<std::string, std::vector<const DamagedProfile*>> damaged;
    for (const auto& profile : store.profiles) stored[ProviderId(profile.provider)].push_back(&profile);
    for (const auto& record : store.damaged) damaged[ProviderId(record.provider)].push_back(&record);
    for (const auto& [provider, records] : damaged) stored[provider];
    for (const auto& [provider, profiles] : stored)
        prepared_->groups.emplace(provider, build_group(provider, profiles, damaged[provider], *prepared_));
}
Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

// Under one id there is one profile; other groups only say that an order of theirs names it.
template <class Use>
void Index::with_slot_of(const ProfileId& id, Use use) const {
    for (auto& [provider, group] : prepared_->groups) {
        const auto found = group.by_id.find(id.text);
        if (found == group.by_id.end()) continue;
        const auto* profile = group.details[group.profiles[found->second].detail].profile;
        if (profile && ProviderId(profile->provider) == provider) use(group, found->second, *profile);
    }
}

const Profile* Index::find(const ProfileId& id) const {
    const Profile* found = nullptr;
    with_slot_of(id, [&](const auto&, std::uint32_t, const Profile& profile) { found = &profile; });
    return found;
}

std::string Index::print_of(const ProfileId& id, const Secret& sent) {
    std::string print;
    with_slot_of(id, [&](auto& group, std::uint32_t slot, const Profile&) {
        auto& detail = group.details[group.profiles[slot].detail];
        if (detail.secret && *detail.secret == sent) print = auth::print_of(detail, *prepared_);
    });
    return print.empty() ? credential_print(sent, prepared_->surroundings.fingerprint_key) : print;
}

void Index::take_usage(const ProfileId& id) {
    with_slot_of(id, [&](auto& group, std::uint32_t slot, const Profile&) {
        auth::take_usage(group, slot, *prepared_);
    });
}

const Surroundings& Index::surroundings() const {
    return prepared_->surroundings;
}

std::vector<std::string> Index::notices() const {
    std::vector<std::string> all;
    for (const auto& [provider, group] : prepared_->groups)
        std::ranges::copy(group.notices, std::back_inserter(all));
    return all;
}

Resolution resolve(const ResolveRequest& request, const Index& index, TimePoint now) {
    auto& prepared = index.prepared();
    return with_group(request, prepared, [&](const Group& group) {
        Resolution resolution{.provider = group.provider,
                              .candidates = {},
                              .explicit_order = group.explicit_order,
                              .order_origin = group.order_origin,
                              .notices = group.notices,
                              .unused = prepared.surroundings.unused};
        const auto moment = moment_of(request, prepared, group, now);
        const auto ranking = rank(request, moment);
        resolution.candidates.reserve(ranking.size());
        for (const auto& ranked : ranking) resolution.candidates.push_back(describe(ranked, request, moment));
        add_missing_pin(resolution, request, prepared.store);
        for (const auto& each : prepared.store.elsewhere)
            if (each.provider == group.provider) resolution.elsewhere.push_back(each);
        return resolution;
    });
}

Resolution resolve(const ResolveRequest& request, const Store& store, const config::Config& config,
                   TimePoint now, Surroundings surroundings) {
    return resolve(request, Index(store, config, surroundings), now);
}

std::optional<Candidate> find_candidate(const ResolveRequest& request, const ProfileId& profile,
                                        const Index& index, TimePoint now) {
    auto& prepared = index.prepared();
    return with_group(request, prepared, [&](const Group& group) -> std::optional<Candidate> {
        const auto* slot = group.find(profile);
        if (!slot) return std::nullopt;
        const auto moment = moment_of(request, prepared, group, now);
        const auto state = state_at(*slot, moment);
        return describe({slot, state.verdict, state.ready}, request, moment);
    });
}

std::optional<Candidate> choose(const ResolveRequest& request, const Index& index, TimePoint now) {
    auto& prepared = index.prepared();
    return with_group(request, prepared, [&](const Group& group) -> std::optional<Candidate> {
        const auto moment = moment_of(request, prepared, group, now);
        const auto fits = [&](const Slot& slot) { return !slot.unread && !was_tried(slot, group, request); };
        const auto [slot, on_demand] = decide(request, find_pinned(group, request), moment, fits);
        if (!slot) return std::nullopt;
        Ranked chosen{slot, Verdict::chosen, 0};
        if (on_demand) chosen.on_demand = now;
        return describe(chosen, request, moment);
    });
}

}  // namespace openclaw::auth
