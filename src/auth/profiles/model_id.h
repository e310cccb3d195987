#pragma once

#include <string_view>

#include "auth/profiles/provider_id.h"

namespace openclaw::auth {

// Whether an id in a provider's list of models is this model's: the same, or the same with the provider's own
// name before it ("nvidia/nemotron-x" of nvidia).
bool is_model_id(std::string_view id, const ProviderId& provider, std::string_view model);

}  // namespace openclaw::auth
