#include "access/authority/record_json.h"

#include <algorithm>
#include <set>

#include "access/limits_json.h"

namespace openclaw::access {

namespace {

std::unexpected<Error> damaged(std::string_view place) {
    return hinted(fail(Code::corrupt, "{} makes no sense", place), std::string(ledger_repair));
}

bool read_limits(const json::object& record, Limits& limits) {
    auto read = limits_at(record, "limits");
    if (!read) return false;
    limits = std::move(*read);
    return true;
}

bool is_hex(std::string_view text) {
    return !text.empty() && text.size() <= 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<IssuedLeaf> leaf_of(const json::value& value) {
    const auto* object = as_object(&value);
    if (!object) return std::nullopt;
    const auto serial = string_at(*object, "serial"), issuer = string_at(*object, "issuerKey"),
               key = string_at(*object, "publicKey");
    const auto begins = integer_at(*object, "beginsAt"), ends = integer_at(*object, "endsAt");
    if (!serial || !issuer || !key || !begins || !ends) return std::nullopt;
    if (!is_hex(*serial) || !is_hex(*issuer) || !is_hex(*key)) return std::nullopt;
    return IssuedLeaf{std::string(*serial), std::string(*issuer), std::string(*key), from_ms(*begins),
                      from_ms(*ends)};
}

bool read_leaves(const json::object& object, std::vector<IssuedLeaf>& leaves) {
    const auto* list = array_at(object, "leaves");
    if (!list) return false;
    for (const auto& item : *list) {
        auto leaf = leaf_of(item);
        if (!leaf) return false;
        leaves.push_back(std::move(*leaf));
    }
    return true;
}

// Null and absent: it wasn't.
bool read_revoked(const json::object& object, std::optional<TimePoint>& revoked) {
    const auto* value = value_at(object, "revokedAt");
    if (!value || value->is_null()) return true;
    const auto time = integer_at(object, "revokedAt");
    if (time) revoked = from_ms(*time);
    return time.has_value();
}

std::optional<CertificateRecord> record_of(const json::value& value) {
    const auto* object = as_object(&value);
    if (!object) return std::nullopt;
    const auto id = string_at(*object, "id"), name = string_at(*object, "name");
    const auto made = integer_at(*object, "madeAt"), lifetime = integer_at(*object, "lifetimeMs");
    const auto* scope_list = value_at(*object, "scopes");
    const auto scopes = scope_list ? texts_of(*scope_list) : std::nullopt;
    if (!id || id->empty() || !name || !made || !lifetime || !scopes) return std::nullopt;
    CertificateRecord record{.id = std::string(*id),
                             .name = std::string(*name),
                             .scopes = Scopes::named(*scopes),
                             .limits = {},
                             .made = from_ms(*made),
                             .lifetime = Milliseconds(*lifetime)};
    const bool sound = read_limits(*object, record.limits) && read_revoked(*object, record.revoked) &&
                       read_leaves(*object, record.leaves);
    return sound ? std::optional(std::move(record)) : std::nullopt;
}

// What stood there of a leaf, with what nobody here knows.
json::object leaf_before(const json::object& record, const std::string& serial) {
    const auto* list = array_at(record, "leaves");
    for (const auto& item : list ? *list : json::array())
        if (const auto* object = as_object(&item); object && string_at(*object, "serial") == serial)
            return *object;
    return {};
}

json::array leaves_json(const json::object& record, const std::vector<IssuedLeaf>& leaves) {
    json::array list;
    for (const auto& leaf : leaves) {
        auto object = leaf_before(record, leaf.serial);
        object["serial"] = leaf.serial;
        object["issuerKey"] = leaf.issuer_key;
        object["publicKey"] = leaf.public_key;
        object["beginsAt"] = to_ms(leaf.begins);
        object["endsAt"] = to_ms(leaf.ends);
        list.push_back(std::move(object));
    }
    return list;
}

}  // namespace

Result<std::vector<CertificateRecord>> records_of(const json::object& content) {
    std::vector<CertificateRecord> records;
    const auto* list = value_at(content, clients_member);
    if (!list) return records;
    if (!list->is_array()) return damaged(clients_member);
    std::set<std::string> ids;
    for (const auto& item : list->get_array()) {
        auto record = record_of(item);
        if (!record || !ids.insert(record->id).second)
            return damaged(fmt::format("{}[{}]", clients_member, records.size()));
        records.push_back(std::move(*record));
    }
    return records;
}

void put_record(json::object& object, const CertificateRecord& record) {
    object["id"] = record.id;
    object["name"] = record.name;
    // Scopes that only a newer version knows stay as they are.
    const auto* before = value_at(object, "scopes");
    const auto known = before ? texts_of(*before) : std::nullopt;
    if (!known || Scopes::named(*known) != record.scopes)
        object["scopes"] = texts_json(record.scopes.names());
    if (!(record.limits == Limits())) {
        auto& limits = object["limits"];
        if (!limits.is_object()) limits = json::object();
        for (const auto& member : limits_json(record.limits))
            limits.get_object()[member.key()] = member.value();
    }
    object["madeAt"] = to_ms(record.made);
    object["lifetimeMs"] = record.lifetime.count();
    if (record.revoked) object["revokedAt"] = to_ms(*record.revoked);
    object["leaves"] = leaves_json(object, record.leaves);
}

json::object record_json(const CertificateRecord& record) {
    json::object object;
    put_record(object, record);
    return object;
}

Result<std::vector<std::string>> server_names_of(const json::object& content) {
    const auto* value = value_at(content, server_names_member);
    if (!value) return std::vector<std::string>();
    auto names = texts_of(*value);
    if (!names) return damaged(server_names_member);
    return std::move(*names);
}

}  // namespace openclaw::access
