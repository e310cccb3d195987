#include "auth/models/model_settings.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"
#include "config/json5/key_path.h"

namespace openclaw::auth {
namespace {

const json::object* defaults_in(const json::object& document) {
    const auto* agents = object_at(document, "agents");
    return agents ? object_at(*agents, "defaults") : nullptr;
}

Result<json::object*> settings_of(json::object& document, ModelRole role) {
    auto defaults = config::section(document, {"agents", "defaults"});
    if (!defaults) return defaults;
    // `model: "opus"` becomes `model: {primary: "opus"}`.
    auto* settings = (*defaults)->if_contains(member_of(role));
    if (settings && settings->is_string())
        *settings = json::object{{"primary", json::value(settings->get_string())}};
    return config::section(document, {"agents", "defaults", member_of(role)});
}

// A policy that restricts lets the model through from now on.
Result<void> allow_by_policy(json::object& document, const ModelRef& model) {
    auto* defaults = const_cast<json::object*>(defaults_in(document));
    auto* policy = defaults ? const_cast<json::object*>(object_at(*defaults, "modelPolicy")) : nullptr;
    auto* allowed = policy ? policy->if_contains("allow") : nullptr;
    auto* list = allowed ? allowed->if_array() : nullptr;
    if (!list || list->empty()) return {};
    const auto key = model.key();
    const bool passes = std::ranges::any_of(*list, [&](const json::value& entry) {
        const auto* text = entry.if_string();
        if (!text) return false;
        const std::string_view name = *text;
        return name == "*" || find_reference(name) == model ||
               (name.ends_with("/*") && key.starts_with(name.substr(0, name.size() - 1)));
    });
    if (!passes) list->emplace_back(key);
    return {};
}

json::array entries_of(const json::object& settings) {
    const auto* entries = array_at(settings, "fallbacks");
    return entries ? *entries : json::array();
}

auto position_of(json::array& entries, const ModelRef& model, const config::Config& config) {
    return std::ranges::find_if(entries, [&](const json::value& entry) {
        const auto* name = entry.if_string();
        const auto known = name ? parse_model(*name, config) : fail(Code::invalid_input, "not a string");
        return known && *known == model;
    });
}

std::unexpected<Error> no_such_fallback(const ModelRef& model, const json::array& entries, ModelRole role) {
    std::vector<std::string> names;
    for (const auto& entry : entries)
        if (const auto* name = entry.if_string()) names.emplace_back(*name);
    const auto near = nearest(model.key(), names);
    const bool image = role == ModelRole::image;
    return hinted(fail(Code::not_found, "{} not found: {}", image ? "Image fallback" : "Fallback",
                       printable(model.key())),
                  near    ? fmt::format("did you mean {}?", printable(*near))
                  : image ? "`openclaw models image-fallbacks list` shows them all"
                          : "`openclaw models fallbacks list` shows them all");
}

}  // namespace

std::string_view member_of(ModelRole role) {
    return role == ModelRole::text ? "model" : "imageModel";
}

Result<void> set_primary(json::object& document, ModelRole role, const ModelRef& model) {
    auto settings = settings_of(document, role);
    if (!settings) return std::unexpected(std::move(settings).error());
    (**settings)["primary"] = model.key();
    return list_model(document, model);
}

std::vector<std::string> fallbacks_in(const json::object& document, ModelRole role) {
    std::vector<std::string> names;
    const auto* defaults = defaults_in(document);
    const auto* settings = defaults ? object_at(*defaults, member_of(role)) : nullptr;
    if (!settings) return names;
    for (const auto& entry : entries_of(*settings))
        if (const auto* name = entry.if_string()) names.emplace_back(*name);
    return names;
}

Result<void> add_fallback(json::object& document, ModelRole role, const ModelRef& model,
                          const config::Config& config) {
    auto settings = settings_of(document, role);
    if (!settings) return std::unexpected(std::move(settings).error());
    auto entries = entries_of(**settings);
    if (position_of(entries, model, config) == entries.end()) entries.emplace_back(model.key());
    (**settings)["fallbacks"] = std::move(entries);
    return list_model(document, model);
}

Result<void> add_fallbacks(json::object& document, ModelRole role, std::span<const std::string> keys,
                           bool replace) {
    auto settings = settings_of(document, role);
    if (!settings) return std::unexpected(std::move(settings).error());
    auto entries = replace ? json::array() : entries_of(**settings);
    for (const auto& key : keys)
        if (std::ranges::find(entries, json::value(key)) == entries.end()) entries.emplace_back(key);
    (**settings)["fallbacks"] = std::move(entries);
    for (const auto& key : keys) {
        const auto model = find_reference(key);
        if (!model) continue;
        if (auto listed = list_model(document, *model); !listed) return listed;
    }
    return {};
}

Result<void> remove_fallback(json::object& document, ModelRole role, const ModelRef& model,
                             const config::Config& config) {
    auto settings = settings_of(document, role);
    if (!settings) return std::unexpected(std::move(settings).error());
    auto entries = entries_of(**settings);
    const auto found = position_of(entries, model, config);
    if (found == entries.end()) return no_such_fallback(model, entries, role);
    entries.erase(found);
    (**settings)["fallbacks"] = std::move(entries);
    return {};
}

Result<void> clear_fallbacks(json::object& document, ModelRole role) {
    auto settings = settings_of(document, role);
    if (!settings) return std::unexpected(std::move(settings).error());
    (**settings)["fallbacks"] = json::array();
    return {};
}

Result<void> check_alias_name(std::string_view name) {
    if (name.empty()) return fail(Code::invalid_input, "Alias cannot be empty.");
    const bool fine = std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_.:-").find(c) != std::string_view::npos;
    });
    if (!fine)
        return fail(Code::invalid_input,
                    "Alias must use letters, numbers, dots, underscores, colons, or dashes.");
    return {};
}

Result<void> check_alias_is_free(std::string_view name, const ModelRef& model, const config::Config& config) {
    for (const auto& alias : configured_aliases(config))
        if (equal_ignoring_case(alias.name, name) && alias.key != model.key())
            return hinted(fail(Code::invalid_input, "Alias {} already points to {}.", alias.name, alias.key),
                          "remove it first: `openclaw models aliases remove ALIAS`");
    return {};
}

Result<void> add_alias(json::object& document, std::string_view name, const ModelRef& model) {
    auto entry = model_entry(document, model);
    if (!entry) return std::unexpected(std::move(entry).error());
    (**entry)["alias"] = name;
    return {};
}

Result<Alias> configured_alias(std::string_view name, const config::Config& config) {
    const auto aliases = configured_aliases(config);
    std::vector<std::string> names;
    for (const auto& alias : aliases) {
        if (equal_ignoring_case(alias.name, name)) return alias;
        names.push_back(alias.name);
    }
    const auto near = nearest(name, names);
    return hinted(
        fail(Code::not_found, "Alias not found: {}", printable(name)),
        near ? fmt::format("did you mean {}?", *near) : "`openclaw models aliases list` shows them all");
}

Result<void> remove_alias(json::object& document, const Alias& alias) {
    const auto model = find_reference(alias.key);
    if (!model) return fail(Code::internal, "alias {} leads to no model", alias.name);
    return add_alias(document, "", *model);
}

Result<void> list_model(json::object& document, const ModelRef& model) {
    if (has_model_policy(document)) return allow_by_policy(document, model);
    const auto* defaults = defaults_in(document);
    const auto* models = defaults ? object_at(*defaults, "models") : nullptr;
    if (!models || models->empty() || models->contains("*")) return {};
    auto entry = model_entry(document, model);
    if (!entry) return std::unexpected(std::move(entry).error());
    return {};
}

Result<json::object*> model_entry(json::object& document, const ModelRef& model) {
    auto models = config::section(document, {"agents", "defaults", "models"});
    if (!models) return models;
    if ((*models)->empty() && !has_model_policy(document)) (**models)["*"] = json::object();
    for (auto& member : **models)
        if (find_reference(member.key()) == model && member.value().is_object())
            return &member.value().get_object();
    auto& value = (**models)[model.key()];
    value = json::object();
    return &value.get_object();
}

}  // namespace openclaw::auth
