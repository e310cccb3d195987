#include "auth/profiles/record_names.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/nearest.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> other_names = {
    {{"mode", "type"}, {"apiKey", "key"}}};
constexpr std::array<std::string_view, 4> secret_fields = {"key", "token", "access", "refresh"};

bool is_reference(const json::value* value) {
    const auto* object = value ? value->if_object() : nullptr;
    return object && object->contains("source");
}

bool has_own_names(const json::object& record) {
    for (const auto& [other, own] : other_names)
        if (const auto* value = value_at(record, other); value && !record.contains(own))
            if (value->is_string() || is_reference(value)) return false;
    return std::ranges::none_of(secret_fields,
                                [&](auto field) { return is_reference(value_at(record, field)); });
}

void rename(json::object& record, std::string_view from, std::string_view to) {
    const auto* value = value_at(record, from);
    if (!value || record.contains(to) || !(value->is_string() || is_reference(value))) return;
    json::object renamed;
    for (auto& [name, member] : record)
        renamed[name == from ? to : std::string_view(name)] = std::move(member);
    record = std::move(renamed);
}

void take_own_names(json::object& record) {
    for (const auto& [other, own] : other_names) rename(record, other, own);
    for (const auto field : secret_fields) {
        if (!is_reference(value_at(record, field))) continue;
        const auto reference = std::string(field) + "Ref";
        if (!record.contains(reference)) record[reference] = record.at(field);
        record.stable_erase(field);
    }
}

std::string squeezed(std::string_view name) {
    std::string letters;
    for (const char c : lowered(name))
        if (c >= 'a' && c <= 'z') letters += c;
    return letters;
}

// A member that most likely was meant to be `field`: "api_key", "APIKEY", "accessToken", "value".
std::optional<std::string> meant_for(const json::object& record, std::string_view field) {
    constexpr std::array<std::string_view, 6> for_key = {"apikey",    "key",   "secret",
                                                         "secretkey", "value", "token"};
    constexpr std::array<std::string_view, 7> for_token = {"accesstoken", "authtoken", "bearer", "token",
                                                           "value",       "apikey",    "key"};
    const auto is_meant = [&](std::string_view name) {
        const auto letters = squeezed(name);
        return field == "key" ? std::ranges::find(for_key, letters) != for_key.end()
                              : std::ranges::find(for_token, letters) != for_token.end();
    };
    for (const auto& [name, value] : record)
        if (std::string_view(name) != field && value.is_string() && is_meant(name))
            return shortened(printable(name), 40);
    return std::nullopt;
}

}  // namespace

std::string_view type_of(const json::object& record) {
    const auto own = string_at(record, "type");
    return own ? *own : string_at(record, "mode").value_or("");
}

json::value with_own_names(const json::object& record) {
    if (has_own_names(record)) return nullptr;
    auto renamed = record;
    take_own_names(renamed);
    return renamed;
}

void give_own_names(json::object& document) {
    auto* profiles = document.if_contains("profiles");
    if (!profiles || !profiles->is_object()) return;
    for (auto& member : profiles->get_object())
        if (auto* record = member.value().if_object(); record && !has_own_names(*record))
            take_own_names(*record);
}

std::string problem_of_type(const json::object& record) {
    const std::array<std::string, 3> types = {"api_key", "token", "oauth"};
    const auto type = string_at(record, "type");
    if (!type) return "no type: it is one of api_key, token, oauth";
    std::string text = "type is not one of api_key, token, oauth";
    if (squeezed(*type) == "apikey" || squeezed(*type) == "key") return text + "; write api_key";
    if (const auto near = nearest(*type, types)) text += "; write " + *near;
    return text;
}

std::string problem_of_no_tokens(const json::object& record) {
    const auto meant = meant_for(record, "access");
    return "no access token and no refresh token" +
           (meant ? fmt::format(": \"{}\" has to be called \"access\"", *meant) : "");
}

std::string problem_of_missing(const json::object& record, std::string_view field) {
    const auto meant = meant_for(record, field);
    return meant ? fmt::format("no {0}: \"{1}\" has to be called \"{0}\"", field, *meant)
                 : fmt::format("no {}", field);
}

}  // namespace openclaw::auth
