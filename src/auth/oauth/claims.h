#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"

namespace openclaw::auth::oauth {

// Whose account a login is, as far as its tokens tell.
struct Account {
    std::string id, email;

    bool operator==(const Account&) const = default;
};

// The claims of a JWT, whose signature is not checked: it came over TLS from the issuer, and decides nothing
// but names and times. Nothing for an opaque token. Source: RFC 7519.
std::optional<json::object> claims_of(std::string_view token);
// `exp`, by the issuer's clock.
std::optional<TimePoint> end_in(const json::object& claims);
Account account_in(const json::object& claims);  // of an id token
// OpenAI's, in its id and access tokens alike: one person may be in several accounts. Empty: none is named.
std::string openai_account_in(const json::object& claims);

}  // namespace openclaw::auth::oauth
