#include "access/authority/backup.h"

#include <algorithm>

#include "access/authority/lasting_folder.h"
#include "access/authority/record_json.h"
#include "auth/sealed/secret_file.h"
#include "base/digest.h"
#include "base/text.h"
#include "store/replace_file.h"

// {"format": "openclaw-authorities", "version": 1, "madeAt": ms,
//  "passphrase": {"salt": base64url, "operations": n, "memoryKiB": n},
//  "files": [{"name": …, "text": base64url}], "keys": [{"name": …, "sealed": base64url}]}
namespace openclaw::access {

namespace {

using auth::sealed::base64url;
using auth::sealed::from_base64url;
using auth::sealed::Protection;
using platform::Path;

constexpr std::string_view format_name = "openclaw-authorities";
constexpr std::size_t backup_bytes_max = 16u << 20, file_bytes_max = 8u << 20;
constexpr std::size_t entries_max = 64;
constexpr std::string_view ledger_name = "ledger.json";

bool is_plain_name(std::string_view name) {
    return name == ledger_name || name.ends_with(".crt");
}

// What each key is bound to: its name, and everything that isn't encrypted.
std::string bound_to(const BackupContent& content, const Protection& protection, std::string_view key_name) {
    auto bound = auth::sealed::length_prefixed(
        {format_name, "1", key_name, std::to_string(to_ms(content.made)), protection.salt,
         std::to_string(protection.cost.operations), std::to_string(protection.cost.memory_kib)});
    for (const auto& file : content.files)
        bound += auth::sealed::length_prefixed({"file", file.name, file.text});
    for (const auto& name : content.key_names) bound += auth::sealed::length_prefixed({"key", name});
    return bound;
}

Result<Secret> key_of(const Protection& protection, const Secret& passphrase) {
    auto stretched = auth::sealed::protecting_key(protection, passphrase);
    if (!stretched) return stretched;
    return auth::sealed::derived(*stretched, "openclaw authorities backup v1");
}

std::unexpected<Error> no_backup(std::string_view why) {
    return fail(Code::corrupt, "this is no whole backup of authorities: {}", why);
}

struct Parsed {
    BackupContent content;
    Protection protection{.method = auth::sealed::Method::passphrase};
    std::vector<std::string> sealed;  // of content.key_names
};

bool read_passphrase(const json::object& document, Protection& protection) {
    const auto* object = object_at(document, "passphrase");
    if (!object) return false;
    const auto salt = from_base64url(string_at(*object, "salt").value_or("?"));
    const auto operations = integer_at(*object, "operations"), memory = integer_at(*object, "memoryKiB");
    if (!salt || !operations || !memory || *operations < 1 || *memory < 1) return false;
    protection.salt = *salt;
    protection.cost = {.operations = static_cast<std::uint64_t>(*operations),
                       .memory_kib = static_cast<std::uint64_t>(*memory)};
    return protection.salt.size() == auth::sealed::new_salt().size() && protection.cost.within_bounds();
}

// Each entry's name and bytes; nothing when one makes no sense.
std::optional<std::vector<BackupContent::File>> entries_of(const json::object& document,
                                                           std::string_view list_name,
                                                           std::string_view bytes_name) {
    const auto* list = array_at(document, list_name);
    if (!list || list->size() > entries_max) return std::nullopt;
    std::vector<BackupContent::File> entries;
    for (const auto& item : *list) {
        const auto* object = as_object(&item);
        const auto name = object ? string_at(*object, "name") : std::nullopt;
        const auto text = object ? string_at(*object, bytes_name) : std::nullopt;
        const auto bytes = text ? from_base64url(*text) : std::nullopt;
        if (!name || name->contains('/') || !bytes) return std::nullopt;
        entries.push_back({std::string(*name), *bytes});
    }
    return entries;
}

Result<Parsed> parse(std::string_view text) {
    const auto value = parse_json(text, backup_bytes_max);
    if (!value || !value->is_object()) return no_backup("it can't be read");
    const auto& document = value->get_object();
    if (string_at(document, "format") != format_name) return no_backup("it is something else");
    if (integer_at(document, "version") != 1) return no_backup("it was made by a newer version");
    Parsed parsed;
    const auto made = integer_at(document, "madeAt");
    auto files = entries_of(document, "files", "text"), keys = entries_of(document, "keys", "sealed");
    if (!made || !files || !keys || !read_passphrase(document, parsed.protection))
        return no_backup("something in it is missing");
    parsed.content.made = from_ms(*made);
    parsed.content.files = std::move(*files);
    for (auto& key : *keys) {
        if (!key.name.ends_with(".key")) return no_backup("it holds files that aren't ours");
        parsed.content.key_names.push_back(std::move(key.name));
        parsed.sealed.push_back(std::move(key.text));
    }
    if (!std::ranges::all_of(parsed.content.files, is_plain_name, &BackupContent::File::name))
        return no_backup("it holds files that aren't ours");
    return parsed;
}

std::string written(const Parsed& parsed) {
    json::array files, keys;
    for (const auto& file : parsed.content.files)
        files.push_back(json::object{{"name", file.name}, {"text", base64url(file.text)}});
    for (std::size_t at = 0; at < parsed.sealed.size(); ++at)
        keys.push_back(
            json::object{{"name", parsed.content.key_names[at]}, {"sealed", base64url(parsed.sealed[at])}});
    const auto& protection = parsed.protection;
    return format_json(json::object{{"format", format_name},
                                    {"version", 1},
                                    {"madeAt", to_ms(parsed.content.made)},
                                    {"passphrase",
                                     {{"salt", base64url(protection.salt)},
                                      {"operations", protection.cost.operations},
                                      {"memoryKiB", protection.cost.memory_kib}}},
                                    {"files", std::move(files)},
                                    {"keys", std::move(keys)}}) +
           "\n";
}

const std::string* text_in(const BackupContent& content, std::string_view name) {
    const auto found = std::ranges::find(content.files, name, &BackupContent::File::name);
    return found == content.files.end() ? nullptr : &found->text;
}

// The facts of "x.crt", whose key has to be the one of "x.key".
Result<CertificateFacts> certified(const BackupContent& content, const std::string& key_name,
                                   const net::PrivateKey& key) {
    const auto name = key_name.substr(0, key_name.size() - 4) + ".crt";
    const auto* pem = text_in(content, name);
    if (!pem) return no_backup(name + " is missing");
    const auto certificates = certificates_of(*pem);
    auto facts =
        certificates ? read_certificate(certificates->front()) : std::unexpected(certificates.error());
    if (!facts) return no_backup(name + ": " + facts.error().message);
    if (facts->public_key != sha256_hex(key.public_key()))
        return no_backup(name + " isn't the certificate of its key");
    return facts;
}

Path free_path(platform::FileSystem& files, const Path& folder, TimePoint now) {
    const auto stamp = replaced(iso_time(now).substr(0, 19), ":", "-");
    Path path(fmt::format("{}.replaced-{}", folder.string(), stamp));
    for (int at = 2; platform::exists(files, path); ++at)
        path = fmt::format("{}.replaced-{}-{}", folder.string(), stamp, at);
    return path;
}

Path incoming_of(const Path& folder) {
    return folder.string() + ".incoming";
}

// What an interrupted one left is written again.
Result<void> empty(platform::FileSystem& files, const Path& folder) {
    const auto names = files.list(folder);
    if (!names && names.error().code == Code::not_found) return {};
    if (!names) return std::unexpected(names.error());
    for (const auto& name : *names)
        if (auto removed = files.remove(folder / name); !removed) return removed;
    return {};
}

}  // namespace

Result<std::string> make_backup(const Authorities::Means& means, const Secret& passphrase,
                                const auth::sealed::PassphraseCost& cost) {
    const auto names = means.files.list(means.folder);
    if (!names) return failed(names.error(), "reading the authorities");
    Parsed parsed;
    parsed.content.made = means.clock.now();
    parsed.protection.salt = auth::sealed::new_salt();
    parsed.protection.cost = cost;
    for (const auto& name : *names) {
        if (name.ends_with(".key")) parsed.content.key_names.push_back(name);
        if (!is_plain_name(name)) continue;
        auto text = store::read_replaced(means.files, means.folder / name, file_bytes_max);
        if (!text) return failed(text.error(), "reading {}", name);
        parsed.content.files.push_back({name, std::move(*text)});
    }
    const auto key = key_of(parsed.protection, passphrase);
    if (!key) return std::unexpected(key.error());
    for (const auto& name : parsed.content.key_names) {
        const auto pem = auth::sealed::read_secret_file(means.files, means.folder / name, *means.keys);
        if (!pem) return failed(pem.error(), "reading {}", name);
        parsed.sealed.push_back(
            auth::sealed::encrypt(*pem, bound_to(parsed.content, parsed.protection, name), *key));
    }
    auto text = written(parsed);
    if (auto opened = Backup::open(text, passphrase); !opened)
        return failed(opened.error(), "looking at the backup that was made");
    return text;
}

Result<Backup> Backup::open(std::string_view text, const Secret& passphrase) {
    auto parsed = parse(text);
    if (!parsed) return std::unexpected(parsed.error());
    const auto with = key_of(parsed->protection, passphrase);
    if (!with) return std::unexpected(with.error());
    Backup backup;
    bool server = false, client = false;
    for (std::size_t at = 0; at < parsed->sealed.size(); ++at) {
        const auto& name = parsed->content.key_names[at];
        const auto pem = auth::sealed::decrypt(parsed->sealed[at],
                                               bound_to(parsed->content, parsed->protection, name), *with);
        if (!pem)
            return hinted(fail(Code::denied, "this passphrase doesn't open the backup, or it was altered"),
                          "try the passphrase that it was made with");
        auto key = net::PrivateKey::from_pem(*pem);
        if (!key) return no_backup(name + ": " + key.error().message);
        const auto facts = certified(parsed->content, name, *key);
        if (!facts) return std::unexpected(facts.error());
        if (name == root_file(AuthorityKind::server, 1, "key")) backup.server_root_ = *facts;
        server = server || name == root_file(AuthorityKind::server, 1, "key");
        client = client || name == root_file(AuthorityKind::client, 1, "key");
        backup.keys_.push_back(std::move(*key));
    }
    if (!server || !client) return no_backup("an authority is missing");
    if (const auto* ledger = text_in(parsed->content, ledger_name)) {
        const auto value = parse_json(*ledger);
        auto records = value && value->is_object() ? records_of(value->get_object())
                                                   : no_backup("its ledger is damaged");
        if (!records) return no_backup("its ledger is damaged");
        backup.records_ = std::move(*records);
    }
    backup.content_ = std::move(parsed->content);
    return backup;
}

Result<std::optional<Path>> Backup::restore(const Authorities::Means& means) const {
    const auto incoming = incoming_of(means.folder);
    if (auto made = make_lasting_folder(means.files, incoming); !made) return std::unexpected(made.error());
    if (auto emptied = empty(means.files, incoming); !emptied) return std::unexpected(emptied.error());
    for (std::size_t at = 0; at < keys_.size(); ++at) {
        const auto kept = keys_[at].write_pem([&](std::string_view pem) {
            return auth::sealed::write_secret_file(means.files, incoming / content_.key_names[at], pem,
                                                   *means.keys);
        });
        if (!kept) return failed(kept.error(), "writing {}", content_.key_names[at]);
    }
    for (const auto& file : content_.files)
        if (auto kept = store::replace_file(means.files, incoming / file.name, file.text); !kept)
            return failed(kept.error(), "writing {}", file.name);
    auto aside = set_authorities_aside(means);
    if (!aside) return aside;
    auto moved = means.files.rename(incoming, means.folder);
    if (!moved && platform::exists(means.files, means.folder)) {  // a running gateway has noted who came
        if (auto again = set_authorities_aside(means); !again) return again;
        moved = means.files.rename(incoming, means.folder);
    }
    if (moved) moved = means.files.sync_folder(means.folder.parent_path());
    if (!moved) return failed(moved.error(), "putting the authorities in place");
    return aside;
}

Result<void> give_up_restoring(const Authorities::Means& means) {
    const auto incoming = incoming_of(means.folder);
    if (!platform::exists(means.files, incoming)) return {};
    return means.files.rename(incoming, free_path(means.files, means.folder, means.clock.now()));
}

Result<std::optional<Path>> set_authorities_aside(const Authorities::Means& means) {
    if (!platform::exists(means.files, means.folder)) return std::nullopt;
    // Whoever is about to write there is done first.
    constexpr Milliseconds wait = std::chrono::seconds(10);
    const auto authorities = means.files.lock(means.folder / "authority.flock", wait);
    if (!authorities) return std::unexpected(authorities.error());
    const auto ledger = means.files.lock(store::lock_path_of(means.folder / ledger_name), wait);
    if (!ledger) return std::unexpected(ledger.error());
    const auto aside = free_path(means.files, means.folder, means.clock.now());
    auto moved = means.files.rename(means.folder, aside);
    if (moved) moved = means.files.sync_folder(means.folder.parent_path());
    if (!moved) return failed(moved.error(), "moving the authorities aside");
    return aside;
}

}  // namespace openclaw::access
