#include "auth/enrol/config_entries.h"

#include <algorithm>

#include "config/json5/key_path.h"

namespace openclaw::auth {
namespace {

const json::object* auth_section(const json::object& document, std::string_view name) {
    const auto* auth = object_at(document, "auth");
    return auth ? object_at(*auth, name) : nullptr;
}

// To be changed, or null where there is none.
json::object* auth_section(json::object& document, std::string_view name) {
    return const_cast<json::object*>(auth_section(std::as_const(document), name));
}

bool names_profiles_of(const json::object& document, const ProviderId& provider) {
    const auto* profiles = auth_section(document, "profiles");
    return profiles && std::ranges::any_of(*profiles, [&](const auto& member) {
               const auto* entry = member.value().if_object();
               return entry && ProviderId(string_at(*entry, "provider").value_or("")) == provider;
           });
}

Result<void> write_entry(json::object& document, const Profile& profile) {
    auto profiles = config::section(document, {"auth", "profiles"});
    if (!profiles) return std::unexpected(std::move(profiles).error());
    auto& record = (**profiles)[profile.id.text];
    if (!record.is_object()) record = json::object();
    record.get_object()["provider"] = ProviderId(profile.provider).text();
    record.get_object()["mode"] = kind_name(profile.credential);
    return {};
}

bool names(const json::array& ids, const ProfileId& id) {
    return std::ranges::find(ids, json::value(id.text)) != ids.end();
}

// Of several spellings of a provider the first counts.
void append_to_order(json::object& orders, const Profile& profile, const ProviderId& provider) {
    for (auto& [name, value] : orders) {
        auto* ids = value.if_array();
        if (!ids || ProviderId(name) != provider) continue;
        if (!names(*ids, profile.id)) ids->emplace_back(profile.id.text);
        return;
    }
}

}  // namespace

Result<void> follow_stored(json::object& document, const Profile& profile, bool alone) {
    const ProviderId provider(profile.provider);
    if (alone || names_profiles_of(document, provider))
        if (auto written = write_entry(document, profile); !written) return written;
    if (auto* orders = auth_section(document, "order")) append_to_order(*orders, profile, provider);
    return {};
}

bool leaves_out(const json::object& document, const Profile& profile) {
    auto followed = document;
    return follow_stored(followed, profile, false) && followed != document;
}

void forget_profile(json::object& document, const ProfileId& id) {
    if (auto* profiles = auth_section(document, "profiles")) profiles->stable_erase(id.text);
    auto* orders = auth_section(document, "order");
    if (!orders) return;
    std::vector<std::string> emptied;
    for (auto& [provider, value] : *orders) {
        auto* ids = value.if_array();
        const auto found = ids ? std::ranges::find(*ids, json::value(id.text)) : nullptr;
        if (!ids || found == ids->end()) continue;
        ids->erase(found);
        if (ids->empty()) emptied.emplace_back(provider);
    }
    for (const auto& provider : emptied) orders->stable_erase(provider);
}

bool names_profile(const json::object& document, const ProfileId& id) {
    if (const auto* profiles = auth_section(document, "profiles"); profiles && profiles->contains(id.text))
        return true;
    const auto* orders = auth_section(document, "order");
    return orders && std::ranges::any_of(*orders, [&](const auto& member) {
               const auto* ids = member.value().if_array();
               return ids && names(*ids, id);
           });
}

}  // namespace openclaw::auth
