#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/json.h"

namespace openclaw::config {

// "apiKey": "LITELLM_KEY" means the variable, not a key.
bool names_variable(std::string_view path, std::string_view text);
// Whether a value at this path is a secret: by the settings table, else (channels, plugins) by its name.
bool is_secret_path(std::string_view path, std::string_view key);

// Whether an address in the text carries a user or password.
bool has_user_info(std::string_view text);
// The same text with "<set>" in its place.
std::string without_user_info(std::string_view text);

// The secrets that stand literally in a document, ${VAR} unresolved: those at secret paths and addresses with
// a password. References to variables are none.
std::set<std::string, std::less<>> literal_secrets(const json::object& document);

// A JSON5 text with each of those literals blanked out that `kept` doesn't hold, or, where the bytes can't
// be parsed, nothing: what can't be read can't be cleaned. `retired` are blanked wherever they stand.
std::optional<std::string> without_old_secrets(std::string_view text,
                                               const std::set<std::string, std::less<>>& kept,
                                               const std::set<std::string, std::less<>>& retired);

}  // namespace openclaw::config
