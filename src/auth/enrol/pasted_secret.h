#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/profiles/provider_id.h"
#include "base/result.h"
#include "base/secret.h"

namespace openclaw::auth {

struct PasteRules {
    ProviderId provider;
    bool is_token = false;   // pasted as a token, not as an API key
    bool any_shape = false;  // the person insists: no judgement by prefix
};

struct Pasted {
    Secret value;
    std::vector<std::string> notes;  // what was taken off: "took the value of OPENAI_API_KEY"
};

// Makes a credential of what a person pasted: trimmed, `NAME=` or `export NAME=`, one pair of quotes and a
// trailing `;` or `,` taken off, in any combination. What can't be a credential is refused, each
// mistake with its own message and the next step; no message holds any of the paste.
Result<Pasted> clean_pasted(const Secret& raw, const PasteRules& rules);

constexpr std::size_t pasted_bytes_max = 16u << 10;

}  // namespace openclaw::auth
