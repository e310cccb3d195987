#include "cli/parser/names.h"

#include <set>

#include "auth/models/model_ref.h"
#include "auth/store/profile_store.h"
#include "base/text.h"
#include "config/settings/settings.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::cli {

namespace {

// Also from a config with mistakes: completion helps best while somebody repairs it.
std::shared_ptr<const config::Config> config_of(Context& context) {
    const auto config = context.config_with_problems();
    return config ? *config : nullptr;
}

std::vector<std::string> profile_names(Context& context, const config::Config& config) {
    std::set<std::string> found;
    for (const auto& agent : config.agents()) {
        auth::ProfileStore store(context.files, auth::store_folders(config, agent));
        const auto loaded = store.load();
        if (!loaded) continue;
        for (const auto& profile : (*loaded)->profiles) found.insert(profile.id.text);
    }
    return {found.begin(), found.end()};
}

// Aliases and what the config mentions stand in front of the catalogue.
std::vector<std::string> model_names(const config::Config& config) {
    const auto plan = auth::model_plan(config, nullptr);
    std::vector<std::string> found;
    std::set<std::string> seen;
    const auto add = [&](std::string name) {
        if (seen.insert(name).second) found.push_back(std::move(name));
    };
    for (const auto& alias : plan.aliases) add(alias.name);
    add(plan.primary.key());
    for (const auto* list : {&plan.fallbacks, &plan.image_fallbacks, &plan.listed})
        for (const auto& model : *list) add(model.key());
    if (plan.image) add(plan.image->key());
    const auto models = providers::list_models(config);
    for (const auto& model : models)
        if (model.configured) add(model.ref.key());
    for (const auto& model : models) add(model.ref.key());
    return found;
}

// What a setting may be set to, where that is known: its choices, true or false, a model.
std::vector<std::string> setting_values(Context& context, std::string_view path) {
    const auto* setting = config::setting_of_path(path);
    if (!setting) return {};
    std::vector<std::string> found;
    for (const auto choice : split(setting->choices, '|'))
        if (!choice.empty()) found.emplace_back(choice);
    if (setting->type == config::SettingType::flag) found = {"true", "false"};
    const auto config = setting->type == config::SettingType::model ? config_of(context) : nullptr;
    if (config) found = model_names(*config);
    return found;
}

}  // namespace

std::vector<std::string> names(Context& context, std::string_view kind) {
    std::vector<std::string> found;
    if (kind == "command") {
        for (const Command* command : all_commands()) {
            if (!command->hidden) found.emplace_back(command->name);
        }
        return found;
    }
    if (kind == "setting") {
        for (const auto& setting : config::all_settings())
            if (setting.effect == config::Effect::full &&
                setting.key.find_first_of("*[") == std::string_view::npos)
                found.emplace_back(setting.key);
        return found;
    }
    constexpr std::string_view value_of = "setting-value ";
    if (kind.starts_with(value_of)) return setting_values(context, kind.substr(value_of.size()));
    const auto config = config_of(context);
    if (!config) return found;
    if (kind == "agent") {
        for (const auto& agent : config->agents()) found.push_back(agent.id);
    } else if (kind == "provider") {
        found = providers::list_providers(*config);
    } else if (kind == "model") {
        found = model_names(*config);
    } else if (kind == "alias") {
        for (const auto& alias : auth::configured_aliases(*config)) found.push_back(alias.name);
    } else if (kind == "fallback") {
        for (const auto& model : auth::model_plan(*config, nullptr).fallbacks) found.push_back(model.key());
    } else if (kind == "image-fallback") {
        for (const auto& model : auth::model_plan(*config, nullptr).image_fallbacks)
            found.push_back(model.key());
    } else if (kind == "profile") {
        found = profile_names(context, *config);
    }
    return found;
}

}  // namespace openclaw::cli
