// A change is made in the JSON as it was read, never by writing our values out anew: members that we don't
// know stay, at every level, and so does the row in which somebody put them. What we set to its default is
// taken out.
#include <algorithm>
#include <array>

#include "auth/profiles/profile_format.h"

namespace openclaw::auth {
namespace {

constexpr std::array<std::string_view, 5> top_members = {"version", "profiles", "order", "lastGood",
                                                         "usageStats"};

// Sets a top-level member. A new one goes to its customary place among those that are there.
void set_top(json::object& document, std::string_view key, json::value value) {
    if (auto* existing = document.if_contains(key)) {
        *existing = std::move(value);
        return;
    }
    const auto rank = [](std::string_view name) {
        return std::ranges::find(top_members, name) - top_members.begin();
    };
    json::object ordered;
    bool placed = false;
    for (auto& [name, member] : document) {
        if (!placed && rank(name) < std::ssize(top_members) && rank(name) > rank(key)) {
            ordered[key] = value;
            placed = true;
        }
        ordered[name] = std::move(member);
    }
    if (!placed) ordered[key] = std::move(value);
    document = std::move(ordered);
}

json::object& section(json::object& document, std::string_view key) {
    const auto* found = document.if_contains(key);
    if (!found || !found->is_object()) set_top(document, key, json::object());
    return document.at(key).get_object();
}

void set_or_erase(json::object& record, std::string_view key, std::optional<TimePoint> time) {
    if (time)
        record[key] = to_ms(*time);
    else
        record.stable_erase(key);
}

void set_or_erase(json::object& record, std::string_view key, const std::string& text) {
    if (!text.empty())
        record[key] = text;
    else
        record.stable_erase(key);
}

// Members of another kind of credential go: a record that once was a token keeps no token as an API key.
void write_credential(json::object& record, const Credential& credential) {
    constexpr std::array<std::string_view, 9> secrets = {
        "key", "token", "access", "refresh", "expires", "keyRef", "tokenRef", "accessRef", "refreshRef"};
    if (string_at(record, "type") != kind_name(credential))
        for (const auto name : secrets) record.stable_erase(name);
    if (const auto* key = std::get_if<ApiKey>(&credential)) {
        record["key"] = revealed(key->key);
    } else if (const auto* token = std::get_if<Token>(&credential)) {
        record["token"] = revealed(token->token);
        set_or_erase(record, "expires", token->expires);
    } else {
        const auto& login = std::get<OAuth>(credential);
        record["access"] = revealed(login.access);
        record["refresh"] = revealed(login.refresh);
        set_or_erase(record, "expires", login.expires);
        if (login.lifetime)
            record["lifetimeMs"] = login.lifetime->count();
        else
            record.stable_erase("lifetimeMs");
        if (!login.account_id.empty()) record["accountId"] = login.account_id;
        if (!login.project_id.empty()) record["projectId"] = login.project_id;
    }
    record["type"] = kind_name(credential);
}

// A secret that stands elsewhere is pointed to and not written down beside it.
void write_references(json::object& record, const Profile& profile) {
    for (const std::string field : {"key", "token", "access", "refresh"}) {
        const auto* reference = profile.reference_of(field);
        if (!reference) {
            record.stable_erase(field + "Ref");
            continue;
        }
        record.stable_erase(field);
        record[field + "Ref"] = secret_ref_json(*reference);
    }
}

bool erase_from_order(json::object& order, const ProfileId& id) {
    bool changed = false;
    std::vector<std::string> emptied;
    for (auto& [provider, value] : order) {
        auto* ids = value.if_array();
        if (!ids) continue;
        const auto matches = [&](const json::value& entry) {
            const auto* text = entry.if_string();
            return text && std::string_view(*text) == id.text;
        };
        const auto before = ids->size();
        for (std::size_t i = ids->size(); i-- > 0;)
            if (matches((*ids)[i])) ids->erase(ids->begin() + static_cast<std::ptrdiff_t>(i));
        changed = changed || ids->size() != before;
        if (ids->size() != before && ids->empty()) emptied.emplace_back(provider);
    }
    for (const auto& provider : emptied) order.stable_erase(provider);
    return changed;
}

bool erase_member(json::object& document, std::string_view key, std::string_view name) {
    auto* value = document.if_contains(key);
    auto* object = value ? value->if_object() : nullptr;
    if (!object || !object->contains(name)) return false;
    object->stable_erase(name);
    if (object->empty() && key != "profiles") document.stable_erase(key);
    return true;
}

// The member as an object; made one when it is anything else.
json::object& object_in(json::object& parent, std::string_view key) {
    auto& slot = parent[key];
    if (!slot.is_object()) slot = json::object();
    return slot.get_object();
}

void write_last_failure(json::object& record, const Trouble& usage) {
    if (usage.last_failure_reason.empty() && usage.last_failure_text.empty()) {
        record.stable_erase("lastFailure");
        return;
    }
    json::object last;
    set_or_erase(last, "reason", usage.last_failure_reason);
    if (usage.last_failure_status != 0) last["status"] = usage.last_failure_status;
    set_or_erase(last, "text", usage.last_failure_text);
    if (usage.end_is_named) last["endIsNamed"] = true;
    record["lastFailure"] = std::move(last);
}

void write_bench(json::object& record, const std::optional<Bench>& bench) {
    if (!bench) {
        record.stable_erase("benched");
        return;
    }
    auto& object = object_in(record, "benched");
    object["since"] = to_ms(bench->since);
    object["until"] = to_ms(bench->until);
    set_or_erase(object, "why", bench->why);
}

// What an account's record and that of one model have in common.
void write_trouble(json::object& record, const Trouble& usage) {
    record["errorCount"] = usage.error_count;
    if (usage.failure_counts.empty()) {
        record.stable_erase("failureCounts");
    } else {
        json::object counts;
        for (const auto& [reason, count] : usage.failure_counts) counts[reason] = count;
        record["failureCounts"] = std::move(counts);
    }
    set_or_erase(record, "lastFailureAt", usage.last_failure);
    set_or_erase(record, "cooldownUntil", usage.cooldown_until);
    // A person's rest stands where every program looks for one, unless the provider's own is there.
    const bool manual = usage.bench && !usage.disabled_until;
    set_or_erase(record, "disabledUntil", manual ? std::optional(usage.bench->until) : usage.disabled_until);
    set_or_erase(record, "disabledReason", manual ? std::string(manual_reason) : usage.disabled_reason);
    write_last_failure(record, usage);
    set_or_erase(record, "trialAt", usage.trial_at);
    write_bench(record, usage.bench);
}

}  // namespace

void put_profile(json::object& document, const Profile& profile) {
    if (!document.contains("version")) set_top(document, "version", 1);
    auto& profiles = section(document, "profiles");
    auto& slot = profiles[profile.id.text];
    if (!slot.is_object()) {
        slot = json::object();
        slot.get_object()["type"] = kind_name(profile.credential);
    }
    auto& record = slot.get_object();
    record["provider"] = profile.provider;
    write_credential(record, profile.credential);
    write_references(record, profile);
    set_or_erase(record, "email", profile.email);
    set_or_erase(record, "addedAt", profile.added);
    set_or_erase(record, "managedBy", profile.managed_by);
}

void put_import(json::object& document, const ProfileId& id, const ImportRecord& record) {
    json::object entry{{"path", record.path}};
    set_or_erase(entry, "fingerprint", record.fingerprint);
    set_or_erase(entry, "at", record.at);
    section(document, "imports")[id.text] = std::move(entry);
}

bool put_allowed_agents(json::object& document, const ProfileId& id,
                        const std::optional<std::vector<std::string>>& agents) {
    auto* profiles = document.if_contains("profiles");
    auto* value = profiles && profiles->is_object() ? profiles->get_object().if_contains(id.text) : nullptr;
    if (!value || !value->is_object()) return false;
    auto& record = value->get_object();
    if (agents)
        record["allowAgents"] = json::array(agents->begin(), agents->end());
    else
        record.stable_erase("allowAgents");
    return true;
}

bool remove_profile(json::object& document, const ProfileId& id) {
    bool removed = erase_member(document, "profiles", id.text);
    removed = erase_member(document, "usageStats", id.text) || removed;
    removed = remove_from_orders(document, id) || removed;
    std::vector<std::string> providers;
    if (const auto* last_good = object_at(document, "lastGood"))
        for (const auto& [provider, value] : *last_good)
            if (value.is_string() && std::string_view(value.get_string()) == id.text)
                providers.emplace_back(provider);
    for (const auto& provider : providers) removed = erase_member(document, "lastGood", provider) || removed;
    return removed;
}

bool remove_from_orders(json::object& document, const ProfileId& id) {
    auto* order = document.if_contains("order");
    if (!order || !order->is_object()) return false;
    const bool removed = erase_from_order(order->get_object(), id);
    if (order->get_object().empty()) document.stable_erase("order");
    return removed;
}

void put_back_profile(json::object& document, const ProfileId& id, const json::value& record,
                      const std::optional<json::value>& usage) {
    section(document, "profiles")[id.text] = record;
    remove_usage(document, id);
    if (usage) section(document, "usageStats")[id.text] = *usage;
}

bool remove_order(json::object& document, const ProviderId& provider) {
    const ProviderId wanted(provider);
    std::vector<std::string> keys;
    if (const auto* order = object_at(document, "order"))
        for (const auto& [key, value] : *order)
            if (ProviderId(key) == wanted) keys.emplace_back(key);
    for (const auto& key : keys) erase_member(document, "order", key);
    return !keys.empty();
}

void put_order(json::object& document, const ProviderId& provider, const std::vector<ProfileId>& ids) {
    auto& order = section(document, "order");
    std::vector<std::string> other_spellings;
    for (const auto& member : order)
        if (member.key() != provider.text() && ProviderId(member.key()) == provider)
            other_spellings.emplace_back(member.key());
    for (const auto& spelling : other_spellings) order.stable_erase(spelling);
    json::array list;
    for (const auto& id : ids) list.emplace_back(id.text);
    order[provider.text()] = std::move(list);
}

void put_usage(json::object& document, const ProfileId& id, const UsageStats& usage) {
    auto& record = object_in(section(document, "usageStats"), id.text);
    set_or_erase(record, "lastUsed", usage.last_used);
    write_trouble(record, usage);
    set_or_erase(record, "credential", usage.credential);
    if (usage.models.empty()) {
        record.stable_erase("models");
        return;
    }
    auto& models = object_in(record, "models");
    std::vector<std::string> gone;
    for (const auto& [model, value] : models)
        if (!usage.find_model(model)) gone.emplace_back(model);
    for (const auto& model : gone) models.stable_erase(model);
    for (const auto& entry : usage.models) write_trouble(object_in(models, entry.model), entry);
}

bool remove_usage(json::object& document, const ProfileId& id) {
    return erase_member(document, "usageStats", id.text);
}

void put_last_good(json::object& document, const ProviderId& provider, const ProfileId& id) {
    auto& last_good = section(document, "lastGood");
    std::vector<std::string> other_spellings;
    for (const auto& member : last_good)
        if (member.key() != provider.text() && ProviderId(member.key()) == provider)
            other_spellings.emplace_back(member.key());
    for (const auto& spelling : other_spellings) last_good.stable_erase(spelling);
    last_good[provider.text()] = id.text;
}

}  // namespace openclaw::auth
