#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/models/model_ref.h"
#include "config/config.h"

namespace openclaw::providers {

// What is odd about a model that a person typed as `text`, with the nearest known name: its provider or the
// model itself isn't in the catalogue, or what looks like an alias is none. No error: the model may be newer
// than the catalogue.
std::optional<std::string> find_oddity(const auth::ModelRef& model, std::string_view text,
                                       const config::Config& config);

}  // namespace openclaw::providers
