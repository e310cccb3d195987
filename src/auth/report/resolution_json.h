#pragma once

#include <string>
#include <string_view>

#include "auth/choice/resolver.h"
#include "base/json.h"

namespace openclaw::auth {

// One thing that a decision looked at, as `explain --json` and the gateway's method `models.explain` have it.
// Of the secret only its fingerprint is in it.
json::object explained_json(const Candidate& candidate, std::string_view fingerprint_key);
// {"provider", "orderFrom", "usable", "chosen", "candidates", "remedy"?}
json::object explained_json(const Resolution& resolution, std::string_view fingerprint_key);

// Where a variable was set, when it was not this process: ".env in the state directory (/path)".
std::string origin_of(const Candidate& candidate);

// Credentials in databases of a newer OpenClaw: `file`, `profileId`, `provider`, and `changed` where it was
// taken over and has changed there since.
json::array elsewhere_json(const std::vector<Elsewhere>& found);

}  // namespace openclaw::auth
