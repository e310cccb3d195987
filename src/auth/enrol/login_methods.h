#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "auth/enrol/new_credential.h"

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

    EnteredKind entered() const { return kind == Kind::api_key ? EnteredKind::api_key : EnteredKind::token; }
};

// What this program offers for a provider (normalised), the usual one first. Empty for one whose only way in
// is a login of its own that isn't built in: see why_no_login.
std::span<const LoginMethod> login_methods(std::string_view provider);
// What such a login would take, and what works instead; empty when there are methods.
std::string_view why_no_login(std::string_view provider);
// The same, where there has to be one: `invalid_input` with the way that works instead.
Result<std::span<const LoginMethod>> offered_methods(const ProviderId& provider);
// By id or label, in any case; `not_found` with the ids that there are. Without methods as above.
Result<const LoginMethod*> find_login_method(const ProviderId& provider, std::string_view typed);

// Whether a paste is what `claude setup-token` prints. One that is a known mistake gets its own message.
Result<void> check_setup_token(const Secret& pasted, bool any_shape);

// The model that a first login makes the default: "anthropic/claude-opus-4-5"; empty when there is none.
std::string_view first_model_of(std::string_view provider);

}  // namespace openclaw::auth
