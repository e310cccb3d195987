#include "cli/commands/models/model_settings.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"
#include "cli/gateway/tell_gateway.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::cli {

Result<json::object*> section(json::object& document, std::initializer_list<std::string_view> path) {
    json::object* at = &document;
    std::string walked;
    for (const auto name : path) {
        walked += (walked.empty() ? "" : ".") + std::string(name);
        auto& value = (*at)[name];
        if (value.is_null()) value = json::object();
        if (!value.is_object()) return fail(Code::invalid_input, "{} in the config is not an object", walked);
        at = &value.get_object();
    }
    return at;
}

Result<void> list_model(json::object& document, const auth::ModelRef& model) {
    const auto* agents = object_at(document, "agents");
    const auto* defaults = agents ? object_at(*agents, "defaults") : nullptr;
    const auto* models = defaults ? object_at(*defaults, "models") : nullptr;
    if (!models || models->empty() || models->contains("*")) return {};
    auto entry = model_entry(document, model);
    if (!entry) return std::unexpected(std::move(entry).error());
    return {};
}

Result<json::object*> model_entry(json::object& document, const auth::ModelRef& model) {
    auto models = section(document, {"agents", "defaults", "models"});
    if (!models) return models;
    if ((*models)->empty()) (**models)["*"] = json::object();
    for (auto& member : **models)
        if (auth::find_reference(member.key()) == model && member.value().is_object())
            return &member.value().get_object();
    auto& value = (**models)[model.key()];
    value = json::object();
    return &value.get_object();
}

namespace {

std::string meant(const std::optional<std::string>& near) {
    return near ? fmt::format("; did you mean {}?", *near) : "";
}

// What is odd about a model that was typed, or nothing: it may be newer than the catalogue.
std::string oddity(const auth::ModelRef& model, const std::string& text, const config::Config& config) {
    const auto known = providers::list_providers(config);
    if (std::ranges::find(known, model.provider) == known.end())
        return fmt::format("no provider \"{}\" is known{}", printable(model.provider),
                           meant(nearest(model.provider, known)));
    std::vector<std::string> keys;
    for (const auto& listed : providers::list_models(config))
        if (listed.ref.provider == model.provider) keys.push_back(listed.ref.key());
    if (keys.empty() || std::ranges::find(keys, model.key()) != keys.end()) return {};
    const auto near = nearest(model.key(), keys);
    if (text.find('/') == std::string::npos) {
        const auto alias = auth::nearest_alias(text, config);
        return fmt::format("\"{}\" is no alias and was taken as {}{}", printable(text),
                           printable(model.key()), meant(alias ? alias : near));
    }
    return fmt::format("{} is not in the catalogue{}", printable(model.key()), meant(near));
}

}  // namespace

Result<auth::ModelRef> typed_model(Context& context, const config::Config& config, const std::string& text) {
    auto model = auth::parse_model(text, config);
    if (!model) return model;
    const auto odd = oddity(*model, text, config);
    if (!odd.empty()) context.out.note("note: " + odd);
    return model;
}

Result<void> add_fallbacks(json::object& document, std::string_view member,
                           std::span<const std::string> models, bool replace) {
    auto settings = section(document, {"agents", "defaults", member});
    if (!settings) return std::unexpected(std::move(settings).error());
    const auto* now = array_at(**settings, "fallbacks");
    json::array entries = now && !replace ? *now : json::array();
    for (const auto& model : models)
        if (std::ranges::find(entries, json::value(model)) == entries.end()) entries.emplace_back(model);
    (**settings)["fallbacks"] = std::move(entries);
    for (const auto& model : models) {
        const auto ref = auth::find_reference(model);
        if (!ref) continue;
        if (auto listed = list_model(document, *ref); !listed) return listed;
    }
    return {};
}

Result<std::shared_ptr<const config::Config>> change_config(
    Context& context, const std::function<Result<void>(json::object&)>& change, bool as_json) {
    auto written = context.config_writer().update(change);
    if (!written) return std::unexpected(std::move(written).error());
    if (!as_json) context.out.line("Updated " + context.paths.shortened(context.paths.config_file));
    context.loaded = written->config;
    tell_gateway_and_note(context, written->changed);
    return written->config;
}

}  // namespace openclaw::cli
