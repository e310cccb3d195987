#include <array>
#include <charconv>
#include <cmath>

#include "auth/profiles/profile_format.h"
#include "auth/profiles/record_names.h"
#include "base/text.h"
#include "config/environment/paths.h"

namespace openclaw::auth {
namespace {

struct Expiry {
    std::optional<TimePoint> at;
    std::string note;
};

// No credential of today ends before 1973, so a number this small counts seconds, not milliseconds.
constexpr double seconds_below = 1e11;
constexpr double milliseconds_max = 8.64e15;  // the last instant of JavaScript's calendar

Expiry parse_expiry(const json::value* value) {
    if (!value || value->is_null()) return {};
    if (const auto* text = value->if_string()) {
        if (const auto time = parse_iso_time(*text))
            return {time, "expires is written as text, not in milliseconds"};
        return {{}, "expires is not a time and was ignored"};
    }
    if (!value->is_number()) return {{}, "expires is not a number and was ignored"};
    const double number = value->to_number<double>();
    if (!std::isfinite(number) || number <= 0) return {};
    if (number < seconds_below)
        return {from_ms(static_cast<std::int64_t>(number * 1000)),
                "expires is in seconds, not in milliseconds"};
    return {from_ms(static_cast<std::int64_t>(std::min(number, milliseconds_max))), {}};
}

std::string text_of(const json::object& record, std::string_view key) {
    return std::string(string_at(record, key).value_or(""));
}

using References = std::map<std::string, SecretRef, std::less<>>;

// `keyRef` beside or instead of `key`, and so on; a reference wins over a value beside it.
std::expected<References, std::string> parse_references(const json::object& record) {
    References references;
    constexpr std::pair<std::string_view, std::string_view> fields[] = {
        {"key", "keyRef"}, {"token", "tokenRef"}, {"access", "accessRef"}, {"refresh", "refreshRef"}};
    for (const auto& [field, member] : fields) {
        const auto* value = value_at(record, member);
        if (!value || value->is_null()) continue;
        const auto* object = value->if_object();
        if (!object) return std::unexpected(fmt::format("{}Ref is not an object", field));
        auto reference = parse_secret_ref(*object);
        if (!reference) return std::unexpected(fmt::format("{}Ref: {}", field, reference.error().message));
        references.emplace(field, std::move(*reference));
    }
    return references;
}

// Missing gives nothing; a value of another type counts as missing too. Blank where a reference stands.
std::optional<Secret> secret_of(const json::object& record, const References& references,
                                std::string_view key) {
    if (references.contains(key)) return Secret();
    const auto text = string_at(record, key);
    if (!text) return std::nullopt;
    return Secret(*text);
}

using Parsed = std::expected<Credential, std::string>;

Parsed parse_oauth(const json::object& record, const References& references, std::string& note) {
    auto access = secret_of(record, references, "access");
    auto refresh = secret_of(record, references, "refresh");
    if (!access && !refresh) return std::unexpected(problem_of_no_tokens(record));
    auto expiry = parse_expiry(value_at(record, "expires"));
    note = std::move(expiry.note);
    const auto lifetime = integer_at(record, "lifetimeMs");
    return OAuth{
        .access = access.value_or(Secret()),
        .refresh = refresh.value_or(Secret()),
        .expires = expiry.at,
        .account_id = text_of(record, "accountId"),
        .project_id = text_of(record, "projectId"),
        .lifetime = lifetime && *lifetime >= 0 ? std::optional(Milliseconds(*lifetime)) : std::nullopt};
}

Parsed parse_credential(const json::object& record, const References& references, std::string& note) {
    const auto type = string_at(record, "type");
    if (type == "api_key") {
        auto key = secret_of(record, references, "key");
        if (!key) return std::unexpected(problem_of_missing(record, "key"));
        return ApiKey{std::move(*key)};
    }
    if (type == "token") {
        auto token = secret_of(record, references, "token");
        if (!token) return std::unexpected(problem_of_missing(record, "token"));
        auto expiry = parse_expiry(value_at(record, "expires"));
        note = std::move(expiry.note);
        return Token{std::move(*token), expiry.at};
    }
    if (type == "oauth") return parse_oauth(record, references, note);
    return std::unexpected(problem_of_type(record));
}

std::optional<TimePoint> time_of(const json::object& record, std::string_view key) {
    const auto ms = integer_at(record, key);
    if (!ms || *ms <= 0 || static_cast<double>(*ms) > milliseconds_max) return std::nullopt;
    return from_ms(*ms);
}

// Written by hand, it may be nonsense: then nobody is let in, and the note says why.
void read_allowed_agents(Profile& profile, const json::object& record) {
    const auto* value = value_at(record, "allowAgents");
    if (!value || value->is_null()) return;
    profile.allowed_agents.emplace();
    const auto* list = value->if_array();
    if (!list) {
        profile.note = "allowAgents is no list of agents, so nobody may use it";
        return;
    }
    for (const auto& entry : *list) {
        const auto* id = entry.if_string();
        if (id && !trimmed(*id).empty())
            profile.allowed_agents->push_back(config::normalised_agent_id(*id));
        else
            profile.note = "allowAgents holds something that is no agent's id";
    }
}

void parse_record(Store& store, std::string_view id, const json::value& value) {
    const auto* record = value.if_object();
    const auto renamed = record ? with_own_names(*record) : json::value();
    if (renamed.is_object()) record = &renamed.get_object();
    DamagedProfile damaged{.id = {std::string(id)}, .provider = {}, .problem = "not an object"};
    if (record) damaged.provider = text_of(*record, "provider");
    if (trimmed(damaged.provider).empty()) damaged.provider.clear();
    const bool has_provider = !damaged.provider.empty();
    if (!has_provider) damaged.provider = id.substr(0, id.find(':'));  // as ids are written; for showing
    if (!record) return store.damaged.push_back(std::move(damaged));
    Profile profile;
    profile.id = damaged.id;
    profile.provider = damaged.provider;
    auto references = parse_references(*record);
    Parsed credential = references ? parse_credential(*record, *references, profile.note)
                                   : Parsed(std::unexpected(references.error()));
    damaged.problem = credential ? "no provider" : credential.error();
    if (!credential || !has_provider) return store.damaged.push_back(std::move(damaged));
    profile.credential = std::move(*credential);
    profile.references = std::move(*references);
    profile.email = text_of(*record, "email");
    profile.added = time_of(*record, "addedAt");
    profile.managed_by = text_of(*record, "managedBy");
    read_allowed_agents(profile, *record);
    store.profiles.push_back(std::move(profile));
}

std::vector<ProfileId> parse_ids(const json::array& array) {
    std::vector<ProfileId> ids;
    for (const auto& entry : array) {
        const auto* text = entry.if_string();
        if (text && !trimmed(*text).empty()) ids.push_back({std::string(trimmed(*text))});
    }
    return ids;
}

void parse_order(Store& store, const json::object& order) {
    for (const auto& [provider, value] : order) {
        const auto* array = value.if_array();
        if (!array) continue;
        auto ids = parse_ids(*array);
        if (!ids.empty()) store.order.emplace_back(provider, std::move(ids));
    }
}

constexpr std::size_t models_read_max = 64;

std::optional<Bench> parse_bench(const json::object& record) {
    const auto* object = object_at(record, "benched");
    const auto since = object ? time_of(*object, "since") : std::nullopt;
    const auto until = object ? time_of(*object, "until") : std::nullopt;
    if (!since || !until) return std::nullopt;
    return Bench{*since, *until, text_of(*object, "why")};
}

// What an account's record and that of one model have in common.
void parse_trouble(Trouble& trouble, const json::object& record) {
    trouble.last_failure = time_of(record, "lastFailureAt");
    trouble.cooldown_until = time_of(record, "cooldownUntil");
    trouble.disabled_until = time_of(record, "disabledUntil");
    trouble.disabled_reason = text_of(record, "disabledReason");
    trouble.error_count = std::max<std::int64_t>(0, integer_at(record, "errorCount").value_or(0));
    if (const auto* counts = object_at(record, "failureCounts"))
        for (const auto& [reason, count] : *counts)
            if (const auto number = integer_at(*counts, reason); number && *number > 0)
                trouble.failure_counts[std::string(reason)] = *number;
    if (const auto* last = object_at(record, "lastFailure")) {
        trouble.last_failure_text = text_of(*last, "text");
        trouble.last_failure_reason = text_of(*last, "reason");
        const auto status = integer_at(*last, "status").value_or(0);
        trouble.last_failure_status = status >= 0 && status < 1000 ? static_cast<int>(status) : 0;
        trouble.end_is_named = bool_at(*last, "endIsNamed").value_or(false);
    }
    trouble.trial_at = time_of(record, "trialAt");
    trouble.bench = parse_bench(record);
    // For other programs a person's rest stands in disabledUntil too (put_usage).
    if (trouble.bench && trouble.disabled_reason == manual_reason) {
        trouble.disabled_until.reset();
        trouble.disabled_reason.clear();
    }
}

}  // namespace

UsageStats parse_usage(const json::object& record) {
    UsageStats usage;
    parse_trouble(usage, record);
    usage.last_used = time_of(record, "lastUsed");
    usage.credential = text_of(record, "credential");
    const auto* models = object_at(record, "models");
    if (!models) return usage;
    for (const auto& [model, value] : *models) {
        const auto* trouble = value.if_object();
        if (!trouble || model.empty() || usage.models.size() == models_read_max) continue;
        parse_trouble(usage.models.emplace_back(), *trouble);
        usage.models.back().model = model;
    }
    return usage;
}

Result<Store> parse_store(const json::object& document) {
    Store store;
    const auto* profiles = value_at(document, "profiles");
    if (profiles && !profiles->is_object()) return fail(Code::corrupt, "\"profiles\" is not an object");
    if (profiles) {
        store.profiles.reserve(profiles->get_object().size());
        for (const auto& [id, value] : profiles->get_object()) parse_record(store, id, value);
    }
    if (const auto* order = object_at(document, "order")) parse_order(store, *order);
    if (const auto* last_good = object_at(document, "lastGood"))
        for (const auto& [provider, value] : *last_good)
            if (const auto* id = value.if_string())
                store.last_good[std::string(provider)] = {std::string(*id)};
    if (const auto* usage = object_at(document, "usageStats")) {
        store.usage.reserve(usage->size());
        for (const auto& [id, value] : *usage)
            if (const auto* record = value.if_object())
                store.usage.emplace(std::string(id), parse_usage(*record));
    }
    if (const auto* imports = object_at(document, "imports"))
        for (const auto& [id, value] : *imports)
            if (const auto* record = value.if_object())
                store.imports[{std::string(id)}] = {.path = text_of(*record, "path"),
                                                    .fingerprint = text_of(*record, "fingerprint"),
                                                    .at = time_of(*record, "at")};
    return store;
}

json::object from_legacy_store(const json::object& document) {
    json::object profiles;
    if (!document.contains("profiles"))
        for (const auto& [provider, value] : document) {
            const auto* record = value.if_object();
            const auto type = record ? type_of(*record) : std::string_view();
            if (type != "api_key" && type != "token" && type != "oauth") continue;
            auto& taken = profiles[std::string(provider) + ":default"].emplace_object();
            taken = *record;
            if (trimmed(text_of(taken, "provider")).empty()) taken["provider"] = provider;
        }
    json::object store{{"profiles", std::move(profiles)}};
    give_own_names(store);
    return store;
}

json::object from_legacy_oauth(const json::object& document) {
    json::object profiles;
    for (const auto& [provider, value] : document) {
        if (!value.is_object()) continue;
        auto& taken = profiles[std::string(provider) + ":default"].emplace_object();
        taken = value.get_object();
        taken["type"] = "oauth";
        taken["provider"] = provider;
    }
    json::object store{{"profiles", std::move(profiles)}};
    give_own_names(store);
    return store;
}

}  // namespace openclaw::auth
