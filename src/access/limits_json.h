#pragma once

#include "access/limits.h"
#include "base/json.h"

namespace openclaw::access {

json::array texts_json(const std::vector<std::string>& texts);
// Nothing when it isn't a list of texts.
std::optional<std::vector<std::string>> texts_of(const json::value& value);

json::object limits_json(const Limits& limits);
// The member of that name. Absent it restricts nothing; nothing when it can't be read, so that it never
// passes for absent.
std::optional<Limits> limits_at(const json::object& object, std::string_view name);

}  // namespace openclaw::access
