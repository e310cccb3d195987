#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace openclaw::auth {

// What a person who typed an unknown provider meant: the nearest name, or the provider of a product whose
// name was typed ("gemini", "claude"). `known`: normalised names.
std::optional<std::string> meant_provider(std::string_view typed, std::span<const std::string> known);

// "anthropic", normalised: a name under which a credential may be stored. An unknown one is refused with the
// nearest known name, unless it is a provider of the person's own (`custom`).
Result<std::string> checked_provider(std::string_view typed, std::span<const std::string> known, bool custom);

}  // namespace openclaw::auth
