#pragma once

#include <functional>
#include <string>

#include "auth/models/model_ref.h"
#include "auth/models/model_settings.h"
#include "cli/parser/command.h"
#include "config/files/writer.h"

namespace openclaw::cli {

// The model that a person typed; what the catalogue doesn't know is noted with the nearest name.
Result<auth::ModelRef> typed_model(Context& context, const config::Config& config, const std::string& text);

// Changes the config, prints "Updated <path>" unless the output is for a program, and tells the running
// gateway.
Result<std::shared_ptr<const config::Config>> change_config(
    Context& context, const std::function<Result<void>(json::object&)>& change, bool as_json = false);
// The same for what has been written already.
void config_changed(Context& context, const config::Written& written, bool as_json);

}  // namespace openclaw::cli
