#pragma once

#include <functional>

#include "providers/wire/provider.h"

namespace openclaw::providers {

using VariableLookup = std::function<std::optional<std::string_view>(std::string_view)>;

// endpoint_of over the resolved document of a config. Pure. `variable` serves header values that are the
// name of a set variable.
Result<Endpoint> endpoint_from(const auth::ModelRef& model, const json::object& config,
                               const VariableLookup& variable, const auth::SourceValues* values = nullptr);

// Appends an API's path to the base as configured: slashes at the seam count once, a query stays behind
// the path, and a part that the base already ends with is not repeated (".../v1" + "/v1/messages").
net::Url joined_url(net::Url base, std::string_view path);

}  // namespace openclaw::providers
