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

// Whether what a person typed can be a model at all: `invalid_input`, with the nearest name, for a bare id
// that is no alias and that nobody here knows, and for one with a blank in it.
Result<void> check_typed(const auth::ModelRef& model, std::string_view text, const config::Config& config);
// The name that was most likely meant.
std::optional<std::string> nearest_model(std::string_view text, const config::Config& config);

}  // namespace openclaw::providers
