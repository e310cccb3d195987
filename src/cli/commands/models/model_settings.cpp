#include "cli/commands/models/model_settings.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"
#include "providers/catalog.h"

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

Result<auth::ModelRef> typed_model(Context& context, const config::Config& config, const std::string& text) {
    auto model = auth::parse_model(text, config);
    if (!model) return model;
    const auto known = providers::list_providers(config);
    if (std::ranges::find(known, model->provider) == known.end()) {
        const auto near = nearest(model->provider, known);
        context.out.note(fmt::format("note: no provider \"{}\" is known{}", printable(model->provider),
                                     near ? fmt::format("; did you mean {}?", *near) : ""));
    } else if (text.find('/') == std::string::npos && !providers::find_model(*model, config)) {
        const auto near = auth::nearest_alias(text, config);
        context.out.note(fmt::format("note: \"{}\" is no alias and was taken as {}{}", printable(text),
                                     printable(model->key()),
                                     near ? fmt::format("; did you mean {}?", *near) : ""));
    }
    return model;
}

Result<std::shared_ptr<const config::Config>> change_config(
    Context& context, const std::function<Result<void>(json::object&)>& change) {
    auto written = context.config_writer().update(change);
    if (!written) return std::unexpected(std::move(written).error());
    context.out.line("Updated " + context.paths.shortened(context.paths.config_file));
    context.loaded = written->config;
    return written->config;
}

}  // namespace openclaw::cli
