#include "auth/profile_store.h"

#include <algorithm>

#include "auth/cooldown.h"
#include "auth/profile_format.h"
#include "auth/sealed/records.h"

namespace openclaw::auth {
namespace {

constexpr std::size_t bytes_max = 8u << 20;

// Adds what `below` has and `above` has not; marks it as inherited.
Store merged(Store above, const Store& below) {
    Store result;
    const auto is_damaged_above = [&](const ProfileId& id) {
        return std::ranges::any_of(above.damaged, [&](const auto& record) { return record.id == id; });
    };
    for (const auto& profile : below.profiles) {
        if (is_damaged_above(profile.id)) continue;
        const auto* own = above.find(profile.id);
        result.profiles.push_back(own ? *own : profile);
        result.profiles.back().inherited = !own;
    }
    for (auto& profile : above.profiles)
        if (!below.find(profile.id)) result.profiles.push_back(std::move(profile));
    for (const auto& record : below.damaged)
        if (!result.find(record.id) && !is_damaged_above(record.id)) {
            result.damaged.push_back(record);
            result.damaged.back().inherited = true;
        }
    std::ranges::move(above.damaged, std::back_inserter(result.damaged));
    result.order = std::move(above.order);
    for (const auto& [provider, ids] : below.order)
        if (!result.order_of(provider)) result.order.emplace_back(provider, ids);
    result.last_good = std::move(above.last_good);
    result.last_good.insert(below.last_good.begin(), below.last_good.end());
    result.usage = std::move(above.usage);
    result.usage.insert(below.usage.begin(), below.usage.end());
    result.damaged_files = std::move(above.damaged_files);
    std::ranges::copy(below.damaged_files, std::back_inserter(result.damaged_files));
    return result;
}

// As a store, with what is lost of it.
Result<Store> parse_salvaged(const json::object& content, const Path& file) {
    const auto salvage = salvage_from(content);
    auto store = parse_store(salvage.document);
    if (!store) return store;
    for (const auto& [id, problem] : salvage.lost)
        store->damaged.push_back({.id = {id}, .provider = id.substr(0, id.find(':')), .problem = problem});
    store->damaged_files.push_back({file.string(), salvage.summary()});
    return store;
}

bool serves_any(const store::Document::Snapshot& salvaged) {
    const auto* document = salvaged ? object_at(*salvaged, "document") : nullptr;
    const auto* profiles = document ? object_at(*document, "profiles") : nullptr;
    return profiles && !profiles->empty();
}

// Into an empty document. Records that make no sense stay behind.
void take_over(json::object& content, json::object legacy) {
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

bool holds(const store::Document::Snapshot& snapshot, const ProfileId& id) {
    const auto* profiles = snapshot ? object_at(*snapshot, "profiles") : nullptr;
    return profiles && profiles->contains(id.text);
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

}  // namespace

StoreFolders store_folders(const config::Config& config, const config::AgentEntry& agent) {
    const auto& paths = config.paths();
    const auto* main = config.find_agent("main");
    StoreFolders folders{.own = agent.agent_folder,
                         .main = paths.main_agent_override,
                         .legacy_oauth = paths.credentials_folder() / "oauth.json",
                         .home = paths.home,
                         .sealing = sealed::places_of(config)};
    if (main)
        folders.main = main->agent_folder;
    else if (folders.main.empty())
        folders.main = paths.agent_folder("main");
    return folders;
}

StoreFolders store_folders(const config::Config& config, std::string_view agent_id) {
    const auto* agent = agent_id.empty() ? nullptr : config.find_agent(agent_id);
    return store_folders(config, agent ? *agent : config.default_agent());
}

ProfileStore::ProfileStore(FileSystem& files, StoreFolders folders, std::shared_ptr<sealed::KeyRing> keys)
    : files_(files),
      folders_(std::move(folders)),
      keys_(keys ? std::move(keys) : std::make_shared<sealed::KeyRing>(files, folders_.sealing)),
      own_(files, folders_.own / store_file_name),
      main_(files, folders_.main / store_file_name),
      logins_(files, folders_.home) {}

ProfileStore::StoreFile::StoreFile(FileSystem& files, const Path& path)
    : strict(files, path,
             {.bytes_max = bytes_max,
              .parse = parse_store_text,
              .damage_hint =
                  "nothing is written to it: `openclaw models auth repair` sets the damaged file aside "
                  "and keeps what is intact (--agent ID for another agent's)"}),
      salvaging(files, path, {.bytes_max = bytes_max, .parse = [](std::string_view text) {
                                  return Result<json::value>(to_json(salvage_store(text)));
                              }}) {}

Result<ProfileStore::Reading> ProfileStore::StoreFile::load() {
    auto content = strict.load();
    if (content) return Reading{std::move(*content)};
    if (content.error().code != Code::corrupt) return std::unexpected(std::move(content).error());
    auto rest = salvaging.load();
    if (!rest || !serves_any(*rest)) return std::unexpected(std::move(content).error());
    return Reading{std::move(*rest), true};
}

// As a document, so that members which nobody here knows come along.
Result<json::object> ProfileStore::read_legacy(const Path& folder) {
    const auto read = [&](const Path& path) -> Result<std::optional<json::object>> {
        auto text = platform::read_if_exists(files_, path, bytes_max);
        if (!text) return std::unexpected(std::move(text).error());
        if (!*text) return std::nullopt;
        auto value = parse_json(**text, bytes_max);
        if (!value || !value->is_object())
            return fail(Code::corrupt, "{} is damaged: {}", path.string(),
                        value ? "not an object" : value.error().message);
        return std::move(value->get_object());
    };
    const auto record_imports = [](json::object& document, const Path& path) {
        for (const auto& member : document.at("profiles").as_object())
            put_import(document, {std::string(member.key())}, {.path = path.string(), .fingerprint = {}});
    };
    json::object document{{"profiles", json::object()}};
    auto old_store = read(folder / "auth.json");
    if (!old_store) return std::unexpected(std::move(old_store).error());
    if (*old_store) {
        document = from_legacy_store(**old_store);
        record_imports(document, folder / "auth.json");
    }
    if (folder != folders_.main || folders_.legacy_oauth.empty()) return document;
    auto old_logins = read(folders_.legacy_oauth);
    if (!old_logins) return std::unexpected(std::move(old_logins).error());
    if (!*old_logins) return document;
    for (auto& [id, record] : from_legacy_oauth(**old_logins).at("profiles").as_object()) {
        auto& profiles = document.at("profiles").as_object();
        if (profiles.contains(id)) continue;
        profiles[id] = std::move(record);
        put_import(document, {std::string(id)}, {.path = folders_.legacy_oauth.string(), .fingerprint = {}});
    }
    return document;
}

Result<Store> ProfileStore::read_one(const Reading& reading, const Path& folder, const Path& file) {
    if (!reading.content) {
        auto legacy = read_legacy(folder);
        return legacy ? parse_store(*legacy) : Result<Store>(std::unexpected(legacy.error()));
    }
    auto store = reading.salvaged ? parse_salvaged(*reading.content, file) : parse_store(*reading.content);
    if (!store) return failed(std::move(store).error(), "reading {}", file.string());
    return store;
}

Result<std::shared_ptr<const Store>> ProfileStore::load() {
    auto own = own_.load();
    if (!own) return std::unexpected(std::move(own).error());
    auto main = is_main() ? own : main_.load();
    if (!main) return std::unexpected(std::move(main).error());
    {
        const std::scoped_lock guard(cache_mutex_);
        if (cached_ && own->content && main->content && cached_own_ == own->content &&
            cached_main_ == main->content && cached_logins_ == logins_.load(cached_owners_))
            return cached_;
    }
    auto store = read_one(*own, folders_.own, own_.strict.path());
    if (!store) return std::unexpected(std::move(store).error());
    if (!is_main()) {
        auto below = read_one(*main, folders_.main, main_.strict.path());
        if (!below) return std::unexpected(std::move(below).error());
        *store = merged(std::move(*store), *below);
    }
    auto owners = owners_of(*store);
    auto logins = logins_.load(owners);
    auto shared =
        std::make_shared<const Store>(with_program_logins(std::move(*store), logins_.parse(logins)));
    const std::scoped_lock guard(cache_mutex_);
    cached_owners_ = std::move(owners);
    cached_logins_ = std::move(logins);
    cached_own_ = own->content;
    cached_main_ = main->content;
    cached_ = shared;
    return shared;
}

Result<Store> ProfileStore::own() {
    auto content = own_.strict.load();
    if (!content) return std::unexpected(std::move(content).error());
    return *content ? parse_store(**content) : Store{};
}

Result<store::Document*> ProfileStore::owner_of(const ProfileId& id) {
    auto own = own_.strict.load();
    if (!own) return std::unexpected(std::move(own).error());
    if (is_main() || holds(*own, id)) return &own_.strict;
    auto main = main_.strict.load();
    if (!main) return std::unexpected(std::move(main).error());
    if (holds(*main, id)) return &main_.strict;
    // A login of another program that nobody stored yet is the main agent's.
    const auto is_it = [&](const ProgramLogin& login) {
        return login.unasked && login.profile_id == id.text;
    };
    return std::ranges::any_of(program_logins(), is_it) ? &main_.strict : &own_.strict;
}

std::vector<std::string> ProfileStore::owners_of(const Store& store) const {
    std::vector<std::string> owners;
    for (const auto& profile : store.profiles)
        if (!profile.managed_by.empty()) owners.push_back(profile.managed_by);
    return owners;
}

// What is recorded about a login that has only been read through needs the login beside it.
void ProfileStore::take_over_login(json::object& content, const ProfileId& id) {
    const auto* profiles = object_at(content, "profiles");
    if (profiles && profiles->contains(id.text)) return;
    for (const auto& found : logins_.parse(logins_.load({})))
        if (found.id == id) put_profile(content, found);
}

Result<Path> ProfileStore::file_of(const ProfileId& id) {
    auto owner = owner_of(id);
    if (!owner) return std::unexpected(std::move(owner).error());
    return (*owner)->path();
}

// The first write takes over what the files of old hold: once there is an auth-profiles.json, nobody reads
// them any more. They stay where they are. Fails closed: where secrets are sealed, none that is new is
// written in plain.
template <class Change>
auto ProfileStore::change(store::Document& document, Change change)
    -> std::invoke_result_t<Change, json::object&> {
    return document.update([&](json::object& content) -> std::invoke_result_t<Change, json::object&> {
        const bool plain = keys_->seals() == false;  // a key file that can't be read may mean anything
        const auto before = plain ? sealed::PlainSecrets() : sealed::plain_secrets(content);
        if (content.empty()) {
            auto legacy = read_legacy(document.path().parent_path());
            if (!legacy) return std::unexpected(std::move(legacy).error());
            take_over(content, std::move(*legacy));
        }
        auto changed = change(content);
        if (plain || !changed) return changed;
        if (auto sealed = sealed::seal_new(content, before, *keys_); !sealed)
            return failed(std::move(sealed).error(), "a secret can't be sealed, so it is not stored");
        return changed;
    });
}

// A slow key is made before a lock is taken; what is wrong with it shows when it is needed.
void ProfileStore::make_key_ready() {
    if (!keys_->seals().value_or(false)) return;
    [[maybe_unused]] const auto key = keys_->current();
}

Result<void> ProfileStore::put(const Profile& profile) {
    auto owner = owner_of(profile.id);
    if (!owner) return std::unexpected(std::move(owner).error());
    make_key_ready();
    return change(**owner, [&](json::object& content) -> Result<void> {
        if (replaces_secret(content, profile, *keys_)) remove_usage(content, profile.id);
        put_profile(content, profile);
        return {};
    });
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

Result<void> ProfileStore::put_own(const Profile& profile) {
    make_key_ready();
    return change(own_.strict, [&](json::object& content) -> Result<void> {
        if (replaces_secret(content, profile, *keys_)) remove_usage(content, profile.id);
        put_profile(content, profile);
        return {};
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

Result<void> ProfileStore::set_order(const std::string& provider, std::vector<ProfileId> ids) {
    return change(own_.strict, [&](json::object& content) -> Result<void> {
        if (!content.contains("version")) content["version"] = 1;
        if (!content.contains("profiles")) content["profiles"] = json::object();
        put_order(content, provider, ids);
        return {};
    });
}

Result<bool> ProfileStore::clear_order(const std::string& provider) {
    auto own = own_.strict.load();
    if (!own) return std::unexpected(std::move(own).error());
    if (!*own) return false;
    return change(own_.strict,
                  [&](json::object& content) -> Result<bool> { return remove_order(content, provider); });
}

Result<void> ProfileStore::record_success(const ProfileId& id, TimePoint now, const SuccessEvent& success) {
    auto owner = owner_of(id);
    if (!owner) return std::unexpected(std::move(owner).error());
    return change(**owner, [&](json::object& content) -> Result<void> {
        take_over_login(content, id);
        auto store = parse_store(content);
        const auto* profile = store ? store->find(id) : nullptr;
        if (!profile) return {};
        const auto* usage = store->usage_of(id);
        put_usage(content, id, after_success(usage ? *usage : UsageStats{}, now, success));
        put_last_good(content, profile->provider, id);
        return {};
    });
}

Result<void> ProfileStore::update_usage(const ProfileId& id,
                                        const std::function<UsageStats(UsageStats)>& change_usage) {
    auto owner = owner_of(id);
    if (!owner) return std::unexpected(std::move(owner).error());
    return change(**owner, [&](json::object& content) -> Result<void> {
        take_over_login(content, id);
        const auto* profiles = object_at(content, "profiles");
        if (!profiles || !profiles->contains(id.text)) return {};
        const auto* all = object_at(content, "usageStats");
        const auto* record = all ? object_at(*all, id.text) : nullptr;
        const UsageStats before = record ? parse_usage(*record) : UsageStats{};
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
