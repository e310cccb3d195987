#pragma once

#include <span>
#include <string>
#include <vector>

#include "auth/models/model_ref.h"
#include "cli/parser/command.h"
#include "config/files/writer.h"

namespace openclaw::cli {

// Changes to what openclaw.json says about models, on the document as it is written.

// A member of an object, made if it is missing. Fails when something else stands there.
Result<json::object*> section(json::object& document, std::initializer_list<std::string_view> path);

// Makes sure that an existing list of models lets this one through. Where nothing is listed, everything is
// allowed, and stays so.
Result<void> list_model(json::object& document, const auth::ModelRef& model);

// The entry of a model in agents.defaults.models, made if it is missing. A first entry brings "*" along, so
// that keeping an alias restricts nothing.
Result<json::object*> model_entry(json::object& document, const auth::ModelRef& model);

// Adds models to the end of a list of fallbacks ("model", "imageModel"), each once, or puts them in its
// place.
Result<void> add_fallbacks(json::object& document, std::string_view member,
                           std::span<const std::string> models, bool replace);

// The model that a person typed; what the catalogue doesn't know is noted with the nearest name.
Result<auth::ModelRef> typed_model(Context& context, const config::Config& config, const std::string& text);

// Changes the config, prints "Updated <path>" unless the output is for a program, and tells the running
// gateway.
Result<std::shared_ptr<const config::Config>> change_config(
    Context& context, const std::function<Result<void>(json::object&)>& change, bool as_json = false);

}  // namespace openclaw::cli
