#pragma once

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

// All of them; those of one provider in the order in which they are looked at (model-auth 4.2).
std::span<const KnownVariable> known_variables();
const KnownVariable* find_known_variable(std::string_view name);

// What a .env in the working folder may never set, because it decides about credentials, the gateway, where
// state lies or how programs run: a folder that somebody else filled must not steer us (W-06).
bool is_sensitive_variable(std::string_view name);

}  // namespace openclaw::config
