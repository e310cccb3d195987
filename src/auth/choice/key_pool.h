#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/environment/environment.h"

namespace openclaw::auth {

// One key of several that the environment holds for a provider.
struct PooledKey {
    std::string place;  // "OPENAI_API_KEYS[2]", "OPENAI_API_KEY_7": counted from 1
    Secret key;
    const config::Variable* variable;  // borrowed from the environment
};

// OPENCLAW_LIVE_<PROVIDER>_KEY: tried before every other variable.
std::string live_variable(std::string_view provider);

// What stands beside the provider's single variables, in order: for each of their names N (and
// <PROVIDER>_API_KEY) the list NS, separated by commas, semicolons or blanks, then N_1 to N_64. A key that
// stands in several places, or in a single variable, counts once; at most 64 in all.
std::vector<PooledKey> pooled_keys(std::string_view provider, const config::Environment& environment);

}  // namespace openclaw::auth
