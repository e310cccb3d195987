#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/browser_guard.h"
#include "access/guess_limiter.h"
#include "access/key_text.h"
#include "base/secret.h"
#include "net/http/http.h"
#include "net/stream/stream.h"

namespace openclaw::access {

// Where a caller comes from and what he wants, for the limit on guesses and the log of refusals. Proves
// nothing. What it looks at lives as long as it does: a request's head, or a handshake.
struct Arrival {
    std::string_view surface;       // "http", "ws"
    std::string_view verb, object;  // "POST" "/v1/chat/completions"; "conn" and its id
    std::string_view client = {};   // what the program calls itself; only to be shown
    Guesser guesser;
};

// What stands behind "Bearer " in Authorization; as text for what is no secret for long, a code.
std::optional<std::string_view> bearer_text(const net::Headers& headers);
std::optional<Secret> bearer_of(const net::Headers& headers);

// The secret of a request, wherever programs put one: behind "Bearer", or a named key in x-api-key or
// api-key. A key beside another secret that differs says nothing of who is meant.
struct SecretOfRequest {
    std::optional<Secret> secret = {};
    std::optional<OfferedKey> key = {};
    bool several = false;
};
SecretOfRequest secret_of(const net::Headers& headers);

// What a program calls itself in its User-Agent, "curl/7.88.1": what comes before the first blank.
std::string_view client_of(const net::Headers& headers);

// Whose guesses are counted: the peer, or the client that a trusted proxy names. Headers of anybody else
// count for nothing.
Guesser guesser_of(const net::Headers& headers, const net::Peer& peer, const BrowserPolicy& policy);

}  // namespace openclaw::access
