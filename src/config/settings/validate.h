#pragma once

#include <vector>

#include "base/json.h"
#include "config/environment/paths.h"
#include "config/environment/problem.h"

namespace openclaw::config {

struct Findings {
    std::vector<Problem> problems, warnings;
    std::vector<Problem> carried;  // kept for the reference, without effect here: nobody's mistake
};

// Compares a document, ${VAR} resolved, with the settings table: unknown keys, types, ranges, choices,
// addresses, durations, placeholders in place of secrets, keys without effect. Messages hold no value of a
// setting that is secret.
Findings validate(const json::object& document);

// What stands in a wrong place inside sections that are kept as a whole, into which validate() doesn't look:
// names that the reference has given up, and sections of ours that a brace too few has put there.
std::vector<Problem> find_misplaced(const json::object& document);

// What stands where a secret was shown: "__OPENCLAW_REDACTED__", "***", "<set>", "<from ${NAME}>". Written
// back, it would replace the secret.
bool is_placeholder(std::string_view text);
// A text that can only be such a one, wherever it stands and whatever is around it.
bool is_shown_text(std::string_view text);

// "an object", "a string", ...
std::string_view kind_name(const json::value& value);

}  // namespace openclaw::config
