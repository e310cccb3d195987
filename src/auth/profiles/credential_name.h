#pragma once

#include <string>
#include <string_view>

namespace openclaw::auth {

// Where a credential stands.
enum class Source {
    profile,      // auth-profiles.json
    environment,  // a variable: `place` is its name, `variable_source` where it was set
    config_key,   // models.providers.<p>.apiKey
    ambient,      // AWS, gcloud, a program's own login: the provider's own chain
    keyless,      // a local server or the demo provider that wants none
};
std::string_view name_of(Source source);  // "profile", "environment", ...

// Under what a running program knows a credential: its normalised provider, where it stands, and the
// profile's id or the place.
std::string credential_name(std::string_view provider, Source source, std::string_view place);

}  // namespace openclaw::auth
