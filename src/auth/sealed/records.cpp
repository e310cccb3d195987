#include "auth/sealed/records.h"

#include "auth/profiles/record_names.h"
#include "auth/sealed/secret_file.h"
#include "base/text.h"
#include "config/agents.h"
#include "config/json5/json5.h"
#include "config/json5/key_path.h"
#include "config/settings/secrets.h"
#include "config/settings/settings.h"
#include "store/replace_file.h"

namespace openclaw::auth::sealed {
namespace {

SecretRef sealed_reference(std::string text) {
    return {.source = SecretRef::Source::sealed, .id = std::move(text)};
}

// Sealed, and opened again to see that it can be.
Result<std::string> seal_and_prove(const Secret& value, const RefHolder& holder, KeyRing& keys) {
    auto text = keys.seal(value, holder);
    if (!text) return text;
    const auto opened = keys.open(*text, holder);
    if (!opened) return failed(opened.error(), "what was sealed can't be opened again");
    if (!(*opened == value)) return fail(Code::internal, "what was sealed opens to something else");
    return text;
}

using Change = Result<bool> (*)(Spot& spot, KeyRing& keys, Tally& tally);

Result<bool> seal_spot(Spot& spot, KeyRing& keys, Tally& tally) {
    const auto plain = spot.plain();
    if (!plain) return false;
    const Secret value(*plain);
    // A reference wins over a value beside it, which may be anything.
    if (spot.record->contains(spot.reference_name) && spot.reference_name != spot.plain_name)
        return fail(Code::invalid_input, "{} stands beside {}; remove one of them", spot.plain_name,
                    spot.reference_name);
    const auto text = seal_and_prove(value, spot.holder, keys);
    if (!text) return std::unexpected(text.error());
    spot.put_sealed(*text);
    tally.values.push_back(value);
    return true;
}

Result<bool> unseal_spot(Spot& spot, KeyRing& keys, Tally& tally) {
    const auto text = spot.sealed();
    if (!text) return false;
    const auto opened = keys.open(*text, spot.holder);
    if (!opened) return std::unexpected(opened.error());
    spot.put_plain(*opened);
    tally.values.push_back(*opened);
    return true;
}

Result<bool> reseal_spot(Spot& spot, KeyRing& keys, Tally&) {
    const auto text = spot.sealed();
    const auto current = keys.current();
    if (!current) return std::unexpected(current.error());
    if (!text || key_id_of(*text).value_or("") == current->id) return false;
    const auto opened = keys.open(*text, spot.holder);
    if (!opened) return std::unexpected(opened.error());
    const auto fresh = seal_and_prove(*opened, spot.holder, keys);
    if (!fresh) return std::unexpected(fresh.error());
    spot.put_sealed(*fresh);
    return true;
}

// Without the key nothing can be done at all; one damaged record costs that record.
bool is_about_one_record(const Error& error) {
    return error.code == Code::corrupt || error.code == Code::invalid_input ||
           error.code == Code::too_large || error.code == Code::not_found;
}

Result<Tally> change_spots(std::vector<Spot> spots, KeyRing& keys, Change change) {
    Tally tally;
    for (auto& spot : spots) {
        const auto changed = change(spot, keys, tally);
        if (!changed && !is_about_one_record(changed.error())) return std::unexpected(changed.error());
        if (!changed)
            tally.left.emplace_back(spot.holder, changed.error().message);
        else if (*changed)
            tally.changed.push_back(spot.holder);
    }
    return tally;
}

}  // namespace

std::optional<std::string_view> Spot::plain() const {
    const auto text = string_at(*record, plain_name);
    if (!text || trimmed(*text).empty()) return std::nullopt;
    if (holder.record.empty() && (text->contains("${") || config::names_variable(holder.field, *text)))
        return std::nullopt;
    return text;
}

std::optional<std::string> Spot::sealed() const {
    const auto* object = object_at(*record, reference_name);
    const auto reference = object ? parse_secret_ref(*object) : fail(Code::not_found, "no reference");
    if (!reference || reference->source != SecretRef::Source::sealed) return std::nullopt;
    return reference->id;
}

namespace {

// Writing over a member by operator[] may move all of an object's members, and other spots point into them.
void put(json::object& record, const std::string& name, json::value value) {
    if (auto* present = record.if_contains(name))
        *present = std::move(value);
    else
        record[name] = std::move(value);
}

}  // namespace

void Spot::put_plain(const Secret& value) {
    if (reference_name != plain_name) record->stable_erase(reference_name);
    put(*record, plain_name, revealed(value));
}

void Spot::put_sealed(const std::string& text) {
    if (reference_name != plain_name) record->stable_erase(plain_name);
    put(*record, reference_name, secret_ref_json(sealed_reference(text)));
}

std::vector<Spot> spots_in_store(json::object& document) {
    give_own_names(document);
    std::vector<Spot> spots;
    auto* profiles = document.if_contains("profiles");
    if (!profiles || !profiles->is_object()) return spots;
    for (auto& [id, value] : profiles->get_object()) {
        auto* record = value.if_object();
        if (!record) continue;
        for (const std::string field : {"key", "token", "access", "refresh"})
            spots.push_back({.holder = {std::string(id), field},
                             .record = record,
                             .plain_name = field,
                             .reference_name = field + "Ref"});
    }
    return spots;
}

namespace {

// As the resolver names it, whatever the provider is called.
std::string holder_field(const std::string& path, std::string_view parent_key, std::string_view key,
                         bool is_provider) {
    return is_provider && key == "apiKey" ? fmt::format("models.providers.{}.apiKey", parent_key) : path;
}

void add_config_spots(std::vector<Spot>& spots, json::object& object, const std::string& parent,
                      std::string_view parent_key) {
    const auto* setting = config::setting_of_path(config::joined_path(parent, "apiKey"));
    const bool is_provider = setting && setting->key == "models.providers.*.apiKey";
    for (auto& [name, member] : object) {
        const std::string_view key(name);
        const auto path = config::joined_path(parent, key);
        auto* below = member.if_object();
        const bool is_sealed = below && string_at(*below, "source") == "sealed";
        if (is_sealed || (member.is_string() && config::is_secret_path(path, key))) {
            spots.push_back({.holder = {"", holder_field(path, parent_key, key, is_provider)},
                             .record = &object,
                             .plain_name = std::string(key),
                             .reference_name = std::string(key)});
        } else if (below && below->contains("source") && below->contains("id")) {
            continue;  // it refers to a place elsewhere
        } else if (below) {
            add_config_spots(spots, *below, path, key);
        } else if (auto* list = member.if_array()) {
            for (std::size_t at = 0; at < list->size(); ++at)
                if (auto* element = (*list)[at].if_object())
                    add_config_spots(spots, *element, config::joined_path(path, at), key);
        }
    }
}

}  // namespace

std::vector<Spot> spots_in_config(json::object& document) {
    std::vector<Spot> spots;
    add_config_spots(spots, document, {}, {});
    return spots;
}

Result<Tally> seal_spots(std::vector<Spot> spots, KeyRing& keys) {
    return change_spots(std::move(spots), keys, seal_spot);
}

PlainSecrets plain_secrets(const std::vector<Spot>& spots) {
    PlainSecrets found;
    for (const auto& spot : spots)
        if (const auto plain = spot.plain()) found.emplace(spot.holder, *plain);
    return found;
}

namespace {

bool is_sealed(const Spot& spot) {
    return spot.sealed().has_value();
}

// Where it can't be told, something is.
bool holds_sealed(FileSystem& files, const Path& path, Result<json::value> (*parse)(std::string_view),
                  std::vector<Spot> (*spots_in)(json::object&)) {
    constexpr std::size_t bytes_max = 64u << 20;
    const auto text = store::read_replaced(files, path, bytes_max);
    if (!text) return text.error().code != Code::not_found;
    auto value = parse(*text);
    if (!value || !value->is_object()) return text->contains("sealed");
    return std::ranges::any_of(spots_in(value->get_object()), is_sealed);
}

std::unexpected<Error> unlocked(const KeyRing& keys, bool is_there) {
    const auto& path = keys.path();
    return is_there
               ? hinted(fail(Code::denied, "secrets are sealed here, but {} says that new ones are not",
                             path.string()),
                        "`openclaw secrets seal` seals again, `openclaw secrets unseal --yes` brings "
                        "everything back in plain")
               : hinted(fail(Code::denied, "secrets are sealed here, but {} is gone", path.string()),
                        "bring that file back from a backup; if it is lost, so are they: remove each with "
                        "`openclaw models auth remove PROFILE`, then `openclaw secrets seal`");
}

}  // namespace

bool finds_sealed(KeyRing& keys) {
    const auto& places = keys.places();
    if (places.state.empty()) return false;
    auto& files = keys.files();
    if (holds_sealed(files, places.config_file, config::parse_json5, spots_in_config)) return true;
    if (holds_sealed_file(files, places.state)) return true;
    const auto parse = [](std::string_view text) { return parse_json(text); };
    const auto agents = files.list(places.state / "agents");
    if (!agents) return agents.error().code != Code::not_found;
    return std::ranges::any_of(*agents, [&](const std::string& name) {
        const auto folder =
            config::store_folder(files, places.state, places.state / "agents" / name / "agent");
        return holds_sealed(files, folder / "auth-profiles.json", parse, spots_in_store);
    });
}

Result<bool> has_to_seal(KeyRing& keys, bool some_are_sealed) {
    const auto seals = keys.seals();
    if (!seals || *seals) return seals;
    if (!some_are_sealed && !finds_sealed(keys)) return false;
    const auto document = keys.document();
    return unlocked(keys, document && *document);
}

Result<void> seal_new(std::vector<Spot> spots, const PlainSecrets& before, KeyRing& keys) {
    const bool some_are_sealed = std::ranges::any_of(spots, is_sealed);
    std::erase_if(spots, [&](const Spot& spot) {
        const auto plain = spot.plain();
        const auto old = before.find(spot.holder);
        return !plain || (old != before.end() && old->second == Secret(*plain));
    });
    if (spots.empty()) return {};
    const auto seals = has_to_seal(keys, some_are_sealed);
    if (!seals) return std::unexpected(seals.error());
    if (!*seals) return {};
    const auto tally = seal_spots(std::move(spots), keys);
    if (!tally) return std::unexpected(tally.error());
    if (!tally->left.empty()) return fail(Code::corrupt, "{}", tally->left.front().second);
    return {};
}

Result<Tally> unseal_spots(std::vector<Spot> spots, KeyRing& keys) {
    return change_spots(std::move(spots), keys, unseal_spot);
}

Result<Tally> reseal_spots(std::vector<Spot> spots, KeyRing& keys) {
    return change_spots(std::move(spots), keys, reseal_spot);
}

}  // namespace openclaw::auth::sealed
