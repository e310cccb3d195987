#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "config/environment/environment.h"
#include "config/environment/problem.h"

namespace openclaw::config {

// Whether `${...}` around it would refer to a variable: [A-Z_][A-Z0-9_]*.
bool is_variable_name(std::string_view text);

// A text that is one reference and nothing else: "${NAME}".
bool is_sole_reference(std::string_view text);

// Replaces ${NAME} (NAME: [A-Z_][A-Z0-9_]*) in every string below `value`; $${NAME} becomes the literal
// ${NAME}; anything else stays. A variable that is unset or empty is a problem that names the path and
// `places`, where it was looked for. What came from a variable is noted in `references`: path -> NAME.
struct Substitution {
    const Environment& environment;
    std::string places;  // "the process environment, ~/.openclaw/.env"
    std::vector<Problem> problems = {};
    json::object references = {};
    // Paths whose text was read from elsewhere (a sealed value, a named secret): it stays as it is.
    std::set<std::string, std::less<>> literal = {};

    void apply(json::value& value, const std::string& path);
    std::string text(std::string_view text, const std::string& path);
};

// The names that ${NAME} refers to below `value`, without repetition.
std::vector<std::string> referenced_variables(const json::value& value);

}  // namespace openclaw::config
