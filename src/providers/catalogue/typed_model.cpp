#include "providers/catalogue/typed_model.h"

#include <algorithm>
#include <vector>

#include "base/nearest.h"
#include "base/text.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::providers {
namespace {

std::string meant(const std::optional<std::string>& near) {
    return near ? fmt::format("; did you mean {}?", *near) : "";
}

bool is_known(const auth::ModelRef& model, const std::vector<Model>& models, const config::Config& config) {
    return auth::is_configured(model, config) ||
           std::ranges::any_of(models, [&](const Model& each) { return auth::is_same(each.ref, model); });
}

// The shortest key of a model whose bare id this is: its own provider's rather than a router's.
std::optional<std::string> key_of_bare(std::string_view id, const std::vector<Model>& models) {
    std::optional<std::string> best;
    for (const auto& model : models) {
        const auto bare = std::string_view(model.ref.model).substr(model.ref.model.rfind('/') + 1);
        if (!equal_ignoring_case(bare, id)) continue;
        if (const auto key = model.ref.key(); !best || key.size() < best->size()) best = key;
    }
    return best;
}

// "opus 4.6" -> "opus-4.6".
std::string without_blanks(std::string_view text) {
    std::string joined;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t';
        if (!blank) joined += c;
        if (blank && !joined.ends_with('-')) joined += '-';
    }
    return joined;
}

// Blanks, and what would steer a terminal that shows the id.
bool holds_no_id_character(std::string_view text) {
    return text.find_first_of(" \t\r\n\v\f") != std::string_view::npos ||
           text.find("\u00a0") != std::string_view::npos || printable(text) != text;
}

}  // namespace

std::optional<std::string> nearest_model(std::string_view text, const config::Config& config) {
    const auto models = list_models(config);
    const auto joined = without_blanks(trimmed(text));
    const auto bare = std::string_view(joined).substr(joined.rfind('/') + 1);
    if (auto key = key_of_bare(bare, models)) return key;
    if (const auto model = auth::find_reference(joined); model && is_known(*model, models, config))
        return model->key();
    if (auto alias = auth::nearest_alias(bare, config)) return alias;
    // "opus 4.6": the name before the version.
    const auto name = bare.substr(0, bare.find_first_of("-0123456789"));
    if (name.size() > 2)
        if (auto alias = auth::nearest_alias(name, config); alias && equal_ignoring_case(*alias, name))
            return alias;
    std::vector<std::string> names;
    for (const auto& model : models) {
        names.push_back(model.ref.key());
        if (model.ref.provider == auth::default_provider) names.push_back(model.ref.model);
    }
    return nearest(joined, names);
}

Result<void> check_typed(const auth::ModelRef& model, std::string_view text, const config::Config& config) {
    text = trimmed(text);
    const bool bare = text.find('/') == std::string_view::npos;
    if (!bare && !holds_no_id_character(text)) return {};
    if (const auto meant = auth::parse_model_choice(text, config); meant && !meant->alias.empty()) return {};
    if (is_known(model, list_models(config), config)) return {};
    const auto near = nearest_model(text, config);
    return hinted(
        fail(Code::invalid_input, "unknown model: {}", printable(shortened(std::string(text), 120))),
        near ? fmt::format("did you mean {}? Else write provider/model", *near)
             : fmt::format("write provider/model, for example {}", auth::default_model_key));
}

std::optional<std::string> find_oddity(const auth::ModelRef& model, std::string_view text,
                                       const config::Config& config) {
    const auto known = list_providers(config);
    if (std::ranges::find(known, model.provider.text()) == known.end())
        return fmt::format("no provider \"{}\" is known{}", printable(model.provider),
                           meant(nearest(model.provider, known)));
    const auto models = list_models(config);
    std::vector<std::string> keys;
    for (const auto& listed : models)
        if (listed.ref.provider == model.provider) keys.push_back(listed.ref.key());
    if (keys.empty() || is_known(model, models, config)) return std::nullopt;
    const auto near = nearest(model.key(), keys);
    if (text.find('/') == std::string_view::npos) {
        const auto alias = auth::nearest_alias(text, config);
        return fmt::format("\"{}\" is no alias and was taken as {}{}", printable(text),
                           printable(model.key()), meant(alias ? alias : near));
    }
    return fmt::format("{} is not in the catalogue{}", printable(model.key()), meant(near));
}

}  // namespace openclaw::providers
