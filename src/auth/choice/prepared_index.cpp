#include "auth/choice/prepared_index.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "auth/choice/prepared_places.h"
#include "auth/profiles/model_id.h"
#include "auth/rests/cooldown.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

class Builder {
public:
    Builder(Group& group, const Index::Prepared& prepared) : group_(group), prepared_(prepared) {}

    void add_profiles(const std::vector<const Profile*>& stored,
                      const std::vector<const DamagedProfile*>& damaged);

private:
    using Profiles = std::unordered_map<std::string_view, const Profile*>;
    const std::vector<ProfileId>* standing_order(const Profiles& profiles,
                                                 const std::vector<const DamagedProfile*>& damaged);
    void add_profile(const Profile& profile, bool listed);
    void add_missing(const ProfileId& id, const std::vector<const DamagedProfile*>& damaged,
                     const std::string& named_by);
    bool some_are_named() const;
    std::pair<Verdict, std::string> standing_of(const Profile& profile, const SlotDetail& detail) const;
    std::optional<Secret> secret_of(const Profile& profile, const SlotDetail& detail) const;

    Group& group_;
    const Index::Prepared& prepared_;
    std::vector<ProfileId> gone_;  // what an order that is ignored names
};

bool mode_fits(std::string_view mode, std::string_view kind) {
    return mode == kind || (mode == "oauth" && kind == "token");
}

// What the config and the record itself say, whatever the time.
std::pair<Verdict, std::string> Builder::standing_of(const Profile& profile, const SlotDetail& detail) const {
    if (const auto* configured = prepared_.rules.find_profile(profile.id)) {
        if (configured->provider != group_.provider)
            return {Verdict::provider_mismatch,
                    fmt::format("auth.profiles says it is for {}, the store says {}", configured->provider,
                                profile.provider)};
        if (!mode_fits(configured->mode, kind_name(profile.credential)))
            return {Verdict::mode_mismatch, fmt::format("auth.profiles says {}, the store holds {}",
                                                        configured->mode, kind_name(profile.credential))};
    }
    if (detail.referral) return standing_of_reference(detail);
    const auto* login = std::get_if<OAuth>(&profile.credential);
    const bool blank =
        login ? login->access.blank() && login->refresh.blank() : wire_secret(profile.credential).blank();
    if (blank)
        return {Verdict::blank,
                fmt::format("the {} is blank", login                                      ? "login"
                                               : kind_name(profile.credential) == "token" ? "token"
                                                                                          : "key")};
    return {Verdict::in_reserve, {}};
}

void set_end(Slot& slot, const Profile& profile) {
    const auto& credential = profile.credential;
    if (const auto* token = std::get_if<Token>(&credential)) {
        if (token->expires) slot.ends = to_ms(*token->expires);
        return;
    }
    const auto* login = std::get_if<OAuth>(&credential);
    if (!login) return;
    const bool refers = profile.reference_of("access") != nullptr;
    slot.at_end = profile.has_refresh_token() ? Verdict::needs_refresh : Verdict::expired;
    if (login->expires) slot.ends = to_ms(*login->expires);
    if (login->access.blank() && !refers) slot.ends = std::numeric_limits<std::int64_t>::min();
}

// What goes over the wire. Of logins of Google's command line tools the project goes along with the token.
std::optional<Secret> Builder::secret_of(const Profile& profile, const SlotDetail& detail) const {
    if (detail.referral && !detail.referral->source.value) return std::nullopt;
    const Secret& secret = detail.referral ? *detail.referral->source.value : wire_secret(profile.credential);
    const auto* login = std::get_if<OAuth>(&profile.credential);
    if (secret.blank()) return std::nullopt;
    const ProviderId provider(profile.provider);
    if (login && (provider == "google-gemini-cli" || provider == "google-antigravity"))
        return Secret(
            json::serialize(json::object{{"token", revealed(secret)}, {"projectId", login->project_id}}));
    return secret.trimmed();
}

// The same model has the same number in all rests of a group.
std::uint32_t numbered(Group& group, const std::string& model) {
    if (model.empty()) return 0;
    if (const auto known = group.number_of(model)) return known;
    group.models.push_back(model);
    return static_cast<std::uint32_t>(group.models.size());
}

// In the places that the slot's rests had, as far as they reach: a credential that rests again and again
// leaves nothing behind.
void set_rests(Group& group, Slot& slot, const UsageStats* usage) {
    const auto windows = usage ? rest_windows(*usage) : std::vector<RestWindow>();
    if (windows.size() > slot.rests_room) {
        slot.first_rest = static_cast<std::uint32_t>(group.rests.size());
        slot.rests_room = static_cast<std::uint32_t>(windows.size());
        group.rests.resize(group.rests.size() + windows.size());
    }
    slot.rests = static_cast<std::uint32_t>(windows.size());
    auto place = group.rests.begin() + slot.first_rest;
    for (const auto& window : windows) {
        *place = slot_rest(window);
        place++->model = numbered(group, window.rest.model);
    }
}

// Models that nothing rests for any more lose their numbers.
void renumber(Group& group) {
    group.models.clear();
    group.rests.clear();
    for (auto& slot : group.profiles) {
        slot.rests_room = 0;
        set_rests(group, slot, group.details[slot.detail].usage);
    }
}

void set_usage(Group& group, Slot& slot, SlotDetail& detail, const Index::Prepared& prepared) {
    const auto* usage = detail.any_usage = prepared.store.usage_of(detail.id);
    // A login's tokens change by themselves, so they don't tell one account from another.
    const bool comparable = detail.secret && !std::holds_alternative<OAuth>(detail.profile->credential);
    const bool about =
        usage && (!comparable || usage->credential.empty() || is_about(*usage, print_of(detail, prepared)));
    detail.usage = about ? usage : nullptr;
    slot.used = usage && usage->last_used ? to_ms(*usage->last_used) : 0;
    set_rests(group, slot, detail.usage);
}

// Details are in file order, which breaks ties.
auto place_of(const Slot& slot) {
    return std::tuple(slot.rank, slot.used, slot.detail);
}

void sort_by_kind_then_age(Group& group) {
    group.sorted = group.order.size();
    std::ranges::sort(group.order, {}, [&](std::uint32_t slot) { return place_of(group.profiles[slot]); });
}

// Back to where the slot belongs, now that it stands at `at` with another time of use.
void put_in_place(Group& group, std::size_t at) {
    const auto key = [&](std::uint32_t slot) { return place_of(group.profiles[slot]); };
    const auto begin = group.order.begin(), from = begin + static_cast<std::ptrdiff_t>(at);
    const auto end = begin + static_cast<std::ptrdiff_t>(group.sorted);
    const auto wanted = key(*from);
    auto to = std::lower_bound(begin, from, wanted,
                               [&](std::uint32_t slot, const auto& sought) { return key(slot) < sought; });
    if (to != from) {
        std::rotate(to, from, from + 1);
        return group.skipping.forget(static_cast<std::size_t>(to - begin), at);
    }
    to = std::lower_bound(from + 1, end, wanted,
                          [&](std::uint32_t slot, const auto& sought) { return key(slot) < sought; });
    std::rotate(from, from + 1, to);
    group.skipping.forget(at, static_cast<std::size_t>(to - begin) - 1);
}

void Builder::add_profile(const Profile& profile, bool listed) {
    Slot slot;
    SlotDetail detail{.profile = &profile,
                      .id = profile.id,
                      .kind = kind_name(profile.credential),
                      .place = {},
                      .reason = {},
                      .secret = {}};
    const auto field = wire_field(profile.credential);
    if (const auto* reference = profile.reference_of(field)) {
        detail.referral = std::make_unique<Referral>(*reference);
        look_up(detail, {profile.id.text, std::string(field)}, prepared_);
    }
    detail.secret = secret_of(profile, detail);
    std::tie(slot.fixed, detail.reason) = standing_of(profile, detail);
    if (detail.referral) detail.referral->source.value.reset();
    if (!listed && slot.fixed == Verdict::in_reserve) {
        slot.fixed = group_.explicit_order ? Verdict::excluded_by_order : Verdict::excluded_by_config;
        detail.reason = group_.explicit_order
                            ? fmt::format("the order in the {} doesn't name it", group_.order_origin)
                            : "auth.profiles names other profiles of this provider only";
    }
    slot.limited = profile.allowed_agents.has_value();
    set_end(slot, profile);
    slot.rank = detail.kind == "oauth" ? 0 : detail.kind == "token" ? 1 : 2;
    set_usage(group_, slot, detail, prepared_);
    add_slot(group_, group_.profiles, slot, std::move(detail));
}

bool holds_damaged(const std::vector<const DamagedProfile*>& damaged, const ProfileId& id) {
    return std::ranges::any_of(damaged, [&](const auto* record) { return record->id == id; });
}

std::vector<std::string> texts_of(const std::vector<ProfileId>& ids) {
    std::vector<std::string> texts;
    for (const auto& id : ids) texts.push_back(id.text);
    return texts;
}

// An id that an order or auth.profiles names, but no usable record stands behind.
void Builder::add_missing(const ProfileId& id, const std::vector<const DamagedProfile*>& damaged,
                          const std::string& named_by) {
    if (holds_damaged(damaged, id)) return;  // reported with its own problem
    const auto* other = prepared_.store.find(id);
    Slot slot;
    slot.fixed = other ? Verdict::provider_mismatch : Verdict::not_stored;
    std::string reason = other ? fmt::format("{} names it, but it is for {}", named_by, other->provider)
                               : fmt::format("{} names it, but it is not stored", named_by);
    add_slot(group_, group_.profiles, slot,
             {.profile = other,
              .id = id,
              .kind = other ? kind_name(other->credential) : std::string_view(),
              .place = {},
              .reason = std::move(reason),
              .secret = {}});
}

// The order that stands: the store's before the config's. A stored one all of whose profiles are gone
// dissolves, because it would lock out everything that is there; the config is somebody's explicit word, and
// stands.
const std::vector<ProfileId>* Builder::standing_order(const Profiles& profiles,
                                                      const std::vector<const DamagedProfile*>& damaged) {
    const auto lives = [&](const ProfileId& id) {
        return profiles.contains(id.text) || holds_damaged(damaged, id);
    };
    const auto note = [&](const std::vector<ProfileId>& order, std::string_view effect) {
        group_.notices.push_back(fmt::format("{}: no profile of {} that it names is stored ({})", effect,
                                             group_.provider, shortened(joined(texts_of(order), ", "), 200)));
    };
    const auto* in_store = prepared_.store.order_of(group_.provider);
    if (in_store && std::ranges::none_of(*in_store, lives)) {
        note(*in_store, "the order in the store is ignored");
        gone_ = *std::exchange(in_store, nullptr);
    }
    const auto* in_config = in_store ? nullptr : prepared_.rules.order_of(group_.provider);
    if (in_config && !in_config->empty() && std::ranges::none_of(*in_config, lives))
        note(*in_config, "the order in the config leaves no profile to use");
    group_.explicit_order = in_store || in_config;
    if (group_.explicit_order) group_.order_origin = in_store ? "store" : "config";
    return in_store ? in_store : in_config;
}

// Whether an order or auth.profiles names any of this provider: without, nobody asks for one by its id.
bool Builder::some_are_named() const {
    const auto& configured = prepared_.rules.profiles;
    return prepared_.store.order_of(group_.provider) || prepared_.rules.order_of(group_.provider) ||
           std::ranges::any_of(configured,
                               [&](const auto& entry) { return entry.provider == group_.provider; });
}

void Builder::add_profiles(const std::vector<const Profile*>& stored,
                           const std::vector<const DamagedProfile*>& damaged) {
    constexpr std::size_t places_expected = 24;  // beside the profiles
    group_.profiles.reserve(stored.size() + damaged.size());
    group_.details.reserve(stored.size() + damaged.size() + places_expected);
    Profiles by_id;
    if (some_are_named())
        for (const auto* profile : stored) by_id.emplace(profile->id.text, profile);
    std::vector<ProfileId> base;
    if (const auto* order = standing_order(by_id, damaged)) {
        base = *order;
    } else {
        for (const auto& entry : prepared_.rules.profiles)
            if (entry.provider == group_.provider) base.push_back(entry.id);
        if (!base.empty()) group_.order_origin = "profiles in config";
    }
    const std::string named_by =
        group_.explicit_order ? "the order in the " + group_.order_origin : "auth.profiles";
    std::unordered_set<std::string_view> seen;
    for (const auto& id : base) {
        if (!seen.insert(id.text).second) continue;
        const auto found = by_id.find(id.text);
        if (found != by_id.end())
            add_profile(*found->second, true);
        else
            add_missing(id, damaged, named_by);
    }
    const bool unrestricted = !group_.explicit_order && group_.order_origin.empty();
    for (const auto* profile : stored)
        if (!seen.contains(profile->id.text)) add_profile(*profile, unrestricted);
    group_.order.resize(group_.profiles.size());
    std::iota(group_.order.begin(), group_.order.end(), 0U);
    if (!group_.explicit_order) sort_by_kind_then_age(group_);
    for (const auto& id : gone_)
        if (seen.insert(id.text).second) add_missing(id, damaged, "the ignored order in the store");
    for (const auto* record : damaged) {
        Slot slot;
        slot.fixed = Verdict::damaged;
        add_slot(group_, group_.profiles, slot,
                 {.profile = nullptr,
                  .id = record->id,
                  .kind = {},
                  .place = {},
                  .reason = "the record is damaged: " + record->problem,
                  .secret = {}});
    }
}

}  // namespace

const std::string& print_of(SlotDetail& detail, const Index::Prepared& prepared) {
    if (detail.print.empty() && detail.secret)
        detail.print = credential_print(*detail.secret, prepared.surroundings.fingerprint_key);
    return detail.print;
}

SlotRest slot_rest(const RestWindow& window) {
    return {.from = to_ms(window.from),
            .until = to_ms(window.until),
            .trial_until = to_ms(window.trial_until),
            .demand = window.rest.on_demand ? to_ms(*window.rest.on_demand) : Slot::never,
            .model = 0};
}

const Slot* Group::header_for(std::string_view model) const {
    const Slot* of_provider = nullptr;
    for (const auto& [id, place] : headers) {
        if (id.empty()) of_provider = &others[place];
        if (!id.empty() && is_model_id(id, provider, model)) return &others[place];
    }
    return of_provider;
}

std::uint32_t Group::number_of(std::string_view model) const {
    if (model.empty()) return 0;
    const auto found = std::ranges::find(models, model);
    return found == models.end() ? 0 : static_cast<std::uint32_t>(found - models.begin()) + 1;
}

const Slot* Group::find(const ProfileId& id) const {
    const auto found = by_id.find(id.text);
    return found == by_id.end() ? nullptr : &profiles[found->second];
}

void take_usage(Group& group, std::uint32_t index, const Index::Prepared& prepared) {
    constexpr std::size_t models_max = 256;
    auto& slot = group.profiles[index];
    auto at = group.order.end();
    if (group.sorted > 0) {
        const auto sorted_end = group.order.begin() + static_cast<std::ptrdiff_t>(group.sorted);
        at = std::lower_bound(
            group.order.begin(), sorted_end, place_of(slot),
            [&](std::uint32_t each, const auto& sought) { return place_of(group.profiles[each]) < sought; });
        if (at == sorted_end || *at != index) at = group.order.end();
    }
    set_usage(group, slot, group.details[slot.detail], prepared);
    if (group.models.size() > models_max) renumber(group);
    if (at == group.order.end()) at = std::ranges::find(group.order, index);
    const auto place = static_cast<std::size_t>(at - group.order.begin());
    group.skipping.forget(place, place);
    if (place < group.sorted) put_in_place(group, place);
}

Group build_group(const ProviderId& provider, const std::vector<const Profile*>& stored,
                  const std::vector<const DamagedProfile*>& damaged, const Index::Prepared& prepared) {
    Group group;
    group.provider = provider;
    const auto* configured = prepared.rules.find_provider(provider);
    group.is_near = configured != nullptr && is_local_url(configured->base_url);
    Builder builder(group, prepared);
    builder.add_profiles(stored, damaged);
    add_places(group, prepared);
    for (std::uint32_t i = static_cast<std::uint32_t>(group.order.size()); i < group.profiles.size(); ++i)
        group.order.push_back(i);
    for (std::uint32_t i = 0; i < group.profiles.size(); ++i)
        group.by_id.try_emplace(group.details[group.profiles[i].detail].id.text, i);
    group.skipping.resize(group.order.size());
    return group;
}

}  // namespace openclaw::auth
