#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/oauth/claims.h"
#include "auth/oauth/issuer.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/secret.h"

namespace openclaw::auth::oauth {

// New tokens.
struct Granted {
    Secret access;
    std::optional<Secret> refresh = {};         // absent: the one that was spent goes on
    std::optional<TimePoint> expires = {};      // of the access token, by our clock; absent: nobody tells
    std::optional<Milliseconds> lifetime = {};  // until then, from when it was given
    std::optional<std::string> scope = {};      // absent: what was asked for
    Account account = {};

    bool operator==(const Granted&) const = default;
};

// The issuer answered, and gave none.
struct Declined {
    enum class Kind {
        dead,           // this refresh token or code opens nothing any more, and never will
        configuration,  // the client is wrong, not the token
        later,          // nothing was decided; ask again after `again_in`
        pending,        // a device code: the person has not decided yet
        slow_down,      // the same, and asked too often
        denied,         // the person said no
    };
    Kind kind;
    std::string code;  // "invalid_grant"
    std::string text;  // what it said besides, printable and short
    std::optional<Milliseconds> again_in = {};

    bool operator==(const Declined&) const = default;
};

// What came is no answer of an OAuth server: whether the token was spent isn't known.
struct Unclear {
    std::string what;  // "HTTP 502 with a web page"

    bool operator==(const Unclear&) const = default;
};

using TokenAnswer = std::variant<Granted, Declined, Unclear>;

// What arrived from a token endpoint.
struct TokenResponse {
    int status = 0;
    std::string_view body;
    std::optional<Milliseconds> retry_after = {};
    std::optional<TimePoint> date = {};  // the issuer's clock
};

// Source: RFC 6749, 5; RFC 8628, 3.5; and what issuers really send: an `error` that is an object with a
// `code`, numbers as texts, blanks for what is missing. Never `dead` without an OAuth error that says so.
TokenAnswer read_token_answer(const TokenResponse& response, const Issuer& issuer, TimePoint now);

}  // namespace openclaw::auth::oauth
