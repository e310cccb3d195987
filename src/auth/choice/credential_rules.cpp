#include "auth/choice/credential_rules.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "auth/sources/held_references.h"
#include "base/near_host.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

std::string text_of(const json::object& object, std::string_view key) {
    return std::string(string_at(object, key).value_or(""));
}

void read_profiles(CredentialRules& rules, const json::object& profiles) {
    for (const auto& [id, value] : profiles)
        if (const auto* entry = value.if_object())
            rules.profiles.push_back({.id = {std::string(id)},
                                      .provider = ProviderId(text_of(*entry, "provider")),
                                      .mode = text_of(*entry, "mode"),
                                      .email = text_of(*entry, "email")});
}

void read_order(CredentialRules& rules, const json::object& order) {
    for (const auto& [provider, value] : order) {
        const auto* list = value.if_array();
        if (!list) continue;
        std::vector<ProfileId> ids;
        for (const auto& entry : *list)
            if (const auto* text = entry.if_string(); text && !trimmed(*text).empty())
                ids.push_back({std::string(trimmed(*text))});
        rules.order.emplace_back(ProviderId(provider), std::move(ids));
    }
}

// Where a key would travel. With `authHeader: true` it travels as a bearer, and the others are the owner's
// own.
bool carries_credential(std::string_view header, const json::object& provider) {
    constexpr std::array<std::string_view, 4> names = {"authorization", "x-api-key", "api-key",
                                                       "x-goog-api-key"};
    const auto name = lowered(header);
    if (bool_at(provider, "authHeader").value_or(false)) return name == names.front();
    return std::ranges::find(names, name) != names.end();
}

std::optional<ConfiguredHeader> header_at(const json::value* value, std::string path,
                                          std::string_view model) {
    if (!value) return std::nullopt;
    ConfiguredHeader header{
        .path = std::move(path), .model = std::string(model), .value = {}, .reference = reference_in(value)};
    const auto* text = value->if_string();
    if (text && !trimmed(*text).empty()) header.value = Secret(*text);
    return header.value || header.reference ? std::optional(std::move(header)) : std::nullopt;
}

// The first of those in `holder`'s headers; `place` is where it stands.
std::optional<ConfiguredHeader> read_header(const json::object& holder, const json::object& provider,
                                            std::string_view place, std::string_view model) {
    const auto* headers = object_at(holder, "headers");
    if (!headers) return std::nullopt;
    for (const auto& [name, value] : *headers) {
        if (!carries_credential(name, provider)) continue;
        auto header = header_at(&value, fmt::format("{}.headers.{}", place, std::string_view(name)), model);
        if (header) return header;
    }
    return std::nullopt;
}

// What `request.auth` has requests carry: a token, or a header of any name.
std::optional<ConfiguredHeader> read_proof(const json::object& request, std::string_view place) {
    const auto* auth = object_at(request, "auth");
    const auto mode = auth ? string_at(*auth, "mode").value_or("") : "";
    const std::string_view member = mode == "authorization-bearer" ? "token"
                                    : mode == "header"             ? "value"
                                                                   : "";
    if (member.empty()) return std::nullopt;
    return header_at(value_at(*auth, member), fmt::format("{}.auth.{}", place, member), {});
}

// What `request` says goes over the provider's own headers.
std::optional<ConfiguredHeader> read_header_for_all(const json::object& entry, const std::string& place) {
    if (const auto* request = object_at(entry, "request")) {
        const auto within = place + ".request";
        if (auto proof = read_proof(*request, within)) return proof;
        if (auto header = read_header(*request, entry, within, {})) return header;
    }
    return read_header(entry, entry, place, {});
}

void read_headers(ConfiguredProvider& provider, const json::object& entry) {
    const auto place = "models.providers." + provider.key;
    if (auto header = read_header_for_all(entry, place)) provider.headers.push_back(std::move(*header));
    const auto* models = array_at(entry, "models");
    if (!models) return;
    for (const auto& each : *models) {
        const auto* model = each.if_object();
        const auto id = model ? text_of(*model, "id") : std::string();
        if (id.empty()) continue;
        if (auto header = read_header(*model, entry, fmt::format("{}.models[{}]", place, id), id))
            provider.headers.push_back(std::move(*header));
    }
}

// Whether requests carry the provider's key: not where `authHeader: false` says so, nor where `request.auth`
// has them carry a token or a header of its own.
bool sends_key(const json::object& entry) {
    const auto* request = object_at(entry, "request");
    const auto* auth = request ? object_at(*request, "auth") : nullptr;
    const auto mode = auth ? string_at(*auth, "mode").value_or("provider-default") : "provider-default";
    return bool_at(entry, "authHeader").value_or(true) && mode == "provider-default";
}

void read_providers(CredentialRules& rules, const json::object& providers) {
    for (const auto& [key, value] : providers) {
        const auto* entry = value.if_object();
        if (!entry) continue;
        ConfiguredProvider provider{.key = std::string(key),
                                    .base_url = text_of(*entry, "baseUrl"),
                                    .api_key = {},
                                    .reference = reference_in(value_at(*entry, "apiKey")),
                                    .auth = text_of(*entry, "auth"),
                                    .auth_header = sends_key(*entry)};
        if (const auto text = string_at(*entry, "apiKey")) provider.api_key = Secret(*text);
        read_headers(provider, *entry);
        rules.providers.emplace_back(ProviderId(key), std::move(provider));
    }
}

// The host of "http://user@host:port/path", without brackets, lower-cased.
std::string host_of(std::string_view url) {
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    if (const auto user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
    if (url.starts_with('[')) return lowered(url.substr(1, url.find(']') - 1));
    return lowered(url.substr(0, url.find(':')));
}

}  // namespace

CredentialRules CredentialRules::from(const config::Config& config) {
    CredentialRules rules;
    if (const auto* auth = object_at(config.value(), "auth")) {
        if (const auto* profiles = object_at(*auth, "profiles")) read_profiles(rules, *profiles);
        if (const auto* order = object_at(*auth, "order")) read_order(rules, *order);
    }
    const auto* models = object_at(config.value(), "models");
    if (const auto* providers = models ? object_at(*models, "providers") : nullptr)
        read_providers(rules, *providers);
    return rules;
}

const ConfiguredProfile* CredentialRules::find_profile(const ProfileId& id) const {
    const auto found = std::ranges::find(profiles, id, &ConfiguredProfile::id);
    return found == profiles.end() ? nullptr : &*found;
}

const std::vector<ProfileId>* CredentialRules::order_of(std::string_view provider) const {
    for (const auto& [name, ids] : order)
        if (name == provider) return &ids;
    return nullptr;
}

const ConfiguredProvider* CredentialRules::find_provider(std::string_view provider) const {
    for (const auto& [name, entry] : providers)
        if (entry.key == provider) return &entry;
    for (const auto& [name, entry] : providers)
        if (name == provider) return &entry;
    return nullptr;
}

bool can_be_sent(const Secret& secret) {
    return secret.is_printable();
}

bool is_local_url(std::string_view url) {
    return is_near_host(host_of(url));
}

}  // namespace openclaw::auth
