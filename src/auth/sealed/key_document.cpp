#include "auth/sealed/key_document.h"

#include <algorithm>

#include "auth/sealed/envelope.h"

namespace openclaw::auth::sealed {
namespace {

std::unexpected<Error> damaged(std::string_view what) {
    return hinted(fail(Code::corrupt, "the sealing keys are damaged: {}", what),
                  "bring credentials/sealing.json back from a backup of yours; without it nothing sealed can "
                  "be opened");
}

json::object wrap_json(const WrappedKey& wrap) {
    const auto& protection = wrap.protection;
    json::object object{{"by", name_of(protection.method)}};
    if (protection.method == Method::file) object["keyFile"] = protection.key_file;
    if (protection.method == Method::keyring) object["entry"] = protection.entry;
    if (protection.method == Method::passphrase) {
        object["kdf"] = "argon2id";
        object["salt"] = base64url(protection.salt);
        object["operations"] = protection.cost.operations;
        object["memoryKiB"] = protection.cost.memory_kib;
    }
    object["wrapped"] = wrap.wrapped;
    return object;
}

Result<WrappedKey> parse_wrap(const json::object& object) {
    const auto text = [&](std::string_view name) {
        return std::string(string_at(object, name).value_or(""));
    };
    WrappedKey wrap{.protection = {}, .wrapped = text("wrapped")};
    auto method = parse_method(text("by"));
    if (!method || wrap.wrapped.empty()) return damaged("a key is not one of ours");
    wrap.protection.method = *method;
    wrap.protection.key_file = text("keyFile");
    wrap.protection.entry = text("entry");
    if (*method != Method::passphrase) return wrap;
    if (text("kdf") != "argon2id") return damaged("an unknown way to stretch a passphrase");
    wrap.protection.salt = from_base64url(text("salt")).value_or("");
    const auto number = [&](std::string_view name) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer_at(object, name).value_or(0)));
    };
    wrap.protection.cost = {.operations = number("operations"), .memory_kib = number("memoryKiB")};
    if (!wrap.protection.cost.within_bounds()) return damaged("a passphrase's parameters are out of bounds");
    return wrap;
}

Result<KeyEntry> parse_entry(const json::value& value) {
    const auto* object = value.if_object();
    const auto* wraps = object ? array_at(*object, "wraps") : nullptr;
    const auto id = object ? string_at(*object, "id") : std::nullopt;
    if (!wraps || wraps->empty() || !id) return damaged("a key lacks its id or what opens it");
    KeyEntry entry{.id = std::string(*id),
                   .created = from_ms(integer_at(*object, "createdAt").value_or(0)),
                   .wraps = {}};
    for (const auto& item : *wraps) {
        const auto* wrap = item.if_object();
        auto parsed = wrap ? parse_wrap(*wrap) : damaged("a key is not an object");
        if (!parsed) return std::unexpected(std::move(parsed).error());
        entry.wraps.push_back(std::move(*parsed));
    }
    return entry;
}

constexpr std::string_view proof_member = "proof";

std::string proof_of(json::object document, const DataKey& current) {
    document.stable_erase(proof_member);
    const auto key = derived(current.bytes, "openclaw sealing lock v1");
    return base64url(keyed_hash(key, json::serialize(document), 32));
}

}  // namespace

void put_proof(json::object& document, const DataKey& current) {
    document[proof_member] = proof_of(document, current);
}

Result<void> check_proof(const json::object& document, const DataKey& current) {
    const auto proof = string_at(document, proof_member);
    if (!proof && !current.proves_lock) return {};
    if (proof && equal_in_constant_time(*proof, proof_of(document, current))) return {};
    return hinted(
        fail(Code::corrupt, "credentials/sealing.json was changed by something else than openclaw"),
        "undo the change or bring the file back from a backup; `openclaw secrets seal` takes it as it "
        "stands, if the change was yours");
}

const KeyEntry* KeyDocument::find(std::string_view id) const {
    const auto found = std::ranges::find(keys, id, &KeyEntry::id);
    return found == keys.end() ? nullptr : &*found;
}

Result<KeyDocument> parse_key_document(const json::object& document) {
    constexpr std::int64_t known_version = 1;
    if (integer_at(document, "version") != known_version)
        return damaged("written by another version of this program, or not by it");
    KeyDocument keys{.active = bool_at(document, "active").value_or(true),
                     .current = std::string(string_at(document, "current").value_or("")),
                     .keys = {}};
    const auto* entries = array_at(document, "keys");
    if (!entries) return damaged("no keys");
    for (const auto& value : *entries) {
        auto entry = parse_entry(value);
        if (!entry) return std::unexpected(std::move(entry).error());
        keys.keys.push_back(std::move(*entry));
    }
    if (!keys.find_current()) return damaged("the current key is missing");
    return keys;
}

void write_key_document(json::object& document, const KeyDocument& keys) {
    document["version"] = 1;
    document["active"] = keys.active;
    document["current"] = keys.current;
    json::array entries;
    for (const auto& entry : keys.keys) {
        json::array wraps;
        for (const auto& wrap : entry.wraps) wraps.push_back(wrap_json(wrap));
        entries.push_back(
            json::object{{"id", entry.id}, {"createdAt", to_ms(entry.created)}, {"wraps", std::move(wraps)}});
    }
    document["keys"] = std::move(entries);
}

}  // namespace openclaw::auth::sealed
