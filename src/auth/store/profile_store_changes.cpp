#include <algorithm>

#include "auth/profiles/profile_format.h"
#include "auth/profiles/record_names.h"
#include "auth/rests/rest.h"
#include "auth/sealed/records.h"
#include "auth/store/profile_store.h"

namespace openclaw::auth {
namespace {

// Into an empty document. Records that make no sense stay behind.
void take_over(json::object& content, json::object legacy) {
    give_own_names(legacy);
    const auto sound = parse_store(legacy);
    if (!sound || sound->profiles.empty()) return;
    for (const auto& profile : sound->profiles) {
        put_profile(content, profile);
        auto& record = content.at("profiles").as_object().at(profile.id.text).as_object();
        for (auto& [name, member] : legacy.at("profiles").as_object().at(profile.id.text).as_object())
            if (!record.contains(name)) record[name] = std::move(member);
        put_import(content, profile.id, sound->imports.at(profile.id));
    }
}

// Whether another key or token stands there under the same id. A login's tokens change by themselves.
bool replaces_secret(const json::object& content, const Profile& profile, sealed::KeyRing& keys) {
    const auto store = parse_store(content);
    const auto* before = store ? store->find(profile.id) : nullptr;
    if (!before) return false;
    if (before->credential.index() != profile.credential.index()) return true;
    const auto field = wire_field(profile.credential);
    const auto* old = before->reference_of(field);
    const bool was_sealed = old && old->source == SecretRef::Source::sealed && !profile.reference_of(field);
    if (!was_sealed && before->references != profile.references) return true;
    if (std::holds_alternative<OAuth>(profile.credential)) return false;
    if (!was_sealed) return !(wire_secret(before->credential) == wire_secret(profile.credential));
    const auto opened = keys.open(old->id, {profile.id.text, std::string(field)});
    return !opened || !(*opened == wire_secret(profile.credential));
}

// The refresh token, sealed or not; a blank one for what can't be opened or stands elsewhere.
Secret opened_refresh(const Profile& profile, const OAuth& login, sealed::KeyRing& keys) {
    const auto* reference = profile.reference_of("refresh");
    if (!reference) return login.refresh;
    if (reference->source != SecretRef::Source::sealed) return {};
    return keys.open(reference->id, {profile.id.text, "refresh"}).value_or(Secret());
}

std::optional<json::value> member_of(const json::object& content, std::string_view section,
                                     const ProfileId& id) {
    const auto* members = object_at(content, section);
    const auto* value = members ? members->if_contains(id.text) : nullptr;
    return value ? std::optional(*value) : std::nullopt;
}

// Whether the same is stored already: entering it once more changes nothing.
bool is_entered(const Store& own, const Profile& profile) {
    const auto* before = own.find(profile.id);
    return before && before->credential == profile.credential && before->references == profile.references;
}

UsageStats with_clean_slate(const UsageStats& usage) {
    UsageStats clean;
    clean.last_used = usage.last_used;
    return clean;
}

// The order that a new profile joins, with it at the end; see enter().
std::optional<std::vector<ProfileId>> order_with(const Store& own, const Store& here,
                                                 const Profile& profile) {
    const auto* order = own.order_of(profile.provider);
    if (!order) order = here.order_of(profile.provider);
    if (!order || std::ranges::find(*order, profile.id) != order->end()) return std::nullopt;
    const auto is_stored = [&](const ProfileId& id) { return own.find(id) || here.find(id); };
    if (std::ranges::none_of(*order, is_stored)) return std::nullopt;
    auto ids = *order;
    ids.push_back(profile.id);
    return ids;
}

}  // namespace

// What is recorded about a login that has only been read through needs the login beside it.
void ProfileStore::take_over_login(json::object& content, const ProfileId& id) {
    const auto* profiles = object_at(content, "profiles");
    if (profiles && profiles->contains(id.text)) return;
    for (const auto& found : logins_.parse(logins_.load({})))
        if (found.id == id) put_profile(content, found);
}

// The first write takes over what the files of old hold: once there is an auth-profiles.json, nobody reads
// them any more. They stay where they are. Fails closed: where secrets are sealed, none that is new is
// written in plain.
template <class Change>
auto ProfileStore::change(store::Document& document, Change change)
    -> std::invoke_result_t<Change, json::object&> {
    return document.update([&](json::object& content) -> std::invoke_result_t<Change, json::object&> {
        const auto before = sealed::plain_secrets(sealed::spots_in_store(content));
        if (content.empty()) {
            auto legacy = read_legacy(document.path().parent_path());
            if (!legacy) return std::unexpected(std::move(legacy).error());
            take_over(content, std::move(*legacy));
        }
        auto changed = change(content);
        if (!changed) return changed;
        if (auto sealed = sealed::seal_new(sealed::spots_in_store(content), before, *keys_); !sealed)
            return failed(std::move(sealed).error(), "a secret can't be sealed, so it is not stored");
        return changed;
    });
}

// A slow key is made before a lock is taken; what is wrong with it shows when it is needed.
void ProfileStore::make_key_ready() {
    if (!keys_->seals().value_or(false)) return;
    [[maybe_unused]] const auto key = keys_->current();
}

Result<std::vector<ProfileId>> ProfileStore::add(std::span<const Addition> additions,
                                                 std::span<const AddedOrder> orders) {
    using Present = std::vector<ProfileId>;
    make_key_ready();
    return change(own_.strict, [&](json::object& content) -> Result<Present> {
        Present present;
        for (const auto& [profile, members, record, usage] : additions) {
            const auto* profiles = object_at(content, "profiles");
            if (profiles && profiles->contains(profile.id.text)) {
                present.push_back(profile.id);
                continue;
            }
            put_profile(content, profile);
            auto& stored = content.at("profiles").as_object().at(profile.id.text).as_object();
            for (const auto& [name, member] : members)
                if (!stored.contains(name)) stored[name] = member;
            put_import(content, profile.id, record);
            if (usage) put_usage(content, profile.id, *usage);
        }
        const auto here = parse_store(content);
        if (!here) return std::unexpected(here.error());
        for (const auto& order : orders)
            if (!here->order_of(order.provider)) put_order(content, order.provider, order.ids);
        return present;
    });
}

Result<Entered> ProfileStore::enter(const Profile& profile) {
    const auto here = load();
    if (!here) return std::unexpected(here.error());
    make_key_ready();
    return change(own_.strict, [&](json::object& content) -> Result<Entered> {
        const auto own = parse_store(content);
        if (!own) return std::unexpected(own.error());
        Entered entered{.id = profile.id,
                        .record = member_of(content, "profiles", profile.id),
                        .usage = member_of(content, "usageStats", profile.id)};
        if (replaces_secret(content, profile, *keys_))
            remove_usage(content, profile.id);
        else if (const auto* usage = own->usage_of(profile.id); usage && !is_entered(*own, profile))
            put_usage(content, profile.id, with_clean_slate(*usage));
        put_profile(content, profile);
        if (const auto ids = order_with(*own, **here, profile)) {
            put_order(content, profile.provider, *ids);
            entered.added_to_order = true;
        }
        return entered;
    });
}

Result<void> ProfileStore::take_back(const Entered& entered) {
    return change(own_.strict, [&](json::object& content) -> Result<void> {
        if (entered.record)
            put_back_profile(content, entered.id, *entered.record, entered.usage);
        else
            remove_profile(content, entered.id);
        if (entered.added_to_order) remove_from_orders(content, entered.id);
        return {};
    });
}

Result<std::vector<ProfileId>> ProfileStore::renew(const NewTokens& tokens,
                                                   std::string_view fingerprint_key) {
    make_key_ready();
    return change(own_.strict, [&](json::object& content) -> Result<std::vector<ProfileId>> {
        const auto own = parse_store(content);
        if (!own) return std::unexpected(own.error());
        std::vector<ProfileId> renewed;
        for (auto profile : own->profiles) {
            auto* login = std::get_if<OAuth>(&profile.credential);
            if (!login || !(opened_refresh(profile, *login, *keys_) == tokens.spent)) continue;
            login->access = tokens.access;
            login->refresh = tokens.refresh.value_or(tokens.spent);
            login->expires = tokens.expires;
            login->lifetime = tokens.lifetime;
            profile.references.erase("access");
            profile.references.erase("refresh");
            put_profile(content, profile);
            if (const auto* usage = own->usage_of(profile.id); usage && !usage->credential.empty()) {
                auto carried = usage->last_failure_reason == "auth" ? with_clean_slate(*usage) : *usage;
                carried.credential = credential_print(tokens.access, fingerprint_key);
                put_usage(content, profile.id, carried);
            }
            renewed.push_back(profile.id);
        }
        return renewed;
    });
}

Result<bool> ProfileStore::remove(const ProfileId& id) {
    auto owner = owner_of(id);
    if (!owner) return std::unexpected(std::move(owner).error());
    auto removed =
        change(**owner, [&](json::object& content) -> Result<bool> { return remove_profile(content, id); });
    if (!removed || *owner == &own_.strict || is_main()) return removed;
    // The agent's own order may name a profile that it inherited.
    auto own = own_.strict.load();
    if (!own) return std::unexpected(std::move(own).error());
    if (!*own) return removed;
    auto cleaned = change(own_.strict,
                          [&](json::object& content) -> Result<bool> { return remove_profile(content, id); });
    return cleaned ? removed : cleaned;
}

Result<bool> ProfileStore::set_allowed_agents(const ProfileId& id,
                                              std::optional<std::vector<std::string>> agents) {
    auto owner = owner_of(id);
    if (!owner) return std::unexpected(std::move(owner).error());
    return change(**owner, [&](json::object& content) -> Result<bool> {
        return put_allowed_agents(content, id, agents);
    });
}

Result<void> ProfileStore::set_order(const ProviderId& provider, std::vector<ProfileId> ids) {
    return change(own_.strict, [&](json::object& content) -> Result<void> {
        if (!content.contains("version")) content["version"] = 1;
        if (!content.contains("profiles")) content["profiles"] = json::object();
        put_order(content, provider, ids);
        return {};
    });
}

Result<bool> ProfileStore::clear_order(const ProviderId& provider) {
    auto own = own_.strict.load();
    if (!own) return std::unexpected(std::move(own).error());
    if (!*own) return false;
    return change(own_.strict,
                  [&](json::object& content) -> Result<bool> { return remove_order(content, provider); });
}

namespace {

UsageStats usage_in(const json::object& content, const ProfileId& id) {
    const auto* all = object_at(content, "usageStats");
    const auto* record = all ? object_at(*all, id.text) : nullptr;
    return record ? parse_usage(*record) : UsageStats{};
}

void note_last_good(Store& store, const ProviderId& provider, const ProfileId& id) {
    for (auto& [spelling, last] : store.last_good)
        if (ProviderId(spelling) == ProviderId(provider)) {
            last = id;
            return;
        }
    store.last_good.emplace(ProviderId(provider), id);
}

}  // namespace

Result<ProfileStore::Records> ProfileStore::report(std::span<const Report> reports) {
    auto files = contents();
    if (!files) return std::unexpected(std::move(files).error());
    std::map<store::Document*, std::vector<const Report*>> by_file;
    for (const auto& report : reports) {
        const auto owner = owner_of(report.profile, *files);
        if (!owner) return std::unexpected(owner.error());
        by_file[*owner].push_back(&report);
    }
    Records records;
    for (const auto& [document, theirs] : by_file) {
        auto written = report_to(*document, theirs);
        if (!written) return written;
        std::ranges::move(*written, std::back_inserter(records));
    }
    return records;
}

Result<ProfileStore::Records> ProfileStore::report_to(store::Document& document,
                                                      std::span<const Report* const> reports) {
    Content before;
    {
        const std::scoped_lock guard(cache_mutex_);
        before = &document == &own_.strict ? cached_own_ : cached_main_;
    }
    LastGood last_good;
    auto records = change(document, [&](json::object& content) -> Result<Records> {
        if (before && !(content == *before))
            before.reset();  // somebody else was here: nothing is known of it
        std::map<ProfileId, UsageStats> changed;
        last_good.clear();
        for (const auto* report : reports) {
            const auto& id = report->profile;
            take_over_login(content, id);
            const auto* profiles = object_at(content, "profiles");
            const auto* profile = profiles ? object_at(*profiles, id.text) : nullptr;
            if (!profile) continue;
            auto& usage = changed.try_emplace(id, usage_in(content, id)).first->second;
            usage = auth::after(std::move(usage), report->outcome);
            if (std::holds_alternative<Worked>(report->outcome))
                last_good.insert_or_assign(std::string(string_at(*profile, "provider").value_or("")), id);
        }
        for (const auto& [provider, id] : last_good) put_last_good(content, provider, id);
        for (const auto& [id, usage] : changed)
            if (!(usage == usage_in(content, id))) put_usage(content, id, usage);
        return Records(changed.begin(), changed.end());
    });
    if (records && before) take_over_report(document, before, *records, last_good);
    return records;
}

// Our own write changed nothing but usage: what was read before it stands, and needn't be read again.
void ProfileStore::take_over_report(store::Document& document, const Content& before, const Records& records,
                                    const LastGood& last_good) {
    auto written = document.load();
    if (!written || !*written) return;
    const std::scoped_lock guard(cache_mutex_);
    const bool of_own = &document == &own_.strict;
    if (!cached_.store || (of_own ? cached_own_ : cached_main_) != before) return;
    auto store = std::make_shared<Store>(*cached_.store);
    for (const auto& [id, usage] : records) store->usage.insert_or_assign(id.text, usage);
    for (const auto& [provider, id] : last_good) note_last_good(*store, provider, id);
    if (of_own) cached_own_ = *written;
    if (!of_own || is_main()) cached_main_ = std::move(*written);
    cached_.store = std::move(store);
}

Result<void> ProfileStore::update_usage(const ProfileId& id,
                                        const std::function<UsageStats(UsageStats)>& change_usage) {
    auto owner = owner_of(id);
    if (!owner) return std::unexpected(std::move(owner).error());
    return change(**owner, [&](json::object& content) -> Result<void> {
        take_over_login(content, id);
        const auto* profiles = object_at(content, "profiles");
        if (!profiles || !profiles->contains(id.text)) return {};
        const UsageStats before = usage_in(content, id);
        const UsageStats after = change_usage(before);
        if (!(after == before)) put_usage(content, id, after);
        return {};
    });
}

Result<std::optional<Repair>> ProfileStore::repair_one(StoreFile& file, TimePoint now, bool dry_run) {
    const auto content = file.strict.load();
    if (content) return std::nullopt;
    if (content.error().code != Code::corrupt) return std::unexpected(content.error());
    Repair repair{.file = file.strict.path(), .aside = {}, .salvage = {}};
    if (dry_run) {
        const auto salvaged = file.salvaging.load();
        if (!salvaged) return std::unexpected(salvaged.error());
        if (!*salvaged) return std::nullopt;
        repair.salvage = salvage_from(**salvaged);
        return repair;
    }
    auto aside = file.strict.set_aside(now, [&](std::string_view text) {
        repair.salvage = salvage_store(text);
        return repair.salvage.document;
    });
    if (!aside) return std::unexpected(std::move(aside).error());
    if (!*aside) return std::nullopt;  // somebody else was quicker
    repair.aside = std::move(**aside);
    return repair;
}

Result<std::vector<Repair>> ProfileStore::repair(TimePoint now, bool dry_run) {
    std::vector<Repair> repairs;
    for (auto* file : {&own_, &main_}) {
        if (file == &main_ && is_main()) continue;
        auto repaired = repair_one(*file, now, dry_run);
        if (!repaired) return std::unexpected(std::move(repaired).error());
        if (*repaired) repairs.push_back(std::move(**repaired));
    }
    return repairs;
}

}  // namespace openclaw::auth
