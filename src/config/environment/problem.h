#pragma once

#include <string>

#include "base/result.h"

namespace openclaw::config {

// A mistake in the config, with where and what to do. Holds no secret.
struct Problem {
    std::string path;  // "agents.defaults.model", or "" for the whole file
    std::string message;
    std::string hint;                 // "did you mean agents.defaults?"
    Code code = Code::invalid_input;  // `corrupt`, `denied`, ... when the file itself is the trouble
    bool operator==(const Problem&) const = default;
};

}  // namespace openclaw::config
