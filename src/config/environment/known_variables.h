#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace openclaw::config {

enum class VariablePurpose { provider_key, gateway, place, behaviour, cloud, proxy };

// A variable that this program looks at.
struct KnownVariable {
    std::string_view name;
    VariablePurpose purpose;
    std::string_view provider = {};  // of a provider_key: the normalised provider id
    bool secret = false;
    bool from_login_shell = false;  // imported by env.shellEnv
};

// All of them; those of one provider in the order in which they are looked at.
std::span<const KnownVariable> known_variables();
const KnownVariable* find_known_variable(std::string_view name);

// The single variable of which this one holds more keys: OPENAI_API_KEY of OPENAI_API_KEYS and
// OPENAI_API_KEY_7; of OPENCLAW_LIVE_OPENAI_KEY the provider's first. Null when it is no such variable.
const KnownVariable* find_pool_of(std::string_view name);
// 7 of "_7": a whole number from 1 to 64 without leading zeros.
std::optional<int> pool_number(std::string_view suffix);

// What a .env in the working folder may never set, because it decides about credentials, the gateway, where
// state lies or how programs run: a folder that somebody else filled must not steer us.
bool is_sensitive_variable(std::string_view name);

}  // namespace openclaw::config
