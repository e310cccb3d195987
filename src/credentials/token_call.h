#pragma once

#include <functional>
#include <string>

#include "auth/oauth/attempt.h"
#include "auth/oauth/device_grant.h"
#include "auth/oauth/renewal.h"
#include "base/clock.h"
#include "base/form.h"
#include "net/client/http_client.h"

namespace openclaw::credentials {

// What asking an issuer takes.
struct TokenMeans {
    net::HttpClient& http;
    const Clock& clock;
};

// The issuer as it describes itself, where the config doesn't say where to ask.
net::Task<Result<auth::oauth::Issuer>> discovered(TokenMeans means, auth::oauth::Issuer issuer,
                                                  net::Abort abort);

// Asked before a byte of a request may leave; an error keeps it back.
using BeforeSending = std::function<net::Task<Result<void>>()>;

// Each sends one request, never twice.
net::Task<auth::oauth::Outcome> spend_refresh_token(TokenMeans means, const auth::oauth::Issuer& issuer,
                                                    Secret refresh, BeforeSending before_sending);
net::Task<auth::oauth::Outcome> exchange_code(TokenMeans means, const auth::oauth::Issuer& issuer,
                                              const auth::oauth::Attempt& attempt, Secret code,
                                              net::Abort abort);
net::Task<auth::oauth::Outcome> poll_device_code(TokenMeans means, const auth::oauth::Issuer& issuer,
                                                 Secret device_code, net::Abort abort);

net::Task<Result<auth::oauth::DeviceCode>> ask_device_code(TokenMeans means,
                                                           const auth::oauth::Issuer& issuer,
                                                           net::Abort abort);
// Ends a token at its issuer. `not_found`: it has no such endpoint. Source: RFC 7009.
net::Task<Result<void>> revoke_token(TokenMeans means, const auth::oauth::Issuer& issuer, Secret token,
                                     net::Abort abort);

}  // namespace openclaw::credentials
