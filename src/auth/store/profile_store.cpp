#include "auth/store/profile_store.h"

#include <algorithm>

#include "auth/profiles/profile_format.h"
#include "auth/rests/cooldown.h"
#include "config/agents.h"

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
    result.elsewhere = std::move(above.elsewhere);
    std::ranges::copy(below.elsewhere, std::back_inserter(result.elsewhere));
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

// What was used when doesn't matter to anybody but the next choice.
bool same_credentials(const Store& left, const Store& right) {
    return left.profiles == right.profiles && left.damaged == right.damaged && left.order == right.order &&
           left.damaged_files == right.damaged_files && left.elsewhere == right.elsewhere;
}

// The databases of a newer OpenClaw that belong to one folder's store: the agent's, and for the main one the
// shared one before it.
std::vector<Path> newer_files(const Path& folder, const StoreFolders& folders) {
    std::vector<Path> files;
    if (folder == folders.main && !folders.state.empty()) files.push_back(newer_shared_file(folders.state));
    files.push_back(config::agent_folder_of(folder) / newer_agent_file);
    return files;
}

Path newer_secrets(const StoreFolders& folders) {
    return folders.state.empty() ? Path() : newer_shared_file(folders.state);
}

bool serves_any(const store::Document::Snapshot& salvaged) {
    const auto* document = salvaged ? object_at(*salvaged, "document") : nullptr;
    const auto* profiles = document ? object_at(*document, "profiles") : nullptr;
    return profiles && !profiles->empty();
}

bool holds(const store::Document::Snapshot& snapshot, const ProfileId& id) {
    const auto* profiles = snapshot ? object_at(*snapshot, "profiles") : nullptr;
    return profiles && profiles->contains(id.text);
}

// The main agent's folder where no agent is called so: what holds for another one's store holds for this one.
Path beside(const config::AgentEntry& other, const Path& agent_folder) {
    const bool apart = config::agent_folder_of(other.agent_folder) != other.agent_folder;
    return apart ? agent_folder / other.agent_folder.filename() : agent_folder;
}

}  // namespace

StoreFolders store_folders(const config::Config& config, const config::AgentEntry& agent) {
    const auto& paths = config.paths();
    const auto* main = config.find_agent("main");
    StoreFolders folders{.own = agent.agent_folder,
                         .main = paths.main_agent_override,
                         .legacy_oauth = paths.credentials_folder() / "oauth.json",
                         .home = paths.home,
                         .sealing = sealed::places_of(config),
                         .state = paths.state};
    if (main)
        folders.main = main->agent_folder;
    else if (folders.main.empty())
        folders.main = beside(agent, paths.agent_folder("main"));
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
      logins_(files, folders_.home),
      newer_own_(files, newer_files(folders_.own, folders_), newer_secrets(folders_)),
      newer_main_(files, newer_files(folders_.main, folders_), newer_secrets(folders_)) {}

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
    return reading.salvaged ? parse_salvaged(*reading.content, file) : parse_store(*reading.content);
}

Result<std::shared_ptr<const Store>> ProfileStore::load() {
    auto now = snapshot();
    if (!now) return std::unexpected(std::move(now).error());
    return std::move(now->store);
}

Result<ProfileStore::Snapshot> ProfileStore::snapshot() {
    auto own = own_.load();
    if (!own) return std::unexpected(std::move(own).error());
    auto main = is_main() ? own : main_.load();
    if (!main) return std::unexpected(std::move(main).error());
    auto newer_own = newer_own_.load();
    auto newer_main = is_main() ? newer_own : newer_main_.load();
    {
        const std::scoped_lock guard(cache_mutex_);
        if (cached_.store && own->content && main->content && cached_own_ == own->content &&
            cached_main_ == main->content && cached_newer_own_ == newer_own &&
            cached_newer_main_ == newer_main && cached_logins_ == logins_.load(cached_owners_))
            return cached_;
    }
    auto store = read_one(*own, folders_.own, own_.strict.path());
    if (!store) return std::unexpected(std::move(store).error());
    store->elsewhere = elsewhere_of(*newer_own, *store);
    if (!is_main()) {
        auto below = read_one(*main, folders_.main, main_.strict.path());
        if (!below) return std::unexpected(std::move(below).error());
        below->elsewhere = elsewhere_of(*newer_main, *below);
        *store = merged(std::move(*store), *below);
    }
    auto owners = owners_of(*store);
    auto logins = logins_.load(owners);
    auto shared =
        std::make_shared<const Store>(with_program_logins(std::move(*store), logins_.parse(logins)));
    const std::scoped_lock guard(cache_mutex_);
    if (!cached_.store || !same_credentials(*cached_.store, *shared)) ++cached_.credentials;
    cached_owners_ = std::move(owners);
    cached_logins_ = std::move(logins);
    cached_own_ = own->content;
    cached_main_ = main->content;
    cached_newer_own_ = std::move(newer_own);
    cached_newer_main_ = std::move(newer_main);
    cached_.store = std::move(shared);
    return cached_;
}

std::vector<Path> ProfileStore::places() const {
    std::vector<Path> places{own_.strict.path(), folders_.own / "auth.json"};
    if (!is_main()) places.insert(places.end(), {main_.strict.path(), folders_.main / "auth.json"});
    if (!folders_.legacy_oauth.empty()) places.push_back(folders_.legacy_oauth);
    if (!folders_.home.empty())
        for (const auto& login : program_logins()) places.push_back(folders_.home / login.file);
    return places;
}

Result<Store> ProfileStore::own() {
    auto content = own_.strict.load();
    if (!content) return std::unexpected(std::move(content).error());
    return *content ? parse_store(**content) : Store{};
}

Result<ProfileStore::Contents> ProfileStore::contents() {
    auto own = own_.strict.load();
    if (!own) return std::unexpected(std::move(own).error());
    return Contents{*own, is_main() ? *own : main_.strict.load()};
}

// What its own file holds is its own, whatever is the matter with the main agent's.
Result<store::Document*> ProfileStore::owner_of(const ProfileId& id, const Contents& contents) {
    if (is_main() || holds(contents.own, id)) return &own_.strict;
    if (!contents.main) return std::unexpected(contents.main.error());
    if (holds(*contents.main, id)) return &main_.strict;
    // A login of another program that nobody stored yet is the main agent's.
    const auto is_it = [&](const ProgramLogin& login) {
        return login.unasked && login.profile_id == id.text;
    };
    return std::ranges::any_of(program_logins(), is_it) ? &main_.strict : &own_.strict;
}

Result<store::Document*> ProfileStore::owner_of(const ProfileId& id) {
    auto files = contents();
    if (!files) return std::unexpected(std::move(files).error());
    return owner_of(id, *files);
}

std::vector<std::string> ProfileStore::owners_of(const Store& store) const {
    std::vector<std::string> owners;
    for (const auto& profile : store.profiles)
        if (!profile.managed_by.empty()) owners.push_back(profile.managed_by);
    return owners;
}

Result<Path> ProfileStore::file_of(const ProfileId& id) {
    auto owner = owner_of(id);
    if (!owner) return std::unexpected(std::move(owner).error());
    return (*owner)->path();
}

}  // namespace openclaw::auth
