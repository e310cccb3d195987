#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/oauth/issuer.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"

namespace openclaw::auth::oauth {

// One login on its way through a browser: what its answer must fit. Source: RFC 6749, 4.1; RFC 7636.
struct Attempt {
    std::string state;      // 128 random bits, told to the issuer and back
    Secret verifier;        // 256 more, told to the token endpoint alone
    std::string challenge;  // its hash, told to the authorization endpoint
    std::string redirect;   // where the browser is sent back to, as it is registered
    TimePoint begun;
    TimePoint end() const { return begun + std::chrono::minutes(10); }
};
Attempt begin_attempt(std::string redirect, TimePoint now);

// Where the person goes. Only the verifier's hash goes there (S256).
std::string authorization_url(const Issuer& issuer, const Attempt& attempt);

// What came back.
struct Authorized {
    Secret code;
};
// The issuer says no, with this attempt's state.
struct Denial {
    std::string code, text;  // "access_denied"
};
using Callback = std::variant<Authorized, Denial>;

// The query of the redirect. `invalid_input` for what isn't this attempt's answer (another state, none, two
// codes, another issuer): whoever listens goes on listening.
Result<Callback> read_callback(std::string_view query, const Attempt& attempt, const Issuer& issuer);

// What a person pasted: the address that the browser ended at, its query, `code#state`, or the bare code.
// Each usual mistake has its own message; nothing of the paste is quoted.
Result<Callback> read_paste(std::string_view pasted, const Attempt& attempt, const Issuer& issuer);

}  // namespace openclaw::auth::oauth
