#pragma once

#include <span>
#include <string>
#include <string_view>

namespace openclaw::auth {

// A way in to a provider that a person can choose.
struct LoginMethod {
    enum class Kind {
        api_key,      // pasted from the provider's console
        setup_token,  // printed by the provider's own program: `claude setup-token`
        token,        // any other bearer token
    };
    Kind kind;
    std::string_view id;     // "api-key", of --method
    std::string_view label;  // "API key"
};

// What this program offers for a provider (normalised), the usual one first. Empty for one whose only way in
// is a login of its own that isn't built in: see why_no_login.
std::span<const LoginMethod> login_methods(std::string_view provider);
// What such a login would take, and what works instead; empty when there are methods.
std::string_view why_no_login(std::string_view provider);

// The model that a first login makes the default: "anthropic/claude-opus-4-5"; empty when there is none.
std::string_view first_model_of(std::string_view provider);

}  // namespace openclaw::auth
