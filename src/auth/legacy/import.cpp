#include "auth/legacy/import.h"

#include <algorithm>
#include <map>

#include "auth/profiles/profile_format.h"
#include "base/duration.h"
#include "base/fingerprint.h"
#include "base/text.h"

namespace openclaw::auth::legacy {
namespace {

constexpr std::size_t profiles_max = 10'000, id_bytes_max = 200, record_bytes_max = 64u << 10;

// Of all of a credential, so that a login whose refresh token changed is another one.
std::string fingerprint_of_all(const Credential& credential, std::string_view key) {
    const auto* login = std::get_if<OAuth>(&credential);
    if (!login) return fingerprint(wire_secret(credential), key);
    return fingerprint(login->access.followed_by(Secret("\n")).followed_by(login->refresh), key);
}

bool same_credential(const Profile& left, const Profile& right) {
    return ProviderId(left.provider) == ProviderId(right.provider) && left.credential == right.credential &&
           left.references == right.references;
}

Secret* field_of(Credential& credential, std::string_view field) {
    if (auto* key = std::get_if<ApiKey>(&credential)) return field == "key" ? &key->key : nullptr;
    if (auto* token = std::get_if<Token>(&credential)) return field == "token" ? &token->token : nullptr;
    auto& login = std::get<OAuth>(credential);
    return field == "access" ? &login.access : field == "refresh" ? &login.refresh : nullptr;
}

// What was sealed as it was written, as it was before.
Profile opened(Profile profile, sealed::KeyRing& keys) {
    for (const auto& [field, reference] : std::map(profile.references)) {
        auto* secret = field_of(profile.credential, field);
        if (!secret || reference.source != SecretRef::Source::sealed) continue;
        auto value = keys.open(reference.id, {profile.id.text, field});
        if (!value) continue;
        *secret = std::move(*value);
        profile.references.erase(field);
    }
    return profile;
}

// Rests that are over, and counts of old failures, mean nothing here.
UsageStats usage_worth_keeping(const UsageStats& usage, TimePoint now) {
    UsageStats kept;
    kept.last_used = usage.last_used;
    if (usage.cooldown_until > now) kept.cooldown_until = usage.cooldown_until;
    if (usage.disabled_until > now) {
        kept.disabled_until = usage.disabled_until;
        kept.disabled_reason = usage.disabled_reason;
    }
    return kept;
}

std::string why_not_usable(const Profile& profile, const json::object& record) {
    if (profile.id.text.empty() || profile.id.text.size() > id_bytes_max ||
        printable(profile.id.text) != profile.id.text || profile.id.text.find('\n') != std::string::npos)
        return "its name can't be used here";
    if (json::serialize(record).size() > record_bytes_max) return "its record is too large";
    for (const auto& [field, reference] : profile.references)
        if (reference.source == SecretRef::Source::sealed)
            return "it is sealed with a key of that place: unseal it there first";
    return {};
}

class Planner {
public:
    Planner(const std::string& agent, const Store& own, const std::vector<Profile>& inherited,
            const ImportRules& rules)
        : agent_(agent), own_(own), inherited_(inherited), rules_(rules) {}

    void take(const Source& source);
    Plan plan;

private:
    void take_profile(const Source& source, const Store& there, Profile profile, const json::object& record);
    void take_orders(const Store& there, const std::string& source);
    const Profile* here(const ProfileId& id) const;
    Item item_of(const Source& source, const Profile& profile) const;
    bool finish(Item& item, Outcome outcome, std::string reason);
    // Whether it is to be added; else `item` says why not. May give it another name.
    bool decide(Item& item, Profile& profile, const std::string& print);
    bool settle_clash(Item& item, Profile& profile, const Profile& stored, const std::string& print);

    const std::string& agent_;
    const Store& own_;
    const std::vector<Profile>& inherited_;
    const ImportRules& rules_;
    std::map<ProfileId, std::string> answered_;  // what is here already, and the source that has the same
};

const Profile* Planner::here(const ProfileId& id) const {
    const auto planned = std::ranges::find(
        plan.additions, id, [](const Addition& addition) -> const ProfileId& { return addition.profile.id; });
    return planned != plan.additions.end() ? &planned->profile : own_.find(id);
}

Item Planner::item_of(const Source& source, const Profile& profile) const {
    const auto& secret = wire_secret(profile.credential);
    return {.outcome = Outcome::imported,
            .source = source.file.string(),
            .what = source.what,
            .agent = agent_,
            .id = profile.id,
            .found_as = {},
            .provider = ProviderId(profile.provider),
            .kind = std::string(kind_name(profile.credential)),
            .fingerprint = secret.blank() ? std::string() : fingerprint(secret, rules_.fingerprint_key),
            .owner = refresh_owner(profile).name,
            .reason = {},
            .is_login = std::holds_alternative<OAuth>(profile.credential)};
}

bool Planner::finish(Item& item, Outcome outcome, std::string reason) {
    item.outcome = outcome;
    item.reason = std::move(reason);
    return false;
}

bool Planner::settle_clash(Item& item, Profile& profile, const Profile& stored, const std::string& print) {
    if (same_credential(stored, profile)) return finish(item, Outcome::skipped, "it is here already");
    const auto answered = answered_.find(profile.id);
    if (!own_.find(profile.id) || (answered != answered_.end() && answered->second != item.source))
        return finish(item, Outcome::skipped, "another one of this name goes first, from an earlier source");
    const auto imported = own_.imports.find(profile.id);
    if (imported != own_.imports.end() && imported->second.path == item.source &&
        (imported->second.fingerprint.empty() || imported->second.fingerprint == print))
        return finish(item, Outcome::skipped, "it was imported before, and changed here since");
    if (!profile.managed_by.empty() && stored.managed_by == profile.managed_by)
        return finish(item, Outcome::skipped,
                      "it is here already; the newer state is read from its own file");
    if (!rules_.rename_conflicts && imported != own_.imports.end() && imported->second.path == item.source)
        return finish(item, Outcome::conflict, "it has changed there since it was imported from there");
    if (!rules_.rename_conflicts)
        return finish(item, Outcome::conflict,
                      fmt::format("another credential is stored under this name ({})",
                                  fingerprint(wire_secret(stored.credential), rules_.fingerprint_key)));
    item.found_as = profile.id.text;
    for (int number = 1;; ++number) {
        profile.id.text = item.found_as + (number == 1 ? "-imported" : fmt::format("-imported-{}", number));
        item.id = profile.id;
        const auto* other = here(profile.id);
        if (!other) return true;
        if (same_credential(*other, profile))
            return finish(item, Outcome::skipped, "it is here already, under this name");
    }
}

bool Planner::decide(Item& item, Profile& profile, const std::string& print) {
    if (const auto* stored = here(profile.id)) {
        if (same_credential(*stored, profile)) answered_.try_emplace(profile.id, item.source);
        return settle_clash(item, profile, *stored, print);
    }
    const bool is_inherited = std::ranges::any_of(inherited_, [&](const Profile& other) {
        return other.id == profile.id && same_credential(other, profile);
    });
    if (is_inherited)
        return finish(item, Outcome::skipped, "it is the main agent's, which this agent inherits");
    const auto imported = own_.imports.find(profile.id);
    if (!rules_.again && imported != own_.imports.end() && imported->second.path == item.source &&
        (imported->second.fingerprint.empty() || imported->second.fingerprint == print))
        return finish(item, Outcome::skipped,
                      "it was imported before and removed here since (--again imports it once more)");
    return true;
}

void Planner::take_profile(const Source& source, const Store& there, Profile profile,
                           const json::object& record) {
    profile.managed_by = source.managed_by.empty() ? profile.managed_by : source.managed_by;
    auto item = item_of(source, profile);
    const auto print = fingerprint_of_all(profile.credential, rules_.fingerprint_key);
    const auto problem = why_not_usable(profile, record);
    const bool wanted = !problem.empty() ? finish(item, Outcome::failed, problem)
                        : record.contains("setup")
                            ? finish(item, Outcome::skipped, "it was saved there but never activated")
                            : decide(item, profile, print);
    if (wanted) {
        const auto* usage = there.usage_of(ProfileId{item.found_as.empty() ? item.id.text : item.found_as});
        std::optional<UsageStats> kept;
        if (usage)
            if (auto worth = usage_worth_keeping(*usage, rules_.now); !(worth == UsageStats{}))
                kept = std::move(worth);
        plan.additions.push_back({.profile = std::move(profile),
                                  .members = record,
                                  .record = {.path = item.source, .fingerprint = print, .at = rules_.now},
                                  .usage = std::move(kept)});
    }
    plan.items.push_back(std::move(item));
}

void Planner::take_orders(const Store& there, const std::string& source) {
    for (const auto& [provider, ids] : there.order) {
        const auto is_planned = [&](const AddedOrder& order) {
            return ProviderId(order.provider) == ProviderId(provider);
        };
        if (std::ranges::any_of(plan.orders, is_planned)) continue;
        const auto* stored = own_.order_of(provider);
        if (!stored)
            plan.orders.push_back({.provider = provider, .ids = ids});
        else if (*stored != ids)
            plan.notes.push_back(fmt::format("{}: its order for {} is not taken over: agent {} has one",
                                             source, printable(provider), agent_));
    }
}

void Planner::take(const Source& source) {
    const auto fail_all = [&](std::string reason) {
        plan.items.push_back({.outcome = Outcome::failed,
                              .source = source.file.string(),
                              .what = source.what,
                              .agent = agent_,
                              .id = {},
                              .found_as = {},
                              .provider = {},
                              .kind = {},
                              .fingerprint = {},
                              .owner = {},
                              .reason = std::move(reason)});
    };
    const auto there = parse_store(source.document);
    if (!there) return fail_all(there.error().message);
    if (there->profiles.size() > profiles_max)
        return fail_all(fmt::format("more than {} profiles are too many", profiles_max));
    const auto* records = object_at(source.document, "profiles");
    for (const auto& profile : there->profiles)
        take_profile(source, *there, profile, *object_at(*records, profile.id.text));
    for (const auto& damaged : there->damaged) {
        fail_all(damaged.problem);
        plan.items.back().id.text = shortened(printable(damaged.id.text), id_bytes_max);
        plan.items.back().provider = shortened(printable(damaged.provider), id_bytes_max);
    }
    take_orders(*there, source.file.string());
}

}  // namespace

Plan plan_import(const std::vector<Source>& sources, const std::string& agent, const Store& own,
                 const std::vector<Profile>& inherited, const ImportRules& rules) {
    Planner planner(agent, own, inherited, rules);
    for (const auto& source : sources) planner.take(source);
    return std::move(planner.plan);
}

Result<void> carry_out(FileSystem& files, const StoreFolders& folders, Plan& plan) {
    if (plan.additions.empty() && plan.orders.empty()) return {};
    const auto keys = std::make_shared<sealed::KeyRing>(files, folders.sealing);
    if (const auto added = ProfileStore(files, folders, keys).add(plan.additions, plan.orders); !added)
        return std::unexpected(added.error());
    const auto stored = ProfileStore(files, folders).own();
    if (!stored) return std::unexpected(stored.error());
    auto addition = plan.additions.begin();
    for (auto& item : plan.items) {
        if (item.outcome != Outcome::imported) continue;
        const auto* found = stored->find(addition->profile.id);
        if (!found || !same_credential(opened(*found, *keys), addition->profile)) {
            item.outcome = Outcome::failed;
            item.reason = found ? "somebody else stored another credential under this name meanwhile"
                                : "it is not in the file that was just written";
        }
        ++addition;
    }
    return {};
}

}  // namespace openclaw::auth::legacy
