#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/text.h"

namespace openclaw::auth::oauth {

// A text of an answer, trimmed; empty where it is missing, null or of another type: issuers write all three.
inline std::string filled(const json::object& object, std::string_view key) {
    return std::string(trimmed(string_at(object, key).value_or("")));
}

}  // namespace openclaw::auth::oauth
