#include "access/devices/device_json.h"

#include "access/device_proof.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::size_t text_bytes_max = 256;

std::string text_in(const json::object& record, std::string_view name) {
    return shortened(std::string(string_at(record, name).value_or("")), text_bytes_max);
}

std::optional<TimePoint> time_in(const json::object& record, std::string_view name) {
    const auto ms = integer_at(record, name);
    return ms ? std::optional(from_ms(*ms)) : std::nullopt;
}

// Nought stands for never in files of the reference.
std::optional<TimePoint> time_unless_nought(const json::object& record, std::string_view name) {
    const auto ms = integer_at(record, name);
    return ms && *ms > 0 ? std::optional(from_ms(*ms)) : std::nullopt;
}

std::vector<std::string> texts_in(const json::object& record, std::string_view name) {
    std::vector<std::string> texts;
    const auto* list = array_at(record, name);
    for (const auto& value : list ? *list : json::array())
        if (value.is_string()) texts.emplace_back(value.get_string());
    return texts;
}

DeviceCard card_in(const std::string& id, const json::object& record) {
    return {.id = id,
            .public_key = text_in(record, "publicKey"),
            .name = text_in(record, "displayName"),
            .platform = text_in(record, "platform"),
            .client_id = text_in(record, "clientId"),
            .client_mode = text_in(record, "clientMode"),
            .address = text_in(record, "remoteIp")};
}

std::optional<DeviceGrant> grant_in(std::string_view role, const json::value& value) {
    const auto* record = as_object(&value);
    const auto number = record ? integer_at(*record, "number") : std::nullopt;
    if (!number || !array_at(*record, "scopes") || !array_at(*record, "tokens")) return std::nullopt;
    DeviceGrant grant{.role = std::string(role),
                      .scopes = Scopes::named(texts_in(*record, "scopes")),
                      .number = static_cast<std::uint64_t>(*number),
                      .tokens = {},
                      .created = time_in(*record, "createdAtMs").value_or(TimePoint{}),
                      .rotated = time_in(*record, "rotatedAtMs"),
                      .revoked = time_in(*record, "revokedAtMs"),
                      .claim_until = time_in(*record, "claimUntilMs")};
    for (const auto& text : texts_in(*record, "tokens")) {
        const auto digest = SecretDigest::from_hex(text);
        if (!digest) return std::nullopt;
        grant.tokens.push_back(*digest);
    }
    return grant;
}

std::optional<Device> device_in(const std::string& id, const json::value& value) {
    const auto* record = as_object(&value);
    const auto* roles = record ? object_at(*record, "roles") : nullptr;
    if (!roles) return std::nullopt;
    Device device{.card = card_in(id, *record),
                  .grants = {},
                  .created = time_in(*record, "createdAtMs").value_or(TimePoint{}),
                  .approved = time_in(*record, "approvedAtMs").value_or(TimePoint{}),
                  .removed = time_in(*record, "removedAtMs")};
    // A key that was moved from one record to another makes nobody somebody else.
    if (device_id_of(device.card.public_key) != id) return std::nullopt;
    for (const auto& [role, grant] : *roles) {
        auto parsed = grant_in(role, grant);
        if (!parsed) return std::nullopt;
        device.grants.push_back(std::move(*parsed));
    }
    return device;
}

// Stays the same as long as token and scopes do.
std::uint64_t number_of(const SecretDigest& token, Scopes scopes) {
    std::uint64_t number = 14695981039346656037u;  // FNV-1a
    for (const char c : token.hex() + joined(scopes.names(), ","))
        number = (number ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return number >> 2;  // fits a number of JSON
}

std::optional<DeviceGrant> reference_grant_in(std::string_view role, const json::value& value) {
    const auto* record = as_object(&value);
    const auto token = record ? string_at(*record, "token") : std::nullopt;
    if (!token || token->empty()) return std::nullopt;
    DeviceGrant grant{.role = std::string(role),
                      .scopes = Scopes::named(texts_in(*record, "scopes")),
                      .tokens = {SecretDigest(Secret(std::string(*token)))},
                      .created = time_in(*record, "createdAtMs").value_or(TimePoint{}),
                      .rotated = time_unless_nought(*record, "rotatedAtMs"),
                      .revoked = time_unless_nought(*record, "revokedAtMs"),
                      .claim_until = {}};
    grant.number = number_of(grant.tokens.front(), grant.scopes);
    return grant;
}

void put_text(json::object& record, std::string_view name, const std::string& text) {
    if (text.empty())
        record.erase(name);
    else
        record[name] = text;
}

void put_time(json::object& record, std::string_view name, const std::optional<TimePoint>& time) {
    if (time)
        record[name] = to_ms(*time);
    else
        record.erase(name);
}

json::array array_of(const std::vector<std::string>& texts) {
    json::array list;
    for (const auto& text : texts) list.emplace_back(text);
    return list;
}

void put_grant(json::object& record, const DeviceGrant& grant) {
    json::array tokens;
    for (const auto& token : grant.tokens) tokens.emplace_back(token.hex());
    record["scopes"] = array_of(grant.scopes.names());
    record["number"] = grant.number;
    record["tokens"] = std::move(tokens);
    record["createdAtMs"] = to_ms(grant.created);
    put_time(record, "rotatedAtMs", grant.rotated);
    put_time(record, "revokedAtMs", grant.revoked);
    put_time(record, "claimUntilMs", grant.claim_until);
}

json::object& object_in(json::object& record, std::string_view name) {
    auto& value = record[name];
    if (!value.is_object()) value = json::object();
    return value.get_object();
}

}  // namespace

Result<std::vector<Device>> devices_of(const json::object& content) {
    std::vector<Device> devices;
    if (!content.contains(devices_member)) return devices;
    const auto* records = object_at(content, devices_member);
    if (!records) return fail(Code::corrupt, "\"{}\" is no object", devices_member);
    for (const auto& [id, record] : *records) {
        auto device = device_in(std::string(id), record);
        if (!device)
            return fail(Code::corrupt, "the record of the device {} makes no sense",
                        printable(std::string(id).substr(0, 64)));
        devices.push_back(std::move(*device));
    }
    return devices;
}

void put_device(json::object& record, const Device& device) {
    record["publicKey"] = device.card.public_key;
    put_text(record, "displayName", device.card.name);
    put_text(record, "platform", device.card.platform);
    put_text(record, "clientId", device.card.client_id);
    put_text(record, "clientMode", device.card.client_mode);
    put_text(record, "remoteIp", device.card.address);
    record["createdAtMs"] = to_ms(device.created);
    record["approvedAtMs"] = to_ms(device.approved);
    put_time(record, "removedAtMs", device.removed);
    auto& roles = object_in(record, "roles");
    for (const auto& grant : device.grants) put_grant(object_in(roles, grant.role), grant);
}

std::vector<Device> reference_devices_of(const json::object& content) {
    std::vector<Device> devices;
    for (const auto& [name, value] : content) {
        const auto* record = as_object(&value);
        if (!record) continue;
        const std::string id(name);
        Device device{.card = card_in(id, *record),
                      .grants = {},
                      .created = time_in(*record, "createdAtMs").value_or(TimePoint{}),
                      .approved = time_in(*record, "approvedAtMs").value_or(TimePoint{}),
                      .removed = {},
                      .is_references = true};
        if (device_id_of(device.card.public_key) != id) continue;
        const auto* tokens = object_at(*record, "tokens");
        for (const auto& [role, token] : tokens ? *tokens : json::object())
            if (auto grant = reference_grant_in(role, token)) device.grants.push_back(std::move(*grant));
        devices.push_back(std::move(device));
    }
    return devices;
}

}  // namespace openclaw::access
