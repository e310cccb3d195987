#include "auth/sealed/key_ring.h"

#include <algorithm>

#include "auth/trust.h"
#include "base/text.h"
#include "platform/mounts.h"

namespace openclaw::auth::sealed {
namespace {

constexpr std::size_t material_bytes_max = 64u << 10;

Result<Secret> read_material(FileSystem& files, const Path& path) {
    auto text = files.read(path, material_bytes_max);
    if (!text) return failed(std::move(text).error(), "reading the sealing key");
    return Secret(std::move(*text));
}

// Root's, readable by everybody and writable still: a secret that was handed out on purpose is neither.
bool was_left_open(FileSystem& files, const Path& path, const platform::FileInfo& info) {
    if ((info.mode & 0204U) != 0204U) return false;
    const auto mount = platform::mount_of(files, path);
    return !mount || !mount->read_only;
}

std::string passphrase_hint() {
    return fmt::format("set {} for the process that needs it; `openclaw secrets status` says more",
                       passphrase_variable);
}

}  // namespace

Places places_of(const config::Config& config) {
    const auto& environment = config.environment();
    Places places{.document = config.paths().credentials_folder() / "sealing.json",
                  .state = config.paths().state,
                  .config_file = config.paths().config_file,
                  .user_id = config.user_id()};
    for (const auto* variable : environment.candidates("CREDENTIALS_DIRECTORY"))
        if (variable->source == config::VariableSource::process && !variable->value.blank() &&
            !places.credential)
            places.credential = Path(variable->value.reveal()) / credential_name;
    for (const auto* variable : environment.candidates(passphrase_variable)) {
        if (variable->value.blank()) continue;
        if (variable->source == config::VariableSource::process)
            places.passphrase = variable->value;
        else
            places.passphrase_problem =
                fmt::format("{} in {} is not used: a passphrase must not lie beside what it protects",
                            passphrase_variable, variable->place);
    }
    return places;
}

Places places_of(const config::Paths& paths, const platform::Variables& variables, std::uint32_t user_id) {
    Places places{.document = paths.credentials_folder() / "sealing.json",
                  .state = paths.state,
                  .config_file = paths.config_file,
                  .user_id = user_id};
    if (const auto folder = platform::text_of(variables, "CREDENTIALS_DIRECTORY"); !folder.empty())
        places.credential = Path(folder) / credential_name;
    const auto passphrase = variables.find(passphrase_variable);
    if (passphrase != variables.end() && !passphrase->second.blank()) places.passphrase = passphrase->second;
    return places;
}

Result<Secret> read_key_file(FileSystem& files, const Path& path, std::optional<std::uint32_t> user_id) {
    const auto info = files.info(path);
    if (!info && info.error().code == Code::not_found)
        return hinted(fail(Code::unavailable, "the key file {} is missing", path.string()),
                      "bring it back, mount what it is on, or see `openclaw secrets status`");
    if (!info) return failed(info.error(), "reading the sealing key");
    const bool asks = user_id && *user_id != 0;  // root may look after another user's
    const auto trusted = check_secret_file({files, asks ? *user_id : info->uid}, path);
    if (!trusted) return failed(trusted.error(), "the key file isn't used");
    if (was_left_open(files, path, *trusted))
        return hinted(fail(Code::denied, "the key file {} can be read by other users", path.string()),
                      fmt::format("run chmod 600 {}", path.string()));
    return read_material(files, path);
}

KeyRing::KeyRing(FileSystem& files, Places places)
    : files_(files), document_(files, places.document), places_(std::move(places)) {}

Result<std::optional<KeyDocument>> KeyRing::document() {
    if (document_.path().empty()) return std::nullopt;
    const auto loaded = document_.load();
    if (!loaded) return std::unexpected(loaded.error());
    if (!*loaded) return std::nullopt;
    auto keys = parse_key_document(**loaded);
    if (!keys) return std::unexpected(std::move(keys).error());
    return std::move(*keys);
}

Result<void> KeyRing::update(const std::function<Result<void>(std::optional<KeyDocument>&)>& change) {
    return document_.update([&](json::object& content) -> Result<void> {
        std::optional<KeyDocument> keys;
        if (!content.empty()) {
            auto parsed = parse_key_document(content);
            if (!parsed) return std::unexpected(std::move(parsed).error());
            keys = std::move(*parsed);
        }
        if (auto changed = change(keys); !changed) return changed;
        if (!keys) return {};
        write_key_document(content, *keys);
        return prove(content, *keys);
    });
}

Result<void> KeyRing::prove(json::object& content, const KeyDocument& keys) {
    auto current = known_key(keys.current);
    if (!current) {
        const std::scoped_lock guard(making_);
        auto opened = open_entry(*keys.find_current());
        if (!opened) return std::unexpected(std::move(opened).error());
        current = std::move(*opened);
    }
    put_proof(content, *current);
    return {};
}

// The current key, once it is seen that its lock file is as it was left.
Result<DataKey> KeyRing::proved(Result<DataKey> key) {
    if (!key) return key;
    const auto document = document_.load();
    if (!document) return failed(document.error(), "seeing whether the lock file is whole");
    if (!*document || string_at(**document, "current") != key->id) return key;
    if (auto whole = check_proof(**document, *key); !whole) return std::unexpected(std::move(whole).error());
    return key;
}

Result<bool> KeyRing::seals() {
    const auto keys = document();
    if (!keys) return std::unexpected(keys.error());
    return *keys && (*keys)->active;
}

void KeyRing::offer(Method method, Secret material) {
    const std::scoped_lock guard(making_);
    offered_.insert_or_assign(method, std::move(material));
    if (method == Method::passphrase) stretched_.clear();
}

Result<Secret> KeyRing::material_of(const Protection& protection) {
    if (const auto offered = offered_.find(protection.method); offered != offered_.end())
        return offered->second;
    switch (protection.method) {
        case Method::file:
            return read_key_file(files_, protection.key_file, places_.user_id);
        case Method::systemd:
            if (!places_.credential || !platform::exists(files_, *places_.credential))
                return hinted(
                    fail(Code::unavailable, "systemd gave no credential {} to this process", credential_name),
                    "it is given to the service alone; elsewhere pass its file with --key-file");
            return read_material(files_, *places_.credential);
        case Method::keyring:
            if (!places_.keyring) places_.keyring = platform::system_keyring();
            return places_.keyring->find(protection.entry);
        case Method::passphrase:
            if (places_.passphrase) return *places_.passphrase;
            return hinted(
                fail(Code::unavailable, "the passphrase is not known here{}",
                     places_.passphrase_problem.empty() ? "" : " (" + places_.passphrase_problem + ")"),
                passphrase_hint());
    }
    return fail(Code::internal, "no such protection");
}

Result<Secret> KeyRing::protecting_key(const Protection& protection) {
    const std::scoped_lock guard(making_);
    return made_from(protection);
}

Result<Secret> KeyRing::made_from(const Protection& protection) {
    const bool slow = protection.method == Method::passphrase;
    const auto known = std::ranges::find(stretched_, protection, &std::pair<Protection, Secret>::first);
    if (slow && known != stretched_.end()) return known->second;
    const auto material = material_of(protection);
    if (!material) return std::unexpected(material.error());
    auto key = sealed::protecting_key(protection, *material);
    if (key && slow) stretched_.emplace_back(protection, *key);
    return key;
}

// Any of the protecting keys will do; the first one's problem is told.
Result<DataKey> KeyRing::open_entry(const KeyEntry& entry) {
    std::optional<Error> problem;
    for (const auto& wrap : entry.wraps) {
        const auto protecting = made_from(wrap.protection);
        auto key = protecting ? unwrap(wrap.wrapped, entry.id, wrap.protection, *protecting)
                              : Result<DataKey>(std::unexpected(protecting.error()));
        if (key) return key;
        if (!problem) problem = std::move(key).error();
    }
    return std::unexpected(problem.value_or(Error{Code::corrupt, "the sealing key is damaged", {}}));
}

Result<KeyEntry> KeyRing::find_entry(const std::string& id) {
    const auto keys = document();
    if (!keys) return std::unexpected(keys.error());
    if (const auto* entry = *keys ? (*keys)->find(id) : nullptr) return *entry;
    return hinted(fail(Code::not_found, "the key {} that this was sealed with is gone", id),
                  "remove the credential and paste it again");
}

std::optional<DataKey> KeyRing::known_key(const std::string& id) {
    const std::scoped_lock guard(mutex_);
    const auto known = opened_.find(id);
    return known == opened_.end() ? std::nullopt : std::optional(known->second);
}

Result<DataKey> KeyRing::key(const std::string& id) {
    const auto entry = find_entry(id);
    if (!entry) return std::unexpected(entry.error());
    if (auto known = known_key(id)) return std::move(*known);
    const std::scoped_lock one_at_a_time(making_);
    if (auto known = known_key(id)) return std::move(*known);
    auto key = proved(open_entry(*entry));
    const std::scoped_lock guard(mutex_);
    closed_.erase(id);
    if (key)
        opened_.emplace(id, *key);
    else
        closed_.emplace(id, key.error());
    return key;
}

Result<DataKey> KeyRing::opened_key(const std::string& id) {
    const auto entry = find_entry(id);
    if (!entry) return std::unexpected(entry.error());
    if (auto known = known_key(id)) return std::move(*known);
    const std::scoped_lock guard(mutex_);
    const auto why = closed_.find(id);
    if (why != closed_.end()) return std::unexpected(why->second);
    return fail(Code::unavailable, "its key has not been fetched yet");
}

bool KeyRing::has_untried() {
    const auto keys = document();
    if (!keys || !*keys) return false;
    const std::scoped_lock guard(mutex_);
    return std::ranges::any_of((*keys)->keys, [&](const KeyEntry& entry) {
        return !opened_.contains(entry.id) && !closed_.contains(entry.id);
    });
}

void KeyRing::open_keys() {
    const auto keys = document();
    if (!keys || !*keys) return;
    for (const auto& entry : (*keys)->keys) (void)key(entry.id);  // opened_key() tells what came of it
}

Result<DataKey> KeyRing::current() {
    const auto keys = document();
    if (!keys) return std::unexpected(keys.error());
    if (!*keys) return hinted(fail(Code::not_found, "nothing is sealed here"), "run `openclaw secrets seal`");
    return key((*keys)->current);
}

Result<std::string> KeyRing::seal(const Secret& value, const RefHolder& holder) {
    const auto key = current();
    if (!key) return std::unexpected(key.error());
    return sealed::seal(value, holder, *key);
}

Result<Secret> KeyRing::open(std::string_view text, const RefHolder& holder) {
    const auto id = key_id_of(text);
    if (!id) return std::unexpected(id.error());
    const auto data_key = key(*id);
    if (!data_key) return std::unexpected(data_key.error());
    return sealed::open(text, holder, *data_key);
}

}  // namespace openclaw::auth::sealed
