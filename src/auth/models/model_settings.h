#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/models/model_ref.h"
#include "base/json.h"
#include "config/config.h"

namespace openclaw::auth {

// What openclaw.json says about models, and changes to it: on the document as it is written, inside
// config::ConfigWriter::update. Each fails with `invalid_input` when something else stands in the place of a
// section; other failures are named.

// What a model is there for: its settings stand in agents.defaults.model or .imageModel.
enum class ModelRole { text, image };
std::string_view member_of(ModelRole role);

// The primary changes, the fallbacks stay. A list of models that restricts lets it through from now on.
Result<void> set_primary(json::object& document, ModelRole role, const ModelRef& model);

// As they are written: models or aliases.
std::vector<std::string> fallbacks_in(const json::object& document, ModelRole role);
// At the end, unless it is there already, under any name of it. A list of models that restricts lets it
// through.
Result<void> add_fallback(json::object& document, ModelRole role, const ModelRef& model,
                          const config::Config& config);
// The same for several keys, or in place of what is there. Names are compared as they are written.
Result<void> add_fallbacks(json::object& document, ModelRole role, std::span<const std::string> keys,
                           bool replace);
// `not_found` when the model is none of them under any name, with the nearest.
Result<void> remove_fallback(json::object& document, ModelRole role, const ModelRef& model,
                             const config::Config& config);
Result<void> clear_fallbacks(json::object& document, ModelRole role);

// A short name for a model: `invalid_input` for one that is no name, or that another model has.
Result<void> check_alias_name(std::string_view name);
Result<void> check_alias_is_free(std::string_view name, const ModelRef& model, const config::Config& config);
Result<void> add_alias(json::object& document, std::string_view name, const ModelRef& model);
// By its name in any case; `not_found` with the nearest.
Result<Alias> configured_alias(std::string_view name, const config::Config& config);
// No built-in alias of the model comes back in its place.
Result<void> remove_alias(json::object& document, const Alias& alias);

// Makes sure that an existing list of models (modelPolicy.allow, else agents.defaults.models) lets this one
// through. Where nothing is
// listed, everything is allowed, and stays so.
Result<void> list_model(json::object& document, const ModelRef& model);
// The entry of a model in that list, made if it is missing. A first entry brings "*" along, so that keeping
// an alias restricts nothing.
Result<json::object*> model_entry(json::object& document, const ModelRef& model);

}  // namespace openclaw::auth
