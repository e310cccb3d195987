#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/profiles/provider_id.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "config/config.h"

namespace openclaw::auth::oauth {

// How a client shows the token endpoint that it is the one it says. Source: RFC 6749, 2.3.
enum class ClientProof { none, post, basic };

// Where logins of a provider are made and renewed, and as which client: an entry of `auth.oauth.providers`
// over what is built in. The client is the user's own or ours, never another product's.
struct Issuer {
    std::string provider;                        // normalised
    std::string issuer = {};                     // whose `iss` an answer must carry; empty: not known
    std::string authorization = {}, token = {};  // endpoints; empty: it has none
    std::string device = {}, revocation = {};
    std::string client_id = {};
    std::optional<Secret> client_secret = {};
    std::optional<Secret> basic = {};  // client and secret as an Authorization header has them
    ClientProof proof = ClientProof::none;
    std::vector<std::string> scopes = {};
    std::vector<std::string> redirects = {};             // as they are registered; one that is free is used
    std::map<std::string, std::string> parameters = {};  // more of the authorization request
    std::optional<Milliseconds> lifetime = {};           // of an access token whose answer doesn't tell
    bool tells_issuer = false;                           // answers carry `iss` (RFC 9207)

    bool operator==(const Issuer&) const = default;
};

// Everything a client needs but the endpoints, which discovery brings: see with_metadata.
bool needs_discovery(const Issuer& issuer);
// Where its metadata stands, in the order in which to ask. Source: RFC 8414, 3; OpenID Connect Discovery, 4.
std::vector<std::string> metadata_urls(const Issuer& issuer);
// What the config says goes before what the document says. `denied` when it is another issuer's,
// `invalid_input` when it names no token endpoint or one that a secret must not go to.
Result<Issuer> with_metadata(Issuer issuer, const json::object& metadata);

// Whose logins are made here. `not_found` with what works instead, `invalid_input` naming the setting that is
// missing or wrong: endpoints are https, or http on a host of one's own.
Result<Issuer> issuer_of(const ProviderId& provider, const config::Config& config);
// Whether the config says anything of its logins, right or wrong.
bool is_described(const ProviderId& provider, const config::Config& config);
// The providers whose logins the config or we describe. Sorted.
std::vector<std::string> providers_with_issuer(const config::Config& config);

}  // namespace openclaw::auth::oauth
