#include "access/keys/key_json.h"

#include "access/key_text.h"
#include "access/keys/allowance_text.h"
#include "access/limits_json.h"

namespace openclaw::access {

namespace {

// Absent: it isn't so. False: it is there and is no time.
bool read_time(const json::object& object, std::string_view name, std::optional<TimePoint>& time) {
    if (!object.contains(name)) return true;
    const auto ms = integer_at(object, name);
    if (ms) time = from_ms(*ms);
    return ms.has_value();
}

bool read_count(const json::object& object, std::string_view name, std::uint32_t& count) {
    if (!object.contains(name)) return true;
    const auto value = integer_at(object, name);
    if (!value || *value < 0 || *value > UINT32_MAX) return false;
    count = static_cast<std::uint32_t>(*value);
    return true;
}

bool read_limits(const json::object& object, Limits& limits) {
    auto read = limits_at(object, "limits");
    if (read) limits = std::move(*read);
    return read.has_value();
}

bool read_allowance(const json::object& object, Allowance& allowance) {
    const auto* value = value_at(object, "allowance");
    if (!value) return true;
    auto read = allowance_of(*value);
    if (read) allowance = std::move(*read);
    return read.has_value();
}

bool read_earlier(const json::object& object, std::optional<EarlierKeySecret>& earlier) {
    const auto* value = value_at(object, "earlier");
    if (!value) return true;
    const auto* members = as_object(value);
    const auto digest =
        members ? SecretDigest::from_hex(string_at(*members, "digest").value_or("")) : std::nullopt;
    const auto ends = members ? integer_at(*members, "endsAt") : std::nullopt;
    if (!digest || !ends) return false;
    earlier = EarlierKeySecret{.digest = *digest, .ends = from_ms(*ends)};
    return true;
}

json::object common_json(const KeyRecord& record) {
    json::object object{{"id", record.id},
                        {"name", record.name},
                        {"scopes", texts_json(record.scopes.names())},
                        {"madeAt", to_ms(record.made)},
                        {"rotations", record.rotations}};
    if (!(record.limits == Limits())) object["limits"] = limits_json(record.limits);
    if (!(record.allowance == Allowance())) object["allowance"] = allowance_json(record.allowance);
    if (record.ends) object["endsAt"] = to_ms(*record.ends);
    if (record.revoked) object["revokedAt"] = to_ms(*record.revoked);
    return object;
}

}  // namespace

json::object key_json(const KeyRecord& record) {
    auto object = common_json(record);
    if (record.ended) object["endedAt"] = to_ms(*record.ended);
    if (record.earlier) object["earlierSecretEndsAt"] = to_ms(record.earlier->ends);
    if (!record.allowance.budgets.empty())
        object["budgets"] = texts_json(budget_texts(record.allowance.budgets));
    if (!record.last_used) return object;
    object["lastUsedAt"] = to_ms(record.last_used->at);
    object["lastAddress"] = record.last_used->address;
    return object;
}

json::object kept_key_json(const KeyRecord& record) {
    auto object = common_json(record);
    object["digest"] = record.digest.hex();
    if (record.releases > 0) object["releases"] = record.releases;
    if (record.earlier)
        object["earlier"] = {{"digest", record.earlier->digest.hex()},
                             {"endsAt", to_ms(record.earlier->ends)}};
    return object;
}

std::optional<KeyRecord> kept_key_of(const json::value& value) {
    const auto* object = as_object(&value);
    if (!object) return std::nullopt;
    const auto id = string_at(*object, "id"), name = string_at(*object, "name");
    const auto made = integer_at(*object, "madeAt");
    const auto digest = SecretDigest::from_hex(string_at(*object, "digest").value_or(""));
    const auto* scope_list = value_at(*object, "scopes");
    const auto scopes = scope_list ? texts_of(*scope_list) : std::nullopt;
    if (!id || !is_key_id(*id) || !name || !made || !digest || !scopes) return std::nullopt;
    KeyRecord record{.id = std::string(*id),
                     .name = std::string(*name),
                     .scopes = Scopes::named(*scopes),
                     .limits = {},
                     .allowance = {},
                     .made = from_ms(*made),
                     .digest = *digest};
    const bool sound = read_limits(*object, record.limits) && read_allowance(*object, record.allowance) &&
                       read_time(*object, "endsAt", record.ends) &&
                       read_time(*object, "revokedAt", record.revoked) &&
                       read_count(*object, "rotations", record.rotations) &&
                       read_count(*object, "releases", record.releases) &&
                       read_earlier(*object, record.earlier) && !(record.earlier && record.rotations == 0);
    return sound ? std::optional(std::move(record)) : std::nullopt;
}

}  // namespace openclaw::access
