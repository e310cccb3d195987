#pragma once

#include <string>
#include <string_view>

namespace openclaw::config {

// What stands in place of a secret wherever settings are shown.
inline constexpr std::string_view hidden_text = "<set>";

// Whether a name says that a secret stands under it: "apiKey", "X-Auth-Token", "--password", "DB_PASS". What
// is merely about one ("tokenUrl", "keyPath", "maxTokens", "publicKey") is none.
bool names_secret(std::string_view name);

// Where a text stands decides what in it is taken for a secret without a name.
enum class Suspicion {
    of_shapes,       // what can be nothing else: well-known keys, passwords in addresses, `token=…`
    of_odd_strings,  // long strings without sense as well: in sections that the settings table doesn't know
    of_short_ones,   // shorter ones as well: in headers
};

// The text with what looks like a secret in it hidden: keys by their shape, user info, secret parameters and
// odd path segments of addresses, values behind names (`--token=x`, `X-Api-Key: x`, `Bearer x`).
std::string with_secrets_hidden(std::string_view text, Suspicion suspicion);

}  // namespace openclaw::config
