#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace openclaw::config {

// Why a shared secret could be found by trying: too short, a few characters or a short text over and over, a
// run like 12345, words that everybody tries. Nothing: it could not. What a generator makes passes, and so
// does a phrase of several uncommon words.
std::optional<std::string> why_guessable(std::string_view secret);
std::optional<std::string> why_guessable(const Secret& secret);

constexpr std::size_t shared_secret_bytes_min = 12;

}  // namespace openclaw::config
